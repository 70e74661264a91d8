package io.kubegraft.view;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What is known of the terminal, if there is one.
public final class Terminal {
  private static final Duration REMEMBERED = Duration.ofSeconds(1);
  private static final Size USUAL = new Size(Look.DEFAULT_WIDTH, 24);

  private Terminal() {}

  /// How much fits. Never so small that nothing can be drawn.
  public record Size(int columns, int rows) {
    public Size {
      columns = Math.max(columns, 20);
      rows = Math.max(rows, 3);
    }
  }

  /// One of the standard streams.
  public enum Stream {
    OUT(1),
    ERR(2);

    private final int descriptor;

    Stream(int descriptor) {
      this.descriptor = descriptor;
    }
  }

  /// Whether a person may be looking at this stream.
  public static boolean isTerminal(Stream stream) {
    Path link = Path.of("/proc/self/fd/" + stream.descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      // No /proc here. The console knows only of standard input and output together.
      return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
  }

  /// Whether signs beyond ASCII survive the way to the screen.
  static boolean speaksUnicode(Charset charset) {
    return charset.newEncoder().canEncode('✔');
  }

  static Charset charset() {
    return Charset.forName(System.getProperty("stdout.encoding", StandardCharsets.US_ASCII.name()));
  }

  /// Asks the terminal again when its last answer is older than a second.
  static Supplier<Size> sizes(Map<String, String> environment) {
    return new Supplier<>() {
      private Size size = USUAL;
      private long asked;
      private boolean known;

      @Override
      public synchronized Size get() {
        if (!known || System.nanoTime() - asked > REMEMBERED.toNanos()) {
          size = size(environment);
          asked = System.nanoTime();
          known = true;
        }
        return size;
      }
    };
  }

  static Size size(Map<String, String> environment) {
    Optional<Size> answer = ask();
    return answer.orElseGet(() ->
        new Size(
            number(environment.get("COLUMNS"), USUAL.columns()),
            number(environment.get("LINES"), USUAL.rows())));
  }

  /// stty is everywhere; a native call would need a flag on the command line to be silent.
  private static Optional<Size> ask() {
    File terminal = new File("/dev/tty");
    if (!terminal.canRead()) {
      return Optional.empty();
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(terminal)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return Optional.empty();
      }
      return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// `ROWS COLUMNS`; zeros mean that the terminal doesn't know.
  static Optional<Size> parse(String answer) {
    String[] parts = answer.strip().split(" ", -1);
    if (parts.length != 2) {
      return Optional.empty();
    }
    int rows = number(parts[0], 0);
    int columns = number(parts[1], 0);
    return rows > 0 && columns > 0 ? Optional.of(new Size(columns, rows)) : Optional.empty();
  }

  private static int number(@org.jspecify.annotations.Nullable String text, int otherwise) {
    if (text == null || !text.matches("[0-9]{1,5}")) {
      return otherwise;
    }
    int number = Integer.parseInt(text);
    return number > 0 ? number : otherwise;
  }
}
