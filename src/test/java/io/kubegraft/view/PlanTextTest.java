package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlanTextTest {
  @Test
  void oneWorkerIsToldStepByStepWithReasons() throws IOException {
    Golden.check("plan-one-worker", text(Samples.workers("k8s-node6")));
  }

  @Test
  void coloursChangeNothingButColours() throws IOException {
    String coloured = PlanText.render(Samples.workers("k8s-node6"), new Look(80, true, true));

    assertThat(coloured.replaceAll("\033\\[[0-9]*m", ""))
        .isEqualTo(text(Samples.workers("k8s-node6")));
    Golden.check("plan-one-worker-colour", coloured);
  }

  @Test
  void aWideTerminalIsUsed() throws IOException {
    Golden.check("plan-partly-120", PlanText.render(Samples.partly(), new Look(120, false, true)));
  }

  @Test
  void hostsLeftOutAndNotesAreTold() throws IOException {
    Golden.check("plan-partly", text(Samples.partly()));
  }

  @Test
  void refusalsTellWhatToDoNext() throws IOException {
    Golden.check("plan-refused", text(Samples.refused()));
  }

  @Test
  void nothingToDoIsSaidPlainly() {
    assertThat(text(Samples.nothing()))
        .isEqualTo("No changes. The cluster is as the inventory says.\n");
  }

  @Test
  void hostsThatAreLeftOutForTheSameReasonAreToldOnceAndOthersByThemselves() {
    List<Plan.LeftOut> left = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      left.add(
          new Plan.LeftOut(
              "worker" + i,
              Code.SSH_UNREACHABLE,
              "worker" + i + " (10.0." + i / 200 + "." + i % 200 + ":22): no answer within 10 s",
              Next.on("worker" + i, "true")));
    }
    left.add(new Plan.LeftOut("worker301", Code.SUDO, "sudo wants a password", Next.none()));
    Plan plan = new Plan(List.of(), List.of(), left, List.of(), new TreeSet<>());

    String text = text(plan).replaceAll("\\s+", " ");

    assertThat(text)
        .contains(
            "300 hosts are left out for the same reason (worker1, worker2, worker3 and 297 more);"
                + " worker1: worker1 (10.0.0.1:22): no answer within 10 s",
            "worker301 is left out: sudo wants a password")
        .doesNotContain("worker4 ", "worker300");
    assertThat(text(plan).lines()).hasSizeLessThan(15);
  }

  @Test
  void aClusterIsNotSaidToBeAsTheInventorySaysAboveANoteThatItIsOtherwise() {
    Plan noted =
        new Plan(
            List.of(),
            List.of(),
            List.of(),
            List.of(new Plan.Note("node k8s-node9 is in the cluster and not in the inventory")),
            new TreeSet<>());

    assertThat(text(noted))
        .startsWith("No changes. There is nothing to do; see the notes below.\n")
        .doesNotContain("as the inventory says");
  }

  @Test
  void everyFileIsListedWithItsSourceAndWhatIsChangedAndAlikeHostsOnce() {
    String text = PlanText.renderWithFiles(Samples.alike(6, 7), new Look(100, false, true));

    assertThat(text)
        .startsWith(PlanText.render(Samples.alike(6, 7), new Look(100, false, true)))
        .containsOnlyOnce("Files of k8s-node6, k8s-node7 (")
        .contains(
            "  /etc/kubernetes/kubelet.env from k8s-node4: name and addresses rewritten\n",
            "  /usr/local/bin/kubelet from k8s-node4 (412 MB)\n",
            "  /etc/kubernetes/kubelet.conf from kubeadm join\n");
  }

  @Test
  void programsAreToldEveryFileWhereTheyAskForIt() {
    Plan plan = Samples.workers("k8s-node6");

    assertThat(PlanJson.render(plan, Operator.unknown())).doesNotContain("kubelet.env");
    assertThat(PlanJson.renderWithFiles(plan, Operator.unknown()).replaceAll("\\s+", ""))
        .contains(
            "{\"path\":\"/etc/kubernetes/kubelet.env\",\"from\":\"k8s-node4\","
                + "\"how\":\"nameandaddressesrewritten\",\"bytes\":0}");
  }

  @Test
  void manyAlikeHostsAreToldOnceAndAllNamed() throws IOException {
    String text = text(Samples.alike(6, 25));

    Golden.check("plan-twenty", text);
    assertThat(text).contains("k8s-node6 … k8s-node25 (20 workers)");
    for (int i = 6; i <= 25; i++) {
      assertThat(text).containsPattern("\\bk8s-node" + i + "\\b");
    }
  }

  @Test
  void hostsThatNeedSomethingElseAreToldApart() {
    List<Step> steps = new ArrayList<>(Samples.alike(6, 12).steps());
    steps.addAll(Samples.worker("k8s-node13", List.of()));

    String text = text(Samples.plan(steps, List.of()));

    assertThat(text)
        .contains("k8s-node6 … k8s-node12 (7 workers)")
        .contains("+ k8s-node13\n")
        .contains("nothing to mend");
  }

  @Test
  void fiveAlikeHostsAreStillToldOneByOne() {
    assertThat(text(Samples.alike(6, 10))).doesNotContain("workers)").contains("+ k8s-node10\n");
  }

  @Test
  void everyRestartIsPrinted() {
    Step join = Samples.worker("k8s-node6", List.of()).get(5);
    Step restarting =
        new Step(
            "kubelet/k8s-node6",
            "k8s-node6",
            List.of("join/k8s-node5", join.id()),
            new Disruption.Restarts("nginx-proxy", "k8s-node5"),
            "it must learn of the new server",
            new Action.FollowSiblings("https://localhost:6443", Map.of(), List.of()));

    String text = text(Samples.plan(List.of(join, restarting), List.of("k8s-node6")));

    assertThat(text)
        .contains("restarts nginx-proxy on k8s-node5\n")
        .contains("Restarts:   nginx-proxy on k8s-node5\n")
        .contains("after: join on k8s-node5\n")
        .doesNotContain("none");
  }

  @Test
  void aHostThatHasJoinedAlreadyIsAChangeAndNotAnAddition() {
    Step verify = Samples.worker("k8s-node6", List.of()).getLast();

    assertThat(text(Samples.plan(List.of(verify), List.of("k8s-node6"))))
        .startsWith("Plan: 0 workers to add, 1 host to change, 0 to remove.\n");
  }

  @Test
  void noLineIsWiderThanTheTerminalUnlessItIsThereToBeCopied() {
    for (Plan plan : List.of(Samples.partly(), Samples.refused(), Samples.alike(1, 30))) {
      for (int width : new int[] {60, 80, 120}) {
        assertThat(PlanText.render(plan, new Look(width, false, true)).lines())
            .filteredOn(line -> !line.startsWith("    Next: ") && !line.startsWith("          "))
            .allSatisfy(line -> assertThat(Columns.width(line)).isLessThanOrEqualTo(width));
      }
    }
  }

  @Test
  void nothingThatAHostSaysReachesTheTerminalAsAControlCode() {
    Plan evil =
        new Plan(
            List.of(),
            List.of(
                new Plan.Refusal(
                    Code.HOST_SYSTEM,
                    "os is \033[2J\033]0;title\007evil\u009b1m",
                    Next.here("reboot\r"))),
            List.of(),
            List.of(),
            new java.util.TreeSet<>());

    assertThat(text(evil)).contains("os is evil").doesNotContainPattern("[\033\r\007\u009b]");
  }

  @Test
  void withoutUnicodeThereIsOnlyAscii() {
    assertThat(PlanText.render(Samples.alike(6, 25), new Look(80, false, false)))
        .matches("[\\n -~]*");
    assertThat(PlanText.render(Samples.partly(), new Look(80, false, false))).matches("[\\n -~]*");
  }

  private static String text(Plan plan) {
    return PlanText.render(plan, Look.plain());
  }
}
