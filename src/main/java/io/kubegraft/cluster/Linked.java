package io.kubegraft.cluster;

import java.util.List;

/// A program that a host's loader must load, with the host's libc. A static one is none.
///
/// @param host whose it is, by its inventory name
/// @param loader such as `/lib64/ld-linux-x86-64.so.2`
/// @param glibc versions of glibc that it names, as `2.34` or `ABI_DT_RELR`; empty where its libc
///   is another
public record Linked(String host, String program, String loader, List<String> glibc) {
  public Linked {
    glibc = List.copyOf(glibc);
  }

  /// From a probe's line: program, loader, versions.
  public static Linked of(String host, String line) {
    List<String> words = List.of(line.strip().split("\\s+"));
    return new Linked(host, words.get(0), words.get(1), words.subList(2, words.size()));
  }
}
