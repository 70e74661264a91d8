package io.kubegraft.view;

import io.kubegraft.cluster.Node;
import io.kubegraft.plan.Disruption;
import io.kubegraft.problem.Next;
import io.kubegraft.run.Event;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// What a run leaves to be shown at its end.
///
/// @param steps how every step ended
/// @param nodes every node of the cluster, read after the run
/// @param newNodes node names that the run added
/// @param vital of etcd and the API servers, where the run touched control planes or etcd
/// @param unread what could not be read after the run, and why
/// @param now when the nodes were read
/// @param next what goes on from here, where something is left to do
public record Proof(
    Event.RunResult result,
    List<RunLog.Entry> steps,
    List<Node> nodes,
    Collection<String> newNodes,
    Optional<Vital> vital,
    List<String> unread,
    Instant now,
    Next next) {
  public Proof {
    steps = List.copyOf(steps);
    nodes = List.copyOf(nodes);
    newNodes = List.copyOf(newNodes);
    unread = List.copyOf(unread);
  }

  /// Hosts with steps, in the order people count.
  List<String> hosts() {
    TreeSet<String> hosts = new TreeSet<>(Names.COUNTED);
    steps.forEach(entry -> hosts.add(entry.step().host()));
    return List.copyOf(hosts);
  }

  List<RunLog.Entry> of(String host) {
    return steps.stream().filter(entry -> entry.step().host().equals(host)).toList();
  }

  /// What was disturbed, as far as it is known: a step that found all as wanted disturbed nothing.
  List<Disruption> disruptions() {
    return disruptions(RunLog.Ending.DONE);
  }

  /// What steps were about to disturb that failed: they may have got as far as that, or not.
  List<Disruption> perhaps() {
    return disruptions(RunLog.Ending.FAILED);
  }

  private List<Disruption> disruptions(RunLog.Ending ending) {
    return steps.stream()
        .filter(entry -> entry.ending() == ending)
        .map(entry -> entry.step().disrupts())
        .filter(disruption -> !(disruption instanceof Disruption.None))
        .toList();
  }
}
