package io.kubegraft.plan;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Does to the etcd of a {@link GrowthWorld} what steps do, {@link QuorumRule} asked right before
/// each change as it is by `graft`. What is in the way is the answer; then nothing was done.
final class EtcdDeeds {
  private final GrowthWorld world;
  private final Clusters cluster;

  /// Peer URLs of all that were ever added, in order.
  final List<String> added = new ArrayList<>();

  int mostLearners;

  EtcdDeeds(GrowthWorld world) {
    this.world = world;
    this.cluster = world.cluster;
  }

  Optional<String> join(String host, EtcdAction.AddLearner learner) {
    return added(host, learner).or(() -> started(host, learner, Health.healthy()));
  }

  private Optional<EtcdMember> memberAt(String peerUrl) {
    return cluster.members.stream().filter(it -> it.peerUrls().contains(peerUrl)).findFirst();
  }

  private Optional<String> added(String host, EtcdAction.AddLearner learner) {
    if (memberAt(learner.peerUrl()).isPresent()) {
      return Optional.empty();
    }
    Optional<String> refusal =
        QuorumRule.mayAddLearner(cluster.state().etcd(), learner.name(), learner.peerUrl());
    if (refusal.isEmpty()) {
      cluster.member(
          "", world.onHost(host).last, true, new Health.Unhealthy("added, but never started"));
      replace(at(learner.peerUrl(), cluster.members.getLast()));
      added.add(learner.peerUrl());
      mostLearners = Math.max(mostLearners, EtcdShape.of(cluster.state().etcd()).learners());
    }
    return refusal;
  }

  private Optional<String> started(String host, EtcdAction.AddLearner learner, Health health) {
    OnHost there = world.onHost(host);
    if (!there.etcdFiles || !there.etcdCertificates) {
      return Optional.of("there is nothing to start on " + host);
    }
    EtcdMember member = memberAt(learner.peerUrl()).orElseThrow();
    replace(
        new EtcdMember(
            member.id(),
            member.name().isEmpty() ? learner.name() : member.name(),
            member.peerUrls(),
            List.of(learner.clientUrl()),
            member.learner(),
            member.leader(),
            health,
            1,
            1,
            cluster.etcdVersion));
    world.onHost(host, it -> it.etcd = true);
    return Optional.empty();
  }

  /// @return how far it came, empty if nothing was done
  Optional<String> beginToJoin(String host, EtcdAction.AddLearner learner, Random random) {
    if (added(host, learner).isPresent()) {
      return Optional.empty();
    }
    return switch (random.nextInt(3)) {
      case 0 -> Optional.of("added");
      case 1 -> {
        started(host, learner, new Health.Unhealthy("does not answer"));
        yield Optional.of("down");
      }
      default -> {
        started(host, learner, Health.healthy());
        yield Optional.of("started");
      }
    };
  }

  Optional<String> promote(String host, EtcdAction.Promote action) {
    Optional<EtcdMember> found = memberAt(action.peerUrl());
    if (found.isEmpty()) {
      return Optional.of("no member has the peer URL " + action.peerUrl());
    }
    EtcdMember member = found.get();
    if (!member.learner()) {
      return Optional.empty();
    }
    Optional<String> refusal = QuorumRule.mayPromote(cluster.state().etcd(), member.id());
    if (refusal.isEmpty()) {
      replace(
          new EtcdMember(
              member.id(),
              member.name(),
              member.peerUrls(),
              member.clientUrls(),
              false,
              member.leader(),
              member.health(),
              1,
              1,
              member.version()));
      cluster.etcdModel(host);
    }
    return refusal;
  }

  private static EtcdMember at(String peerUrl, EtcdMember member) {
    return new EtcdMember(
        member.id(),
        member.name(),
        List.of(peerUrl),
        member.clientUrls(),
        member.learner(),
        member.leader(),
        member.health(),
        member.dbSize(),
        member.raftIndex(),
        member.version());
  }

  private void replace(EtcdMember member) {
    cluster.members.replaceAll(it -> it.id().equals(member.id()) ? member : it);
  }
}
