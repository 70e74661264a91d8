package io.kubegraft.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The way that etcd's membership goes in a plan, one change after the other, simulated before
/// anything is done.
///
/// A member is added as a learner, which has no vote, and promoted once it has caught up; only then
/// comes the next. So a way is a list of shapes, each one change from the last. Of each it is
/// asked: if the newcomer that got its vote just now fails at once, are the others still a quorum?
/// With every voter up this holds from two voters on. From one voter there is no way to more that
/// avoids two, and two bear no failure: that state is let pass, and named.
///
/// Promises: no way is given out that has any other state without a quorum in the worst case, or
/// more than one learner at a time.
record EtcdPath(EtcdShape start, List<Change> changes, Optional<String> refusal) {
  EtcdPath {
    changes = List.copyOf(changes);
  }

  /// What a newcomer is when the plan is made.
  enum Standing {
    ABSENT,
    /// Added as a learner already, started or not.
    LEARNER,
    /// Added with a vote and never started, which is not how we do it, but at our newcomer's place.
    UNSTARTED_VOTER
  }

  record Joining(String name, Standing standing) {}

  /// One change of who is a member or who votes.
  ///
  /// @param promotion whether a learner gets its vote by it; else it is added
  /// @param bearsNoFailure whether the voters after it can't do without any of them
  record Change(
      String name, boolean promotion, EtcdShape before, EtcdShape after, boolean bearsNoFailure) {}

  /// @param start the shape as it is
  /// @param up how many of the voters are up
  static EtcdPath of(EtcdShape start, int up, List<Joining> joining) {
    List<Change> changes = new ArrayList<>();
    Optional<String> refusal = Optional.empty();
    EtcdShape shape = start;
    int voting = up;
    for (Joining member : joining) {
      switch (member.standing()) {
        case ABSENT -> {
          EtcdShape learning = shape.withLearner();
          changes.add(change(member, false, shape, learning));
          shape = learning;
          if (shape.learners() > 1 && refusal.isEmpty()) {
            refusal = Optional.of(severalLearners(member, shape));
          }
        }
        case LEARNER, UNSTARTED_VOTER -> {}
      }
      if (member.standing() != Standing.UNSTARTED_VOTER) {
        EtcdShape promoted = shape.promoted();
        changes.add(change(member, true, shape, promoted));
        shape = promoted;
        boolean unavoidable = shape.voters() == 2 && voting == 1;
        if (voting < shape.quorum() && !unavoidable && refusal.isEmpty()) {
          refusal = Optional.of(inWords(member, shape, voting));
        }
      }
      voting++;
    }
    return new EtcdPath(start, changes, refusal);
  }

  private static Change change(
      Joining member, boolean promotion, EtcdShape before, EtcdShape after) {
    return new Change(member.name(), promotion, before, after, after.tolerance() == 0);
  }

  private static String severalLearners(Joining member, EtcdShape shape) {
    return "with "
        + member.name()
        + " added etcd would have "
        + shape.learners()
        + " learners, and etcd allows one at a time: the one that was added before must be promoted first";
  }

  private static String inWords(Joining member, EtcdShape shape, int voting) {
    return "with "
        + member.name()
        + " promoted etcd would have "
        + shape.voters()
        + " voters, of which "
        + shape.quorum()
        + " must be up; without "
        + member.name()
        + " there would be "
        + voting;
  }

  Optional<Change> adding(String name) {
    return find(name, false);
  }

  Optional<Change> promoting(String name) {
    return find(name, true);
  }

  private Optional<Change> find(String name, boolean promotion) {
    return changes.stream()
        .filter(change -> change.name().equals(name) && change.promotion() == promotion)
        .findFirst();
  }

  EtcdShape end() {
    return changes.isEmpty() ? start : changes.getLast().after();
  }
}
