package io.kubegraft.view;

import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.EtcdMember;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// How long certificates last.
final class Certificates {
  /// Fewer days than these are worth a word.
  private static final int SOON = 30;

  private Certificates() {}

  /// @param where whose it is or where it lies
  record Ending(String where, boolean ended, String words) {}

  /// `361 days`, or `ended`.
  static String left(Instant ends, Instant now) {
    return ends.isBefore(now) ? "ended" : Names.count(Duration.between(now, ends).toDays(), "day");
  }

  static List<Ending> endingSoon(StatusText.Status status) {
    Derived derived = status.derived();
    Instant now = status.now();
    List<Ending> ending = new ArrayList<>();
    new TreeMap<>(derived.apiServers())
        .forEach((node, answer) ->
            answer
                .certificate()
                .ifPresent(shown -> soon("API server of " + node, shown.ends(), now, ending)));
    for (EtcdMember member : status.cluster().etcd().members()) {
      Optional.ofNullable(derived.memberCertificates().get(member.id()))
          .ifPresent(shown -> soon("etcd member " + member.name(), shown.ends(), now, ending));
    }
    new TreeMap<>(derived.hosts())
        .forEach((host, found) -> {
          switch (found) {
            case Derived.OnHost.NotSeen _ -> {}
            case Derived.OnHost.Files files ->
                new TreeMap<>(files.certificateEnds())
                    .forEach((path, ends) -> soon(path + " on " + host, ends, now, ending));
          }
        });
    return ending;
  }

  private static void soon(String where, Instant ends, Instant now, List<Ending> ending) {
    if (Duration.between(now, ends).toDays() < SOON) {
      boolean ended = ends.isBefore(now);
      ending.add(
          new Ending(
              where,
              ended,
              ended
                  ? "its certificate ended " + Json.instant(ends)
                  : "its certificate ends in " + left(ends, now)));
    }
  }
}
