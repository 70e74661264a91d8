package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// `./kubegraft` in the lab's network, as an operator starts it, with a state folder of its own.
final class Kubegraft {
  private final Lab lab;
  private final Path state;
  private final Map<String, String> environment = new HashMap<>();

  /// Folders of runs that were there when the last one was started.
  private final Set<Path> before = new HashSet<>();

  Kubegraft(Lab lab, Path state) {
    this.lab = lab;
    this.state = state;
    environment.put("XDG_STATE_HOME", state.toString());
    environment.put("KUBEGRAFT_NO_BUILD", "1");
    environment.put("NO_COLOR", "1");
  }

  /// The same with one more environment variable.
  Kubegraft with(String variable, String value) {
    Kubegraft other = new Kubegraft(lab, state);
    other.environment.putAll(environment);
    other.environment.put(variable, value);
    return other;
  }

  Shell.Running start(String... words) {
    before.clear();
    before.addAll(runs());
    // Whoever runs the tests in the background has SIGINT ignored, and so would their children.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "./kubegraft"));
    command.addAll(List.of(words));
    return lab.in(environment, command);
  }

  Shell.Ended run(String... words) {
    return start(words).await();
  }

  /// A run, what it left behind, and the hosts whose sshd saw it.
  record Watched(Shell.Ended ended, Set<String> opened) {
    String said() {
      return ended.said();
    }
  }

  /// Runs to its end with the oracle at its side, and asks all six sshd afterwards.
  Watched watched(String... words) {
    Instant begin = Instant.now();
    Shell.Ended ended;
    try (Oracle _ = new Oracle(lab)) {
      ended = run(words);
    }
    return new Watched(ended, lab.openedSince(begin));
  }

  /// `apply --yes`, watched, and with this exit code.
  Watched apply(int exit, String... words) {
    List<String> all = new ArrayList<>(List.of("apply", "--yes"));
    all.addAll(List.of(words));
    Watched watched = watched(all.toArray(String[]::new));
    assertThat(watched.ended().exit()).as("%s", watched.ended()).isEqualTo(exit);
    return watched;
  }

  /// Starts a run and ends it without warning once its journal tells that such a step is at `text`.
  void killedAt(String kind, String text, String... words) {
    killed("step-" + (text.isEmpty() ? "started" : "progress"), kind, text, words);
  }

  /// The same, right after such a step is done.
  void killedAfter(String kind, String... words) {
    killed("step-done", kind, "", words);
  }

  private void killed(String event, String kind, String text, String... words) {
    Shell.Running running = start(words);
    awaitEvent(running, event, kind, text);
    running.signal("KILL");
    assertThat(running.await().exit()).isEqualTo(128 + 9);
  }

  /// Starts a run and ends it without warning as soon as it has done a step of a kind that is not
  /// among these, which is then one of them.
  ///
  /// @return whether it was killed; one that came to its end must have ended well
  boolean killedAfterAnythingBut(Set<String> kinds, String... words) {
    Shell.Running running = start(words);
    Lab.until(
        "another kind of step than " + kinds,
        Duration.ofMinutes(5),
        () -> doneBut(kinds).isPresent() || !running.process().isAlive());
    Optional<String> done = running.process().isAlive() ? doneBut(kinds) : Optional.empty();
    if (done.isEmpty()) {
      Shell.Ended ended = running.await();
      assertThat(ended.exit()).as("%s", ended).isEqualTo(0);
      return false;
    }
    running.signal("KILL");
    running.await();
    kinds.add(done.get());
    return true;
  }

  /// The first kind of step that this run has done itself and that is not among these.
  private Optional<String> doneBut(Set<String> kinds) {
    return linesOfThisRun()
        .filter(line -> line.contains("\"event\":\"step-done\""))
        .map(Kubegraft::json)
        .filter(line -> line.path("changed").asBoolean())
        .map(line -> line.path("kind").asText())
        .filter(kind -> !kinds.contains(kind))
        .findFirst();
  }

  /// Whole lines of the journal; one that is being written is left for later.
  private Stream<String> linesOfThisRun() {
    return runs().stream()
        .filter(folder -> !before.contains(folder))
        .map(folder -> Shell.read(folder.resolve("events.jsonl")))
        .flatMap(text -> text.substring(0, text.lastIndexOf('\n') + 1).lines());
  }

  /// Waits until the journal of the run that was just started has such a line.
  void awaitEvent(Shell.Running running, String event, String kind, String text) {
    Lab.until(
        event + " of " + kind,
        Duration.ofMinutes(3),
        () -> {
          if (!running.process().isAlive()) {
            throw new AssertionError(
                "ended before " + event + " of " + kind + ": " + running.said());
          }
          return linesOfThisRun()
              .anyMatch(line ->
                  line.contains("\"event\":\"" + event + "\"")
                      && line.contains("\"kind\":\"" + kind + "\"")
                      && line.contains(text));
        });
  }

  /// Folders of runs that have a journal.
  private List<Path> runs() {
    Path runs = state.resolve("kubegraft/runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve("events.jsonl")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The folder of the last run.
  Path lastRun() {
    return runs().getLast();
  }

  /// The hosts that the plan of the last run named.
  List<String> plannedToOpen() {
    List<String> hosts = new ArrayList<>();
    json(Shell.read(lastRun().resolve("plan.json")))
        .path("opens")
        .forEach(host -> hosts.add(host.asText()));
    return hosts;
  }

  /// The journal of the last run, every line parsed: a line that is not whole fails here.
  List<JsonNode> journal() {
    return Shell.read(lastRun().resolve("events.jsonl")).lines().map(Kubegraft::json).toList();
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
