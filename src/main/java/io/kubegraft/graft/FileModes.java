package io.kubegraft.graft;

import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import java.time.Duration;

/// Owner, group and mode that a file on a host has.
final class FileModes {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private FileModes() {}

  static FileMode of(Host host, String path) {
    String[] fields =
        host.must("stat -L -c '%U %G %a' " + Shell.quote(path), LIMIT).strip().split(" ");
    return new FileMode(fields[0], fields[1], fields[2]);
  }
}
