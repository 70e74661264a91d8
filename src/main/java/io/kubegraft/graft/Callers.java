package io.kubegraft.graft;

import io.kubegraft.cluster.Reach;
import io.kubegraft.plan.EtcdAction.AddLearner;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Those who will call on a new member: the members that vote, at both of its ports, and API
/// servers, at the clients' one. Do they get through, before it is added?
///
/// Nothing listens there yet, and still the way can be told: where it is open the host itself
/// refuses at once; a firewall that drops keeps silent, and a wrong address leads nowhere. A
/// firewall that refuses as a closed port does passes here, and so does a way of which nothing can
/// be told (a host without anything to connect with, or that we don't get to): neither can do harm,
/// because the learner gets no vote before etcd has its streams both ways ({@link LearnerPromote}).
/// To fail for what can't be told would leave etcd with two voters on the way to three. It is named
/// in what the step says that it did.
final class Callers {
  private final Fleet fleet;
  private final AddLearner action;

  Callers(Fleet fleet, AddLearner action) {
    this.fleet = fleet;
    this.action = action;
  }

  /// @param closed the ways that are not open, in words
  /// @param untold those that nothing can be said of, and why
  record Findings(List<String> closed, List<String> untold) {}

  /// Tries them all, side by side.
  Findings look() {
    List<String> closed = new ArrayList<>();
    List<String> untold = new ArrayList<>();
    List<String> hosts = action.others();
    fleet
        .each(hosts, Math.max(1, hosts.size()), host -> Ways.tried(host, ports(host.name())))
        .forEach((host, outcome) -> {
          switch (outcome) {
            case Fleet.Outcome.Done<Map<String, Reach>>(Map<String, Reach> reaches) ->
                judge(host, reaches, closed, untold);
            case Fleet.Outcome.Failed<Map<String, Reach>>(RemoteException problem) -> {
              if (problem.kind() == RemoteException.Kind.INTERRUPTED) {
                throw problem;
              }
              untold.add(untold(String.join(" and ", ports(host)), host, firstLine(problem)));
            }
          }
        });
    return new Findings(List.copyOf(closed), List.copyOf(untold));
  }

  private List<String> ports(String host) {
    String client = Ways.endpoint(action.clientUrl());
    return action.peers().contains(host)
        ? List.of(Ways.endpoint(action.peerUrl()), client)
        : List.of(client);
  }

  private void judge(
      String host, Map<String, Reach> reaches, List<String> closed, List<String> untold) {
    for (String port : ports(host)) {
      Optional<Reach> reach = Optional.ofNullable(reaches.get(port));
      if (reach.isEmpty()) {
        untold.add(untold(port, host, "it has neither bash nor curl, nc or openssl"));
        continue;
      }
      switch (reach.get()) {
        case OPEN, REFUSED -> {}
        case SILENT, NO_WAY -> closed.add(Ways.closed(port, host, reach.get()));
      }
    }
  }

  private static String untold(String port, String host, String why) {
    return "whether " + port + " can be reached from " + host + " can't be told: " + why;
  }

  private static String firstLine(RemoteException problem) {
    return String.valueOf(problem.getMessage()).lines().findFirst().orElse("");
  }
}
