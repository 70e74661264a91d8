package io.kubegraft.plan;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import java.util.Optional;

/// How etcd stands: how many of its voters are up, and how many more of them may fail.
///
/// @param up voters that answer
/// @param led whether one of them is the leader
public record EtcdStanding(int voters, int up, boolean led) {
  /// Empty where nobody tells who is a member.
  public static Optional<EtcdStanding> of(EtcdState state) {
    int voters = state.voters().size();
    return voters == 0
        ? Optional.empty()
        : Optional.of(
            new EtcdStanding(
                voters,
                (int) state.voters().stream().filter(EtcdMember::answers).count(),
                state.voters().stream().anyMatch(EtcdMember::leader)));
  }

  public int quorum() {
    return EtcdState.quorum(voters);
  }

  public boolean hasQuorum() {
    return up >= quorum();
  }

  /// How many more may fail; 0, too, where the quorum is lost.
  public int spare() {
    return Math.max(0, up - quorum());
  }

  private String count() {
    return up + " of " + voters + " voters " + (up == 1 ? "is up" : "are up");
  }

  /// What the quorum lacks.
  String lack() {
    return count() + ", and " + quorum() + " must be";
  }

  public String inWords() {
    if (voters == 1 && up == 1) {
      return "the only voter is up, and it may not fail";
    }
    String count = count();
    if (!hasQuorum()) {
      return lack() + ": the quorum is lost";
    }
    if (!led) {
      return count + ", but they have no leader; they choose one within seconds";
    }
    return count
        + ", "
        + quorum()
        + " must be: "
        + (spare() == 0 ? "no further one may fail" : spare() + " more may fail");
  }
}
