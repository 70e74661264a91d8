package io.kubegraft.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;
import io.kubegraft.run.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainViewTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Step JOIN = Samples.worker("k8s-node6", List.of()).get(5);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PlainView view =
      new PlainView(new PrintStream(bytes, true, UTF_8), ZoneOffset.UTC, Look.plain());

  @Test
  void aRunIsOneLineForEachChangeOfState() throws IOException {
    Story.twoWorkersOneFails().forEach(view);
    view.close();

    Golden.check("plain-run", printed());
  }

  @Test
  void progressIsPrintedAtMostEveryFiveSecondsForEachStep() {
    view.accept(new Event.StepStarted(START, JOIN));
    for (int millis = 100; millis <= 12_000; millis += 100) {
      view.accept(new Event.StepProgress(START.plusMillis(millis), JOIN, "waiting", 0, 0));
    }

    assertThat(printed().lines().filter(line -> line.contains("waiting")))
        .extracting(line -> line.substring(0, 8) + line.substring(line.indexOf("waiting")))
        .containsExactly("10:00:05waiting (5 s so far)", "10:00:10waiting (10 s so far)");
  }

  @Test
  void everyLineOfAProblemCarriesItsHost() {
    view.accept(
        new Event.StepFailed(
            START,
            JOIN,
            new Problem(
                Code.JOIN,
                "kubeadm failed\n  line 1\n\033[31mline 2\033[0m",
                Next.on("k8s-node6", "df -h")),
            Duration.ofSeconds(3)));

    assertThat(printed())
        .doesNotContain("\033")
        .isEqualTo(
            """
            10:00:00 k8s-node6  join      FAILED after 3.0 s
            10:00:00 k8s-node6  join        kubeadm failed
            10:00:00 k8s-node6  join          line 1
            10:00:00 k8s-node6  join        line 2
            10:00:00 k8s-node6  join        Next: ssh k8s-node6 'df -h'
            10:00:00 k8s-node6  join        More: kubegraft explain KG-JOIN
            """);
  }

  private String printed() {
    return bytes.toString(UTF_8);
  }
}
