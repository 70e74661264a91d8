package io.kubegraft.run;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Where one run leaves what it planned and did: `plan.json`, `events.jsonl`, `log.txt`.
///
/// Readable by its owner alone. The events are on disk, not merely written, before the run goes on,
/// so that after a crash of the controller the last line tells what was in hand. Nothing is read
/// back to resume: a resumed run looks at the cluster.
public final class RunFolder implements AutoCloseable {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Path path;

  /// Not a channel: that would close under a thread that is interrupted.
  private final FileOutputStream events;

  private RunFolder(Path path, FileOutputStream events) {
    this.path = path;
    this.events = events;
  }

  /// `$XDG_STATE_HOME/kubegraft/runs`, or `~/.local/state/kubegraft/runs`.
  public static Path root(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isBlank()
            ? Path.of(
                environment.getOrDefault("HOME", System.getProperty("user.home")),
                ".local",
                "state")
            : Path.of(state);
    return base.resolve("kubegraft").resolve("runs");
  }

  /// Makes the folder of a new run.
  public static RunFolder create(Path root, Instant now) {
    byte[] salt = new byte[2];
    new SecureRandom().nextBytes(salt);
    Path path = root.resolve(STAMP.format(now) + "-" + HexFormat.of().formatHex(salt));
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      FileOutputStream events =
          new FileOutputStream(Files.createFile(path.resolve("events.jsonl")).toFile());
      return new RunFolder(path, events);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no folder for this run can be made in " + root + ": " + e.getMessage(), e);
    }
  }

  /// The runs that are kept, newest first.
  public static List<Path> list(Path root) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> runs = Files.list(root)) {
      return runs.filter(Files::isDirectory).sorted(java.util.Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the runs in " + root + " can't be listed", e);
    }
  }

  public String id() {
    return path.getFileName().toString();
  }

  public Path path() {
    return path;
  }

  public void writePlan(String json) {
    try {
      Files.writeString(path.resolve("plan.json"), json);
    } catch (IOException e) {
      throw new UncheckedIOException("the plan can't be kept in " + path, e);
    }
  }

  /// Adds a line, and returns when it is on disk.
  public synchronized void append(String line) {
    try {
      events.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      events.getFD().sync();
    } catch (IOException e) {
      throw new UncheckedIOException("the journal in " + path + " can't be written", e);
    }
  }

  @Override
  public void close() {
    try {
      events.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the journal in " + path + " can't be closed", e);
    }
  }
}
