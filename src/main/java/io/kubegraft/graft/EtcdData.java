package io.kubegraft.graft;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.Optional;

/// A member's data folder, and whose it is.
///
/// Before a learner is started for the first time a mark with its member ID is put there. So what
/// that start leaves can be told from anybody else's data, also by a run that comes after this one
/// was killed; and only what is marked is ever cleared. etcd itself warns of the file and goes on.
/// The mark goes when the member votes.
final class EtcdData {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String MARK = ".kubegraft-learner";

  private final Host host;
  private final String folder;

  EtcdData(Host host, String folder) {
    if (!folder.matches("/[^/]+/.*[^/]")) {
      throw new StepException(
          Code.ETCD_LEFTOVER,
          host.name() + ": ETCD_DATA_DIR is " + folder + ", which can't be a data folder",
          Next.on(host.name(), "grep ETCD_DATA_DIR " + EtcdEnv.PATH));
    }
    this.host = host;
    this.folder = folder;
  }

  static EtcdData of(Host host, EtcdEnv env) {
    return new EtcdData(
        host,
        env.value("ETCD_DATA_DIR")
            .orElseThrow(() ->
                new StepException(
                    Code.ETCD_LEFTOVER,
                    host.name() + ": " + EtcdEnv.PATH + " names no ETCD_DATA_DIR",
                    Next.apply())));
  }

  /// What is there.
  sealed interface Content {
    record Empty() implements Content {}

    /// @param id of the member that it was marked for
    record Marked(String id) implements Content {}

    record Other() implements Content {}
  }

  String folder() {
    return folder;
  }

  Content look() {
    String told =
        host.must(
                """
                d=%s
                if [ -e "$d/%s" ]; then echo "marked $(cat "$d/%2$s")"
                elif [ ! -e "$d" ]; then echo empty
                elif find "$d/" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name '.kubegraft-*' \\
                  | grep -q .; then echo other
                else echo empty
                fi
                """
                    .formatted(Shell.quote(folder), MARK),
                LIMIT)
            .strip();
    return switch (told) {
      case "empty" -> new Content.Empty();
      case "other" -> new Content.Other();
      case String marked -> new Content.Marked(marked.substring("marked".length()).strip());
    };
  }

  /// Why it can't be started upon, if it isn't empty, marked, or that of a member that runs.
  Optional<StepException> obstacle(boolean startedMember) {
    if (startedMember || !(look() instanceof Content.Other)) {
      return Optional.empty();
    }
    return Optional.of(
        new StepException(
            Code.ETCD_LEFTOVER,
            host.name()
                + ": "
                + folder
                + " holds the data of an etcd that is no member of this cluster; nothing was"
                + " changed",
            Next.on(host.name(), "mv %1$s %1$s.$(date +%%F-%%H%%M%%S)".formatted(folder))
                .as("if it is not needed there")
                .thenApply()));
  }

  void mark(String memberId) {
    host.must(
        """
        set -eu
        d=%s
        [ -d "$d" ] || install -d -m 700 "$d"
        printf '%%s\\n' %s > "$d/%s"
        sync
        """
            .formatted(Shell.quote(folder), Shell.quote(memberId), MARK),
        LIMIT);
  }

  void unmark() {
    host.must("rm -f " + Shell.quote(folder + "/" + MARK), LIMIT);
  }

  /// Takes away what a marked start has left; the mark last, so that a kill in between leaves it
  /// marked. Without a mark nothing is touched.
  void clear() {
    host.must(
        """
        set -eu
        d=%s
        [ -e "$d/%s" ] || exit 0
        find "$d/" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name %2$s -exec rm -rf {} +
        rm -f "$d/%2$s"
        """
            .formatted(Shell.quote(folder), MARK),
        LIMIT);
  }
}
