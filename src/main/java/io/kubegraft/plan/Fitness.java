package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import java.util.List;

/// Temporary.
public final class Fitness {
  private Fitness() {}

  public static List<FitnessRow> judge(HostFacts facts, Expectations expectations) {
    return List.of();
  }

  public static List<Mend> mends(HostFacts facts, Expectations expectations) {
    return List.of();
  }
}
