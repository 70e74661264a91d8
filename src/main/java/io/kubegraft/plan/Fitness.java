package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import java.util.ArrayList;
import java.util.List;

/// Is a host fit to join? A pure function from what was found on it and what it is held against to
/// rows of check, found, wanted and verdict.
///
/// Two rules hold for all of them. Nothing that matters is fit because it couldn't be seen. And
/// what the cluster's own nodes are like counts for more than what anybody recommends.
///
/// A host that is to be an etcd member and nothing else is not asked for what only the kubelet and
/// pods need. It may be a node in service, on which nothing of that is for us to change.
public final class Fitness {
  private Fitness() {}

  public static List<FitnessRow> judge(HostFacts facts, Expectations expectations) {
    List<FitnessRow> rows = new ArrayList<>();
    rows.add(Machine.root(facts, expectations));
    rows.add(Machine.systemd(facts));
    expectations
        .donor()
        .ifPresent(donor -> {
          rows.addAll(Likeness.toDonor(facts, donor, expectations.host()));
          rows.addAll(Libc.rows(facts, donor, expectations.host()));
        });
    rows.add(Remains.row(facts, expectations));
    rows.addAll(Machine.firewall(facts, expectations));
    if (expectations.node()) {
      rows.add(Machine.swap(facts, expectations));
    }
    rows.add(Kernel.version(facts, expectations));
    if (expectations.node()) {
      rows.addAll(Kernel.modules(facts, expectations));
      rows.addAll(Kernel.settings(facts, expectations));
      expectations.donor().ifPresent(donor -> rows.addAll(Boot.rows(facts, donor)));
      rows.addAll(Kernel.cgroups(facts, expectations));
    }
    rows.add(Likeness.clock(facts, expectations));
    rows.addAll(Sameness.rows(facts, expectations));
    rows.add(Ports.free(facts, expectations, Remains.ours(facts, expectations)));
    rows.add(Machine.processors(facts, expectations));
    rows.add(Machine.memory(facts, expectations));
    rows.addAll(Machine.disk(facts, expectations));
    rows.add(Machine.tools(facts, expectations));
    if (expectations.node()) {
      expectations
          .donor()
          .ifPresent(donor -> rows.addAll(Likeness.needs(facts, donor, expectations.host())));
      expectations
          .cluster()
          .ifPresent(cluster -> rows.add(Likeness.endpoint(facts, cluster, expectations.host())));
    }
    return List.copyOf(rows);
  }

  /// What has to be mended, in the order in which it can be: modules before the settings that come
  /// with them.
  public static List<Mend> mends(List<FitnessRow> rows) {
    return rows.stream()
        .map(FitnessRow::verdict)
        .filter(Verdict.Mendable.class::isInstance)
        .map(verdict -> ((Verdict.Mendable) verdict).mend())
        .toList();
  }

  /// What keeps the host from joining.
  public static List<FitnessRow> unfit(List<FitnessRow> rows) {
    return rows.stream().filter(row -> row.verdict() instanceof Verdict.Unfit).toList();
  }
}
