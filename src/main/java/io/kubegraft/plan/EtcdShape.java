package io.kubegraft.plan;

import io.kubegraft.cluster.EtcdState;

/// How many vote in etcd and how many learn: what a membership change leads from and to.
public record EtcdShape(int voters, int learners) {
  public static EtcdShape of(EtcdState state) {
    int voters = state.voters().size();
    return new EtcdShape(voters, state.members().size() - voters);
  }

  /// How many voters must be up: more than half.
  public int quorum() {
    return EtcdState.quorum(voters);
  }

  /// How many voters may fail.
  public int tolerance() {
    return voters - quorum();
  }

  public EtcdShape withLearner() {
    return new EtcdShape(voters, learners + 1);
  }

  public EtcdShape promoted() {
    return new EtcdShape(voters + 1, learners - 1);
  }

  /// Who is there: `2 voters and 1 learner`.
  public String members() {
    return voters
        + (voters == 1 ? " voter" : " voters")
        + (learners == 0 ? "" : " and " + learners + (learners == 1 ? " learner" : " learners"));
  }

  /// What they bear: `quorum 2, tolerates no failure`.
  public String bearing() {
    return "quorum "
        + quorum()
        + ", tolerates "
        + (tolerance() == 0
            ? "no failure"
            : tolerance() + (tolerance() == 1 ? " failure" : " failures"));
  }

  public String inWords() {
    return members() + ", " + bearing();
  }
}
