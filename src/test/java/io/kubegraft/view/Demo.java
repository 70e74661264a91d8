package io.kubegraft.view;

import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Operator;
import io.kubegraft.run.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/// Shows the views to a person: `Demo HOSTS [SECONDS_PER_STEP]`. No test, for eyes only.
public final class Demo {
  private Demo() {}

  public static void main(String[] args) throws InterruptedException {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    double pace = args.length > 1 ? Double.parseDouble(args[1]) : 1;
    String[] hosts =
        IntStream.range(0, count)
            .mapToObj(i ->
                switch (i) {
                  case 3 -> "worker-with-a-rather-long-name-04.rack-12.datacentre-west.example.org";
                  case 4 -> "рабочий-узел-5";
                  case 5 -> "節點六號";
                  default -> "k8s-node" + (i + 6);
                })
            .toArray(String[]::new);
    Plan plan = Samples.workers(hosts);
    System.out.print(
        PlanText.render(
            plan, Views.look(Terminal.Stream.OUT, System.getenv(), Operator.unknown())));
    System.out.println();
    try (Progress view = Views.choose(Views.Format.TEXT, System.getenv(), Operator.unknown())) {
      Instant start = Instant.now();
      view.accept(new Event.RunStarted(start, "demo", plan));
      List<Thread> threads = new ArrayList<>();
      for (String host : hosts) {
        threads.add(Thread.ofVirtual().start(() -> host(view, plan, host, pace, count)));
        Thread.sleep((long) (100 * pace));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      view.accept(
          new Event.RunFinished(
              Instant.now(),
              new Event.RunResult(
                  Event.Outcome.PARTIAL,
                  List.of(hosts).subList(1, hosts.length),
                  List.of(hosts).subList(0, 1),
                  List.of(),
                  List.of(),
                  List.of("k8s-node1"),
                  Duration.between(start, Instant.now()))));
    }
    System.out.println("(what follows the run)");
  }

  private static void host(Progress view, Plan plan, String host, double pace, int count) {
    boolean failed = false;
    for (Step step : Story.stepsOf(plan, host)) {
      if (failed) {
        view.accept(new Event.StepSkipped(Instant.now(), step, "join/" + host + " failed"));
        continue;
      }
      Instant start = Instant.now();
      view.accept(new Event.StepStarted(start, step));
      boolean copies = step.action().kind().equals("files");
      int parts = copies ? 40 : 4;
      for (int i = 1; i <= parts; i++) {
        sleep((long) (pace * ThreadLocalRandom.current().nextLong(100, 400)));
        if (copies) {
          long total = 412_000_000;
          view.accept(
              new Event.StepProgress(
                  Instant.now(), step, "from k8s-node4", total / parts * i, total));
        }
      }
      Duration took = Duration.between(start, Instant.now());
      if (step.action().kind().equals("join") && count > 1 && host.endsWith("7")) {
        failed = true;
        view.accept(new Event.StepFailed(Instant.now(), step, Story.PROBLEM, took));
      } else {
        view.accept(new Event.StepDone(Instant.now(), step, true, step.action().inWords(), took));
      }
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
