package io.kubegraft.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Plan;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private static final Instant START = Story.START;
  private static final Look LOOK = new Look(80, false, true);

  @Test
  void aHostAtWorkIsOneLineAndTheFooterCounts() throws IOException {
    LiveModel model = copying("k8s-node6", "k8s-node7", "k8s-node8");

    Golden.check("live-frame", frame(model, LOOK, 24));
    Golden.check("live-frame-120", frame(model, new Look(120, false, true), 24));
    Golden.check("live-frame-colour", frame(model, new Look(80, true, true), 24));
  }

  @Test
  void hostsThatDoNotFitAreCounted() throws IOException {
    LiveModel model = new LiveModel();
    model.apply(new Event.RunStarted(START, "run", Samples.alike(6, 35)));

    String frame = frame(model, LOOK, 12);

    Golden.check("live-frame-folded", frame);
    assertThat(frame.lines()).hasSize(11);
    assertThat(frame).contains("… 22 more hosts");
  }

  @Test
  void hostsAtWorkAreShownBeforeThoseThatWait() {
    Plan plan = Samples.alike(6, 35);
    LiveModel model = new LiveModel();
    model.apply(new Event.RunStarted(START, "run", plan));
    model.apply(new Event.StepStarted(START, Story.stepsOf(plan, "k8s-node35").getFirst()));

    assertThat(frame(model, LOOK, 8).lines().findFirst().orElseThrow()).contains("k8s-node35");
  }

  @Test
  void nothingIsEverWiderOrHigherThanTheTerminal() {
    String wide = "節點".repeat(20);
    String cyrillic = "рабочий-узел-с-длинным-именем-в-первой-стойке";
    LiveModel model = copying("k8s-node6", wide, cyrillic, "k8s-node7", "k8s-node8");
    for (int columns = 20; columns <= 130; columns++) {
      for (int rows = 3; rows <= 12; rows++) {
        Look look = new Look(columns, true, true);
        List<String> lines = new LiveFrame(look, rows).frame(model, START.plusSeconds(4000));
        assertThat(lines).hasSizeBetween(1, rows - 1);
        for (String line : lines) {
          assertThat(Columns.width(line)).as(line).isLessThan(columns);
        }
      }
    }
  }

  @Test
  void aStalledCopyShowsAFallingRate() {
    Rate rate = new Rate();
    for (int second = 0; second <= 4; second++) {
      rate.add(START.plusSeconds(second), second * 10_000_000L);
    }

    assertThat(rate.perSecond(START.plusSeconds(4))).hasValue(10_000_000);
    assertThat(rate.perSecond(START.plusSeconds(400))).hasValue(100_000);
  }

  @Test
  void aRateIsNotGuessedInTheFirstSecond() {
    Rate rate = new Rate();
    rate.add(START, 0);
    rate.add(START.plusMillis(500), 10_000_000);

    assertThat(rate.perSecond(START.plusMillis(900))).isEmpty();
    assertThat(rate.perSecond(START.plusMillis(1000))).hasValue(10_000_000);
  }

  @Test
  void onlyTheLastSecondsCountForTheRate() {
    Rate rate = new Rate();
    for (int second = 0; second <= 20; second++) {
      rate.add(START.plusSeconds(second), second <= 10 ? 0 : (second - 10) * 1_000_000L);
    }

    assertThat(rate.perSecond(START.plusSeconds(20))).hasValue(1_000_000);
  }

  @Test
  void aBlockIsReplacedInOneWriteAndSameContentIsNotWritten() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Painter painter = new Painter(new PrintStream(bytes, true, UTF_8));

    painter.paint(List.of(), List.of("one", "two"), 80);
    assertThat(drain(bytes)).isEqualTo("\033[?25lone\033[K\ntwo\033[K\n\033[J");
    painter.paint(List.of(), List.of("one", "two"), 80);
    assertThat(drain(bytes)).isEmpty();
    painter.paint(List.of(), List.of("three"), 80);
    assertThat(drain(bytes)).isEqualTo("\r\033[2Athree\033[K\n\033[J");
    painter.paint(List.of("stays"), List.of("three"), 80);
    assertThat(drain(bytes)).isEqualTo("\r\033[1A\033[Jstays\nthree\033[K\n\033[J");
    painter.restore();
    assertThat(drain(bytes)).isEqualTo("\033[?25h");
    painter.restore();
    assertThat(drain(bytes)).isEmpty();
  }

  @Test
  void aBlockThatANarrowerTerminalHasBrokenIsErasedWhole() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Painter painter = new Painter(new PrintStream(bytes, true, UTF_8));
    painter.paint(List.of(), List.of("x".repeat(70), "y"), 80);
    drain(bytes);

    painter.paint(List.of(), List.of("z"), 30);

    assertThat(drain(bytes)).startsWith("\r\033[4A");
  }

  @Test
  void whatIsLeftOnTheScreenIsALineForEveryHostAndEveryProblem() throws IOException {
    FakeTerminal terminal = run(Story.twoWorkersOneFails(), 80, 24);

    Golden.check("live-left", terminal.text());
    assertThat(terminal.cursorVisible()).isTrue();
  }

  @Test
  void aSmallTerminalKeepsTheSameLines() {
    String few = run(Story.twoWorkersOneFails(), 80, 5).text();

    assertThat(few).isEqualTo(run(Story.twoWorkersOneFails(), 80, 50).text());
  }

  @Test
  void withManyHostsOnlyHostsAreLeftOnTheScreen() {
    List<Event> events = new ArrayList<>();
    Plan plan = Samples.alike(6, 25);
    events.add(new Event.RunStarted(START, "run", plan));
    for (Step step : plan.steps()) {
      events.add(new Event.StepStarted(START, step));
      events.add(new Event.StepDone(START.plusSeconds(3), step, true, "", Duration.ofSeconds(3)));
    }
    events.add(
        new Event.RunFinished(
            START,
            new Event.RunResult(
                Event.Outcome.DONE,
                plan.newcomers(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Duration.ZERO)));

    assertThat(run(events, 80, 12).text().lines())
        .hasSize(20)
        .allMatch(line -> line.startsWith("✔ k8s-node") && line.contains("in service"));
  }

  @Test
  void whenTheEndOfTheRunIsTakenAllIsShownAndOthersMayPrint() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (LiveView view =
        new LiveView(
            new PrintStream(bytes, true, UTF_8),
            () -> new Terminal.Size(80, 24),
            LOOK,
            InstantSource.fixed(START))) {
      Story.oneWorker().forEach(view);
      bytes.writeBytes("proof\n".getBytes(UTF_8));
    }

    FakeTerminal terminal = new FakeTerminal(80, 24);
    terminal.write(bytes.toString(UTF_8));
    assertThat(terminal.text().lines().toList()).endsWith("proof").hasSize(10);
    assertThat(terminal.cursorVisible()).isTrue();
  }

  @Test
  void closedEarlyTheLastBlockStaysAndTheCursorIsBack() {
    List<Event> events = Story.oneWorker();

    FakeTerminal terminal = run(events.subList(0, 6), 80, 24);

    assertThat(terminal.text()).contains("1 at work").contains("3/8  files");
    assertThat(terminal.cursorVisible()).isTrue();
  }

  @Test
  void aHostsControlCodesNeverReachTheTerminal() {
    Step step = Samples.worker("k8s-node6", List.of()).getFirst();
    List<Event> events =
        List.of(
            new Event.RunStarted(START, "run", Samples.workers("k8s-node6")),
            new Event.StepStarted(START, step),
            new Event.StepProgress(START, step, "\033[2J\007evil\r", 0, 0),
            new Event.StepFailed(
                START,
                step,
                new Problem(Code.JOIN, "bad\033]0;x\007\nworse\u009b2J", Next.none()),
                Duration.ZERO));

    // The terminal throws on anything but what the view itself uses.
    assertThat(run(events, 80, 24).text()).contains("bad").contains("worse");
  }

  @Test
  void aTerminalThatChangesItsSizeIsFollowed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Terminal.Size[] size = {new Terminal.Size(80, 24)};
    LiveView view =
        new LiveView(
            new PrintStream(bytes, true, UTF_8), () -> size[0], LOOK, InstantSource.fixed(START));
    view.accept(new Event.RunStarted(START, "run", Samples.alike(6, 25)));
    Awaitility.await().until(() -> bytes.toString(UTF_8).contains("20 waiting"));
    size[0] = new Terminal.Size(50, 6);
    Awaitility.await().until(() -> bytes.toString(UTF_8).contains("18 more hosts"));
    view.close();
  }

  private static FakeTerminal run(List<Event> events, int columns, int rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Instant last = events.getLast().at();
    LiveView view =
        new LiveView(
            new PrintStream(bytes, true, UTF_8),
            () -> new Terminal.Size(columns, rows),
            LOOK,
            InstantSource.fixed(last));
    for (Event event : events) {
      String before = bytes.toString(UTF_8);
      view.accept(event);
      if (event instanceof Event.RunStarted) {
        // So that there is a block on the screen for what follows to replace.
        Awaitility.await().until(() -> !bytes.toString(UTF_8).equals(before));
      }
    }
    view.close();
    FakeTerminal terminal = new FakeTerminal(columns, rows);
    terminal.write(bytes.toString(UTF_8));
    return terminal;
  }

  private static LiveModel copying(String... hosts) {
    Plan plan = Samples.workers(hosts);
    LiveModel model = new LiveModel();
    model.apply(new Event.RunStarted(START, "run", plan));
    Step files = Story.stepsOf(plan, hosts[0]).get(2);
    model.apply(new Event.StepStarted(START.plusSeconds(1), files));
    for (int second = 1; second <= 4; second++) {
      model.apply(
          new Event.StepProgress(
              START.plusSeconds(second), files, "copying", second * 40_000_000L, 412_000_000));
    }
    model.apply(new Event.StepStarted(START, Story.stepsOf(plan, hosts[1]).getFirst()));
    return model;
  }

  private static String frame(LiveModel model, Look look, int rows) {
    return String.join("\n", new LiveFrame(look, rows).frame(model, START.plusSeconds(4))) + "\n";
  }

  private static String drain(ByteArrayOutputStream bytes) {
    String text = bytes.toString(UTF_8);
    bytes.reset();
    return text;
  }
}
