package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Reach;
import io.kubegraft.plan.Expectations.Cluster;
import io.kubegraft.plan.Expectations.Donor;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a host is like its donor, and has what it takes to be with the cluster: its clock and
/// its way to the API.
final class Likeness {
  /// Certificates are valid from the moment they are signed, leases and etcd compare clocks; two
  /// seconds harm none of them, and no synchronised clock is that far off.
  private static final long CLOCK_LIMIT_MILLIS = 2000;

  private Likeness() {}

  static List<FitnessRow> toDonor(HostFacts facts, Donor donor, String host) {
    return List.of(
        architecture(facts, donor, host), system(facts, donor, host), selinux(facts, donor, host));
  }

  private static FitnessRow architecture(HostFacts facts, Donor donor, String host) {
    String wanted = donor.architecture() + ", as " + donor.name();
    return facts.architecture().isEmpty()
        ? FitnessRow.unknown("architecture", wanted, Next.on(host, "uname -m"))
        : FitnessRow.of(
            "architecture",
            facts.architecture().equals(donor.architecture()),
            facts.architecture(),
            wanted,
            Code.HOST_SYSTEM,
            without(host));
  }

  private static FitnessRow system(HostFacts facts, Donor donor, String host) {
    OsFamily mine = OsFamily.of(facts);
    OsFamily its = OsFamily.of(donor.osLike());
    List<String> ids = OsFamily.osLike(facts);
    String wanted = its.inWords() + ", as " + donor.name() + " (" + donor.osName() + ")";
    if (ids.isEmpty()) {
      return FitnessRow.unknown("system", wanted, Next.on(host, "cat /etc/os-release"));
    }
    boolean alike =
        mine == its && (mine != OsFamily.OTHER || ids.getFirst().equals(first(donor.osLike())));
    return FitnessRow.of("system", alike, facts.osName(), wanted, Code.HOST_SYSTEM, without(host));
  }

  private static String first(List<String> ids) {
    return ids.isEmpty() ? "" : ids.getFirst();
  }

  private static Next without(String host) {
    return Next.without(host).as("without it: no node of the cluster is like it");
  }

  /// Enforcing or not is what matters: neither Permissive nor Disabled ever denies anything. What
  /// enforces where the donor doesn't is made permissive, as Kubespray does it; the other way round
  /// takes a labelled disk.
  private static FitnessRow selinux(HostFacts facts, Donor donor, String host) {
    String wanted = donor.selinux() + ", as on " + donor.name();
    if (facts.selinux().isEmpty() || donor.selinux().isEmpty()) {
      return FitnessRow.unknown(
          "SELinux",
          donor.selinux().isEmpty() ? "as on " + donor.name() : wanted,
          Next.on(facts.selinux().isEmpty() ? host : donor.name(), "getenforce"));
    }
    boolean here = facts.selinux().equals("Enforcing");
    boolean there = donor.selinux().equals("Enforcing");
    boolean atBoot =
        facts.selinux().equals("Permissive") && facts.kept().selinux().equals("enforcing");
    if (!there && (here || atBoot)) {
      return FitnessRow.mendable(
          "SELinux",
          here ? facts.selinux() : facts.selinux() + ", and enforcing from the next boot on",
          wanted,
          new Mend.SelinuxPermissive());
    }
    String keep = "sed -i \"s/^SELINUX=.*/SELINUX=enforcing/\" /etc/selinux/config";
    return FitnessRow.of(
        "SELinux",
        here == there,
        facts.selinux(),
        wanted,
        Code.HOST_SYSTEM,
        Next.on(
            host,
            facts.selinux().equals("Disabled")
                ? keep + " && touch /.autorelabel && reboot"
                : "setenforce 1 && " + keep));
  }

  /// Files that the donor's configuration names and that no step brings. One that wasn't asked for
  /// yet is judged when its path is known, at the latest before anything is put on the host.
  static List<FitnessRow> needs(HostFacts facts, Donor donor, String host) {
    return donor.needs().stream()
        .filter(need -> facts.kept().files().containsKey(need.path()))
        .map(need -> {
          boolean there = facts.kept().files().getOrDefault(need.path(), false);
          return FitnessRow.of(
              need.check(),
              there,
              (there ? "" : "no ") + need.path(),
              need.path() + ", " + need.why(),
              Code.HOST_NEEDS,
              need.next(host));
        })
        .toList();
  }

  static FitnessRow clock(HostFacts facts, Expectations expectations) {
    long distance =
        facts.skewMillis() - expectations.cluster().map(Cluster::clockSkewMillis).orElse(0L);
    long error =
        facts.skewErrorMillis() + expectations.cluster().map(Cluster::clockErrorMillis).orElse(0L);
    String reference = expectations.cluster().map(Cluster::clockOf).orElse("this machine");
    String wanted = "within 2 s of " + reference;
    if (error > CLOCK_LIMIT_MILLIS) {
      return FitnessRow.unknown(
          "clock",
          wanted,
          Next.on(expectations.host(), "date -u")
              .as("compare with the same here: the way there is too slow to tell"));
    }
    String found =
        seconds(distance)
            + " s "
            + (distance < 0 ? "behind" : "ahead of")
            + " it, give or take "
            + seconds(error)
            + " s"
            + facts
                .clockSynced()
                .map(synced -> synced ? "; synchronised" : "; not synchronised")
                .orElse("");
    return FitnessRow.of(
        "clock",
        Math.abs(distance) <= CLOCK_LIMIT_MILLIS,
        found,
        wanted,
        Code.HOST_CLOCK,
        OsFamily.of(facts).setClock(expectations.host()));
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f", Math.abs(millis) / 1000.0);
  }

  /// Asked by address where the name stands in the siblings' /etc/hosts, and in the newcomer's only
  /// later.
  static FitnessRow endpoint(HostFacts facts, Cluster cluster, String host) {
    String at =
        cluster.asked().equals(cluster.endpoint())
            ? cluster.endpoint()
            : cluster.endpoint() + " (" + cluster.asked() + " by the siblings' /etc/hosts)";
    String wanted = "reaches " + at;
    Next look = Next.on(host, "curl -vk https://" + cluster.asked() + "/readyz");
    Optional<Reach> reach = Optional.ofNullable(facts.reaches().get(cluster.asked()));
    if (reach.isEmpty()) {
      return FitnessRow.unknown("API", wanted, look);
    }
    boolean reached = reach.get() == Reach.OPEN;
    return FitnessRow.of(
        "API",
        reached,
        reached ? "reached" : "no connection to " + at + " within 3 s",
        wanted,
        Code.HOST_API,
        look.as("find what is in the way: a route, a packet filter"));
  }
}
