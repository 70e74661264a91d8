package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a newcomer's kubelet, started as its donor's is, would register as it shall: with our
/// taint and its labels, and under its node's name.
final class KubeletStart {
  private KubeletStart() {}

  /// What keeps it from that.
  static Optional<Plan.LeftOut> trouble(
      HostSpec host, HostFacts facts, HostSpec donor, NodeModel model, Identity to) {
    KubeletEnv env = new KubeletEnv(model.kubelet().env(), model.kubelet().unit());
    if (env.text().isBlank() || env.carrier().isEmpty()) {
      return Optional.of(
          new Plan.LeftOut(
              host.name(),
              Code.HOST_KUBELET,
              "the kubelet of its donor "
                  + donor.name()
                  + " takes no variable from "
                  + KubeletEnv.PATH
                  + " at the end of which a node's labels and taints could stand; without our taint"
                  + " pods would land on it before it is proven",
              Next.on(donor.name(), "systemctl cat kubelet.service; cat " + KubeletEnv.PATH)
                  .then(Next.kubegraft("plan --donor HOST").as("another donor"))));
    }
    for (String theirs : env.nodeIps()) {
      if (to.addresses().stream().noneMatch(own -> isIpv6(own) == isIpv6(theirs))) {
        return Optional.of(withoutFamily(host, facts, donor, env, theirs));
      }
    }
    if (env.nodeName().isPresent()) {
      return Optional.empty();
    }
    String own = facts.hostname().strip().toLowerCase(Locale.ROOT);
    return own.equals(host.nodeName())
        ? Optional.empty()
        : Optional.of(
            new Plan.LeftOut(
                host.name(),
                Code.HOST_KUBELET,
                "kubelets of this cluster are given no name (no --hostname-override in "
                    + KubeletEnv.PATH
                    + " on "
                    + donor.name()
                    + "), so its node would be called as the host is, `"
                    + own
                    + "`, and not `"
                    + host.nodeName()
                    + "`",
                Next.on(host.name(), "hostnamectl set-hostname " + host.nodeName())));
  }

  private static Plan.LeftOut withoutFamily(
      HostSpec host, HostFacts facts, HostSpec donor, KubeletEnv env, String theirs) {
    boolean six = isIpv6(theirs);
    List<String> own =
        facts.addresses().stream()
            .filter(address -> isIpv6(address) == six && !address.startsWith("fe80"))
            .sorted()
            .toList();
    String family = six ? "IPv6" : "IPv4";
    String told =
        "the kubelet of its donor "
            + donor.name()
            + " is told its addresses (--node-ip="
            + String.join(",", env.nodeIps())
            + ")";
    Next inventory =
        Next.edit(
            host.origin().toString(), "add " + (six ? "ip6" : "ip") + "=ADDRESS to " + host.name());
    return own.isEmpty()
        ? new Plan.LeftOut(
            host.name(),
            Code.ADDRESS_UNKNOWN,
            "it has no " + family + " address, and a node of this cluster needs one: " + told,
            Next.words("give " + host.name() + " an " + family + " address").then(inventory))
        : new Plan.LeftOut(
            host.name(),
            Code.ADDRESS_UNKNOWN,
            told
                + ", and which "
                + family
                + " address this one shall have can't be known (it has "
                + String.join(", ", own)
                + ")",
            inventory);
  }

  private static boolean isIpv6(String address) {
    return address.contains(":");
  }
}
