package io.kubegraft.cli;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Availability;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.observe.ApiWords;
import io.kubegraft.observe.ProbedEtcd;
import io.kubegraft.observe.Pulse;
import io.kubegraft.problem.Next;
import io.kubegraft.run.Event;
import io.kubegraft.view.Proof;
import io.kubegraft.view.RunLog;
import io.kubegraft.view.Vital;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Reads the cluster once more after a run; what is shown is what is there, not what was meant.
/// What can't be read is said, and changes nothing of how the run ended.
final class Proving {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Session session;
  private final List<String> unread = new ArrayList<>();

  Proving(Session session) {
    this.session = session;
  }

  /// @param felt if the run touched control planes or etcd
  Proof prove(RunLog log, Event.RunResult result, Optional<Availability> felt) {
    Set<String> newNodes =
        result.grafted().stream()
            .flatMap(name -> session.spec().host(name).stream())
            .map(HostSpec::nodeName)
            .collect(Collectors.toSet());
    Next next = result.outcome() == Event.Outcome.DONE ? Next.none() : Next.apply();
    List<Node> nodes = read("the nodes", () -> session.cluster().api().nodes()).orElse(List.of());
    Optional<Vital> vital = felt.map(this::vital);
    return new Proof(result, log.entries(), nodes, newNodes, vital, unread, Instant.now(), next);
  }

  private Vital vital(Availability felt) {
    Optional<EtcdState> etcd = read("etcd", () -> session.cluster().etcd().state());
    Optional<List<ApiServer>> servers =
        read("the API servers", () -> session.cluster().apiServers());
    Map<String, Duration> took =
        etcd.flatMap(state -> read("the members' times", () -> times(state))).orElse(Map.of());
    return new Vital(etcd, took, servers, Optional.of(felt));
  }

  /// The second read of each: the first one opens the connection.
  private Map<String, Duration> times(EtcdState etcd) {
    Map<String, Duration> times = new HashMap<>();
    try (Pulse pulse = session.cluster().pulse()) {
      for (EtcdMember member : etcd.voters()) {
        for (String url : member.clientUrls().stream().limit(1).toList()) {
          ProbedEtcd probed = pulse.etcd(url);
          probed.read(LIMIT);
          long begin = System.nanoTime();
          if (probed.read(LIMIT).answered()) {
            times.put(member.id(), Duration.ofNanos(System.nanoTime() - begin));
          }
        }
      }
    }
    return times;
  }

  private <T> Optional<T> read(String what, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (RuntimeException e) {
      // Whatever it is: the run is over, and how it ended must be told.
      unread.add(what + ": " + ApiWords.of(e));
      return Optional.empty();
    }
  }
}
