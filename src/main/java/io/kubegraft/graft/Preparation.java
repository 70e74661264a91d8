package io.kubegraft.graft;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.plan.Action.Prepare;
import io.kubegraft.plan.Expectations;
import io.kubegraft.plan.Fitness;
import io.kubegraft.plan.FitnessRow;
import io.kubegraft.plan.Mend;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.util.List;
import java.util.stream.Collectors;

/// The guard before anything is put on a host: looks at it afresh, judges it by the rules that the
/// plan was made with, stops if it is unfit, and mends what can be mended.
///
/// It mends what it finds now, not what the plan found: the list in the plan says what to expect.
final class Preparation implements Work {
  private final Host host;
  private final Prepare action;
  private List<Mend> mends = List.of();

  Preparation(Host host, Prepare action) {
    this.host = host;
    this.action = action;
  }

  @Override
  public boolean check() {
    mends = Fitness.mends(judged());
    return mends.isEmpty();
  }

  @Override
  public String act(Progress progress) {
    progress.at("mending");
    new Mender().mend(host, mends);
    return mends.stream().map(Mend::inWords).collect(Collectors.joining("; "));
  }

  @Override
  public void verify(Progress progress) {
    List<Mend> left = Fitness.mends(judged());
    if (!left.isEmpty()) {
      throw new StepException(
          Code.MEND_FAILED,
          host.name()
              + ": still to mend after mending: "
              + left.stream().map(Mend::inWords).collect(Collectors.joining("; ")),
          Next.kubegraft("check " + host.name()));
    }
  }

  /// Throws if anything about the host can't be mended.
  private List<FitnessRow> judged() {
    Expectations expectations = action.expectations();
    HostProbe.Ask ask =
        HostProbe.Ask.standard()
            .reaching(expectations.cluster().map(it -> List.of(it.asked())).orElse(List.of()))
            .having(
                expectations.donor().stream().flatMap(donor -> donor.paths().stream()).toList());
    HostFacts facts = new HostProbe().look(host, ask);
    List<FitnessRow> rows = Fitness.judge(facts, action.expectations());
    List<FitnessRow> unfit = Fitness.unfit(rows);
    if (!unfit.isEmpty()) {
      throw new StepException(
          unfit.getFirst().code().orElse(Code.HOST_UNKNOWN),
          host.name()
              + " is not fit to join:\n"
              + unfit.stream().map(FitnessRow::inWords).collect(Collectors.joining("\n")),
          Next.all(unfit.stream().map(FitnessRow::next)).thenApply());
    }
    return rows;
  }
}
