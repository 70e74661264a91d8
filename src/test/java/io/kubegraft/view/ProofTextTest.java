package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.plan.EtcdShape;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.problem.Problem;
import io.kubegraft.run.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProofTextTest {
  @Test
  void aGoodRunEndsWithTheNodesAndWhatWasDone() throws IOException {
    Golden.check("proof", text(proof(Story.oneWorker(), Next.none())));
  }

  @Test
  void nodesAreInKubectlsColumnsAndNewcomersMarked() {
    assertThat(text(proof(Story.oneWorker(), Next.none())))
        .startsWith(
            """
            NAME        STATUS                     ROLES                  AGE     VERSION
            k8s-node1   Ready                      control-plane,master   2d      v1.26.6
            k8s-node4   Ready                      <none>                 46h     v1.26.6
            k8s-node5   Ready,SchedulingDisabled   <none>                 46h     v1.26.6
            k8s-node6   Ready                      <none>                 2m15s   v1.26.6   ← new
            """);
  }

  @Test
  void aRunThatFailedInPartSaysWhatIsNextAsLastLine() throws IOException {
    String text =
        text(
            proof(
                Story.twoWorkersOneFails(), Next.kubegraft("apply -i inventory.ini -l k8s-node7")));

    Golden.check("proof-partly", text);
    assertThat(text).endsWith("\nNext: kubegraft apply -i inventory.ini -l k8s-node7\n");
  }

  @Test
  void manyHostsAreToldAsOneTableOfTimes() throws IOException {
    Proof proof = proof(twenty(), Next.none());

    Golden.check("proof-twenty", text(proof));
    Golden.check("proof-twenty-60", ProofText.render(proof, new Look(60, false, true)));
  }

  @Test
  void stepsSideBySideCountOnceInTheTotal() {
    RunLog log = new RunLog();
    Step one = restarting("k8s-node6", "a");
    Step two = restarting("k8s-node7", "b");
    log.accept(new Event.StepDone(Story.START, one, true, "", Duration.ofSeconds(5)));
    log.accept(
        new Event.StepDone(Story.START.plusSeconds(1), two, true, "", Duration.ofSeconds(4)));
    assertThat(RunLog.span(log.entries())).isEqualTo(Duration.ofSeconds(6));
    assertThat(RunLog.span(List.of())).isEqualTo(Duration.ZERO);
  }

  @Test
  void restartsThatWereCausedAreNamedAndThoseOnlyPlannedAreNot() {
    Step done = restarting("k8s-node6", "nginx-proxy");
    Step skipped = restarting("k8s-node7", "kubelet");
    RunLog log = new RunLog();
    log.accept(new Event.StepDone(Story.START, done, true, "", Duration.ofSeconds(1)));
    log.accept(new Event.StepSkipped(Story.START, skipped, "interrupted"));
    Event.RunResult result =
        new Event.RunResult(
            Event.Outcome.INTERRUPTED,
            List.of(),
            List.of(),
            List.of("k8s-node7"),
            List.of(),
            List.of(),
            Duration.ZERO);

    String text = text(bare(result, log));

    assertThat(text).contains("Restarts:   nginx-proxy on k8s-node6\n").startsWith("k8s-node6\n");
  }

  @Test
  void aRestartWhoseStepFailedIsNotSaidToHaveHappened() {
    Step failed = restarting("k8s-node6", "kube-apiserver");
    RunLog log = new RunLog();
    log.accept(
        new Event.StepFailed(
            Story.START,
            failed,
            new Problem(
                Code.SSH_LOST, "k8s-node6: the connection was lost", Next.on("k8s-node6", "w")),
            Duration.ofSeconds(1)));

    String text = text(bare(failed("k8s-node6"), log));

    assertThat(text)
        .contains("Restarts:   kube-apiserver on k8s-node6 perhaps, its step failed\n")
        .contains(
            """
              ✘ %s: k8s-node6: the connection was lost
                Next: ssh k8s-node6 'w'
                More: kubegraft explain KG-SSH-LOST
            """
                .formatted(failed.id()));
    assertThat(text.split("the connection was lost", -1)).as("whole once, and its line").hasSize(3);
  }

  @Test
  void aShapeOfEtcdThatWasNotReachedIsNotTold() {
    RunLog log = new RunLog();
    EtcdShape one = new EtcdShape(1, 0);
    Disruption.ChangesMembership change =
        new Disruption.ChangesMembership("add etcd2 as a learner", one, one.withLearner());
    log.accept(
        new Event.StepFailed(
            Story.START,
            new Step(
                "learner/k8s-node2",
                "k8s-node2",
                List.of(),
                change,
                "",
                new EtcdAction.Promote("etcd2", "https://10.200.70.12:2380")),
            new Problem(Code.ETCD_LEARNER, "k8s-node2: it is gone", Next.none()),
            Duration.ofSeconds(1)));

    assertThat(text(bare(failed("k8s-node2"), log)))
        .contains("etcd:       what it is now could not be read\n")
        .doesNotContain("1 learner");
  }

  @Test
  void whatWasNotTriedIsOneLineForEachReason() {
    RunLog log = new RunLog();
    for (String what : List.of("nginx-proxy", "kubelet", "kube-apiserver")) {
      log.accept(
          new Event.StepSkipped(
              Story.START, restarting("k8s-node6", what), "learner/k8s-node2 failed"));
    }

    assertThat(text(bare(failed("k8s-node2"), log)).lines())
        .filteredOn(line -> line.contains("learner/k8s-node2 failed"))
        .hasSize(1);
  }

  private static Event.RunResult failed(String host) {
    return new Event.RunResult(
        Event.Outcome.FAILED,
        List.of(),
        List.of(host),
        List.of(),
        List.of(),
        List.of(),
        Duration.ZERO);
  }

  @Test
  void theWayThatEtcdWentIsToldShapeByShape() {
    RunLog log = new RunLog();
    EtcdShape one = new EtcdShape(1, 0);
    for (Disruption.ChangesMembership change :
        List.of(
            new Disruption.ChangesMembership("add etcd2 as a learner", one, one.withLearner()),
            new Disruption.ChangesMembership(
                "promote etcd2 to a voter", one.withLearner(), new EtcdShape(2, 0)))) {
      Action action = new EtcdAction.Promote("etcd2", "https://10.200.70.12:2380");
      Step step = new Step(change.what(), "k8s-node2", List.of(), change, "", action);
      log.accept(new Event.StepDone(Story.START, step, true, "", Duration.ofSeconds(1)));
    }
    Event.RunResult result =
        new Event.RunResult(
            Event.Outcome.DONE,
            List.of("k8s-node2"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Duration.ZERO);

    assertThat(text(bare(result, log)).replaceAll("\\s+", " "))
        .contains(
            "etcd: 1 voter (quorum 1, tolerates no failure) → 1 voter and 1 learner → 2 voters"
                + " (quorum 2, tolerates no failure) ");
  }

  private static Proof bare(Event.RunResult result, RunLog log) {
    return new Proof(
        result,
        log.entries(),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        Clusters.NOW,
        Next.none());
  }

  @Test
  void jsonHoldsEverythingThatTheTextHolds() throws IOException {
    Golden.check(
        "proof-json",
        ProofText.json(
            proof(
                Story.twoWorkersOneFails(), Next.kubegraft("apply -i inventory.ini -l k8s-node7")),
            Operator.unknown()));
  }

  @Test
  void aRunThatTouchedEtcdProvesItsMembersTheApiServersAndWhatClientsFelt() throws IOException {
    Proof proof = vital(Vitals.good(), List.of());

    Golden.check("proof-vital", text(proof));
    Golden.check("proof-vital-60", ProofText.render(proof, new Look(60, false, true)));
    Golden.check("proof-vital-json", ProofText.json(proof, Operator.unknown()));
    assertThat(text(proof))
        .contains("Snapshot:   /var/backups/kubegraft/etcd-20260301-100500.db (4.3 MB)")
        .doesNotContain("stale");
  }

  @Test
  void whatIsStaleSickOrUnreadIsSaid() throws IOException {
    String text =
        text(vital(Vitals.troubled(), List.of("the nodes: the API does not answer: reset")));

    Golden.check("proof-vital-troubled", text);
    assertThat(text)
        .contains("stale: --etcd-servers lacks https://10.200.70.12:2379 (etcd2)")
        .contains("could not be read: the nodes: the API does not answer: reset")
        .contains("12 requests never got there");
  }

  private static Proof vital(Vital vital, List<String> unread) {
    RunLog log = new RunLog();
    log.accept(
        new Event.StepDone(
            Story.START,
            Samples.step(
                "k8s-node1",
                new EtcdAction.Snapshot(
                    "etcd1", "https://10.200.70.11:2379", "/var/backups/kubegraft", 5),
                "a test wants it"),
            true,
            "/var/backups/kubegraft/etcd-20260301-100500.db (4.3 MB)",
            Duration.ofMillis(840)));
    log.accept(
        new Event.StepDone(
            Story.START.plusSeconds(9),
            Samples.step(
                "k8s-node2",
                new EtcdAction.Promote("etcd2", "https://10.200.70.12:2380"),
                "a test wants it"),
            true,
            "etcd2 votes",
            Duration.ofMillis(1200)));
    Event.RunResult result =
        new Event.RunResult(
            Event.Outcome.DONE,
            List.of("k8s-node1", "k8s-node2"),
            List.of(),
            List.of(),
            List.of(),
            List.of("k8s-node1", "k8s-node2"),
            Duration.ofSeconds(10));
    return new Proof(
        result,
        log.entries(),
        Clusters.four(),
        List.of(),
        Optional.of(vital),
        unread,
        Clusters.NOW,
        Next.none());
  }

  private static Step restarting(String host, String what) {
    Action action = new Action.FollowSiblings("https://localhost:6443", Map.of(), List.of());
    return new Step(
        "kubelet/" + host, host, List.of(), new Disruption.Restarts(what, host), "", action);
  }

  private static List<Event> twenty() {
    Plan plan = Samples.alike(6, 25);
    List<String> hosts = plan.newcomers();
    List<Event> events = new java.util.ArrayList<>();
    for (String host : hosts) {
      java.time.Instant end = Story.START;
      for (Step step : plan.steps().stream().filter(s -> s.host().equals(host)).toList()) {
        Duration took = Duration.ofMillis(step.id().length() * 137L);
        end = end.plus(took);
        events.add(new Event.StepDone(end, step, true, "", took));
      }
    }
    events.add(
        new Event.RunFinished(
            Story.START,
            new Event.RunResult(
                Event.Outcome.DONE,
                hosts,
                List.of(),
                List.of(),
                List.of(),
                hosts,
                Duration.ofSeconds(63))));
    return events;
  }

  static Proof proof(List<Event> events, Next next) {
    RunLog log = new RunLog();
    events.forEach(log);
    Event.RunResult result =
        events.stream()
            .filter(Event.RunFinished.class::isInstance)
            .map(event -> ((Event.RunFinished) event).result())
            .findFirst()
            .orElseThrow();
    return new Proof(
        result,
        log.entries(),
        Clusters.four(),
        List.of("k8s-node6"),
        Optional.empty(),
        List.of(),
        Clusters.NOW,
        next);
  }

  private static String text(Proof proof) {
    return ProofText.render(proof, Look.plain());
  }
}
