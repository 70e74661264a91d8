package io.kubegraft.run;

import io.kubegraft.remote.PlainWords;
import java.io.FileOutputStream;
import java.io.IOException;
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
import java.util.Optional;
import java.util.stream.Stream;

/// Where one run leaves what it planned and did: `plan.json`, `events.jsonl`, `log.txt`.
///
/// Readable by its owner alone. The events are on disk, not merely written, before the run goes on,
/// so that after a crash of the controller the last line tells what was in hand. Nothing is read
/// back to resume: a resumed run looks at the cluster.
public final class RunFolder implements AutoCloseable {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private static final String JOURNAL = "events.jsonl";

  /// What a run takes, rather more than less.
  private static final int ROOM = 1 << 20;

  private static final System.Logger LOG = System.getLogger(RunFolder.class.getName());

  private final Path path;

  /// Not a channel: that would close under a thread that is interrupted.
  private final FileOutputStream events;

  private RunFolder(Path path, FileOutputStream events) {
    this.path = path;
    this.events = events;
  }

  /// Nothing can be kept of a run, or no longer.
  public static final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableException(String message) {
      super(message);
    }

    UnusableException(String message, IOException cause) {
      super(message + ": " + PlainWords.of(cause), cause);
    }
  }

  /// What keeps somebody from keeping something there.
  public static UnusableException unusable(String what, IOException why) {
    return new UnusableException(what, why);
  }

  /// `$XDG_STATE_HOME/kubegraft/runs`, or `~/.local/state/kubegraft/runs`; the home of the user
  /// that the system knows where HOME is not set, as for services and jobs.
  ///
  /// @throws UnusableException if there is no home at all
  public static Path root(Map<String, String> environment) {
    return root(environment, System.getProperty("user.home", ""));
  }

  static Path root(Map<String, String> environment, String ofTheUser) {
    // A relative path is to be passed over, says the convention.
    Optional<Path> state = folder(environment.getOrDefault("XDG_STATE_HOME", ""));
    return state
        .or(() ->
            folder(environment.getOrDefault("HOME", ""))
                .or(() -> folder(ofTheUser))
                .map(home -> home.resolve(".local").resolve("state")))
        .orElseThrow(() ->
            new UnusableException(
                "there is no folder to keep runs in: neither XDG_STATE_HOME nor HOME is set, and"
                    + " the system knows no home of this user"))
        .resolve("kubegraft")
        .resolve("runs");
  }

  private static Optional<Path> folder(String text) {
    return text.startsWith("/") ? Optional.of(Path.of(text)) : Optional.empty();
  }

  /// Tries whether a run could be kept there, with as much as one takes, and leaves nothing.
  ///
  /// @throws UnusableException if it couldn't
  public static void tryOut(Path root) {
    Path there = root;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      Path trial = Files.createTempFile(there, ".kubegraft-trial-", "");
      try (FileOutputStream out = new FileOutputStream(trial.toFile())) {
        out.write(new byte[ROOM]);
        out.getFD().sync();
      } finally {
        Files.deleteIfExists(trial);
      }
    } catch (IOException e) {
      throw new UnusableException("nothing of a run can be kept in " + root, e);
    }
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
          new FileOutputStream(Files.createFile(path.resolve(JOURNAL)).toFile());
      return new RunFolder(path, events);
    } catch (IOException e) {
      throw new UnusableException("no folder for this run can be made in " + root, e);
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
      throw new UnusableException("the runs in " + root + " can't be listed", e);
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
      throw new UnusableException("the plan can't be kept in " + path, e);
    }
  }

  /// Adds a line, and returns when it is on disk.
  ///
  /// @throws UnusableException if it isn't
  public synchronized void append(String line) {
    try {
      events.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      events.getFD().sync();
    } catch (IOException e) {
      throw new UnusableException("the journal in " + path + " can't be written", e);
    }
    // What was written to a file that somebody has deleted nobody will ever read.
    if (!Files.exists(path.resolve(JOURNAL))) {
      throw new UnusableException("the journal in " + path + " was deleted while the run went on");
    }
  }

  @Override
  public void close() {
    try {
      events.close();
    } catch (IOException e) {
      // Every line was on disk when it was added; nothing is left to be written.
      LOG.log(System.Logger.Level.WARNING, "the journal in " + path + " can't be closed", e);
    }
  }
}
