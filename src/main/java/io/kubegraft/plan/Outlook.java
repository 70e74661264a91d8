package io.kubegraft.plan;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Outage;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What an outage means, and what brings the cluster back.
///
/// @param code of what is lost
/// @param headline what is lost
/// @param facts a line each
/// @param next what brings it back
public record Outlook(Code code, String headline, List<String> facts, Next next) {
  public Outlook {
    facts = List.copyOf(facts);
  }

  public static Outlook of(ClusterSpec spec, Outage outage) {
    return new Reading(spec, outage).outlook();
  }

  public List<String> all() {
    return Stream.concat(Stream.of(headline), facts.stream()).toList();
  }

  private static final class Reading {
    private final ClusterSpec spec;
    private final Outage outage;
    private final Optional<EtcdStanding> standing;
    private final List<EtcdMember> gone;
    private final List<String> off;

    Reading(ClusterSpec spec, Outage outage) {
      this.spec = spec;
      this.outage = outage;
      this.standing = EtcdStanding.of(outage.etcd());
      this.gone = outage.etcd().voters().stream().filter(member -> !member.answers()).toList();
      this.off =
          outage.hosts().entrySet().stream()
              .filter(entry -> entry.getValue().login() instanceof Health.Unhealthy)
              .map(Map.Entry::getKey)
              .toList();
    }

    Outlook outlook() {
      return new Outlook(code(), headline(), facts(), next());
    }

    private boolean quorumLost() {
      return standing.isPresent() && !standing.get().hasQuorum();
    }

    private Code code() {
      if (off.size() == outage.hosts().size()) {
        return Code.CLUSTER_UNREACHABLE;
      }
      return quorumLost() ? Code.ETCD_QUORUM_LOST : Code.CLUSTER_UNREADABLE;
    }

    private String headline() {
      if (off.size() == outage.hosts().size()) {
        return "the cluster can't be reached: no control plane of the inventory answers";
      }
      if (quorumLost()) {
        return "etcd has lost its quorum, and the API can't be read without it: "
            + standing.get().lack();
      }
      return "the cluster can't be read: no control plane of the inventory answers";
    }

    private List<String> facts() {
      List<String> facts = new ArrayList<>();
      outage.hosts().forEach((name, seen) -> facts.add(name + ": " + host(seen)));
      if (standing.isEmpty()) {
        facts.add("etcd: " + outage.etcd().health().inWords());
      } else {
        if (!quorumLost()) {
          facts.add("etcd: " + standing.get().inWords());
        }
        for (EtcdMember member : outage.etcd().members()) {
          facts.add(member(member));
        }
      }
      if (quorumLost() || off.size() == outage.hosts().size()) {
        facts.add(
            "Pods that run go on; nothing can be changed meanwhile, and what fails is not started"
                + " elsewhere");
      }
      return facts;
    }

    private static String host(Outage.Seen seen) {
      return switch (seen.login()) {
        case Health.Healthy() ->
            "up" + seen.api().map(api -> ", its API server is " + api.inWords()).orElse("");
        case Health.Unhealthy(String why) -> why;
        case Health.Unknown(String why) -> why;
      };
    }

    private String member(EtcdMember member) {
      String name = member.name().isEmpty() ? "member " + member.id() : member.name();
      String where = EtcdHosts.hostOf(member, spec).map(host -> " on " + host).orElse("");
      return "etcd "
          + name
          + where
          + ": "
          + (member.answers() ? "up" : "down")
          + (member.learner() ? ", a learner" : "")
          + (member.health().isHealthy() ? "" : ", " + why(member.health()))
          + (where.isEmpty() ? "; the inventory names no host at its address" : "");
    }

    private static String why(Health health) {
      return switch (health) {
        case Health.Healthy() -> "healthy";
        case Health.Unhealthy(String why) -> why;
        case Health.Unknown(String why) -> why;
      };
    }

    private Next next() {
      Next then = Next.kubegraft("status").as("again, when that is done");
      if (quorumLost()) {
        List<String> hosts =
            gone.stream()
                .flatMap(member -> EtcdHosts.hostOf(member, spec).stream())
                .sorted()
                .toList();
        List<String> without = hosts.stream().filter(off::contains).toList();
        int missing = standing.orElseThrow().quorum() - standing.orElseThrow().up();
        String lead =
            missing == 1 && gone.size() > 1
                ? ": any one of them brings the quorum back"
                : ": " + missing + " of them must come back";
        Next next =
            without.isEmpty()
                ? Next.none()
                : Next.words("switch on " + String.join(", ", without) + lead);
        return next.then(
                Next.all(
                    hosts.stream()
                        .filter(host -> !off.contains(host))
                        .map(host ->
                            Next.on(host, "systemctl start etcd; journalctl -u etcd -n 50"))))
            .then(then);
      }
      if (off.size() == outage.hosts().size()) {
        return Next.words("switch on " + String.join(", ", off) + ", or mend the way to them")
            .then(then);
      }
      String first =
          outage.hosts().entrySet().stream()
              .filter(entry -> entry.getValue().api().isPresent())
              .filter(entry -> entry.getValue().login().isHealthy())
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse(outage.hosts().firstEntry().getKey());
      return (off.contains(first)
              ? Next.words("switch on " + String.join(", ", off))
              : Next.on(first, "crictl ps -a --name kube-apiserver; journalctl -u kubelet -n 50"))
          .then(then);
    }
  }
}
