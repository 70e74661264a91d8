package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.jspecify.annotations.Nullable;

/// One script on one channel, from opening to exit status.
///
/// The calling thread only waits for events, so that its deadline and its interruption always take
/// effect at once. Data is moved by helper threads (input, streamed output) or by the library's I/O
/// threads into memory (all other output).
final class Exec {
  private static final System.Logger LOG = System.getLogger(Exec.class.getName());
  private static final int STDOUT_LIMIT = 64 << 20;
  private static final int STDERR_TAIL = 64 << 10;
  private static final int PIECE = 1 << 20;
  private static final int BUFFER = 64 << 10;
  private static final long GRACE_MILLIS = 3000;

  private sealed interface Event {
    record Ready() implements Event {}

    record Prompt() implements Event {}

    record Overflow() implements Event {}

    record Broken(String what, Throwable cause) implements Event {}

    record Unwanted(IOException cause) implements Event {}

    record Drained() implements Event {}

    record Closed() implements Event {}
  }

  private final Target target;
  private final Launch.As as;
  private final String script;
  private final String title;
  private final Optional<InputStream> input;
  private final Optional<OutputStream> sink;
  private final Deadline deadline;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Sinks.Tail errors = new Sinks.Tail(STDERR_TAIL);
  private final Sinks.Whole whole =
      new Sinks.Whole(STDOUT_LIMIT, () -> events.add(new Event.Overflow()));
  private final Sinks.AfterMarker errorFilter;
  private Optional<Thread> feeder = Optional.empty();
  private Optional<Thread> drainer = Optional.empty();

  /// What came back.
  record Result(int exit, Sinks.Whole stdout, String stderr) {}

  Exec(
      Target target,
      Launch.As as,
      String script,
      Optional<InputStream> input,
      Optional<OutputStream> sink,
      Deadline deadline) {
    this.target = target;
    this.as = as;
    this.script = script;
    this.title = Launch.title(script);
    this.input = input;
    this.sink = sink;
    this.deadline = deadline;
    this.errorFilter =
        new Sinks.AfterMarker(Launch.READY, errors, () -> events.add(new Event.Ready()));
  }

  /// The server has no room for one more channel on this session.
  static final class NoRoom extends Exception {
    private static final long serialVersionUID = 1;

    NoRoom(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  Result run(ClientSession session) throws NoRoom {
    ChannelExec channel = open(session);
    boolean finished = false;
    try {
      Result result = follow(channel);
      finished = true;
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw target.problem(
          RemoteException.Kind.INTERRUPTED, "`" + title + "` was interrupted, and ended there", e);
    } finally {
      if (!finished) {
        end(channel);
      }
      feeder.ifPresent(Thread::interrupt);
      drainer.ifPresent(Thread::interrupt);
    }
  }

  private ChannelExec open(ClientSession session) throws NoRoom {
    try {
      ChannelExec channel =
          session.createExecChannel(Launch.command(as, input.isPresent()), null, Map.of());
      channel.setErr(
          as instanceof Launch.As.Sudo sudo ? new PromptWatch(sudo.prompt()) : errorFilter);
      if (sink.isEmpty()) {
        channel.setOut(new Sinks.AfterMarker(Launch.READY, whole, () -> {}));
      }
      channel.addCloseFutureListener(_ -> events.add(new Event.Closed()));
      try {
        channel.open().verify(deadline.millis());
      } catch (IOException e) {
        channel.close(true);
        throw e;
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted() || e instanceof InterruptedIOException) {
        throw Connector.interrupted(target, e);
      }
      if (!session.isOpen()) {
        throw lost(e);
      }
      if (deadline.passed()) {
        throw late("its channel wasn't opened", e);
      }
      throw new NoRoom(e);
    }
  }

  private Result follow(ChannelExec channel) throws InterruptedException {
    sink.ifPresent(to -> drainer = Optional.of(drain(channel, to)));
    boolean asked = false;
    boolean ready = false;
    boolean closed = false;
    boolean drained = sink.isEmpty();
    if (!(as instanceof Launch.As.Sudo(var password, _) && password.isPresent())) {
      send(channel);
    }
    while (!closed || !drained) {
      Event event = events.poll(deadline.nanos(), TimeUnit.NANOSECONDS);
      switch (event) {
        case null ->
            throw late(
                channel.getExitStatus() != null
                    ? "has ended, but something it left in the background keeps its output open"
                    : "hasn't ended",
                null);
        case Event.Ready() -> {
          ready = true;
          if (as instanceof Launch.As.Sudo(var password, _) && password.isPresent()) {
            send(channel);
          }
        }
        case Event.Prompt() -> {
          if (asked) {
            throw Become.wrongPassword(target);
          }
          asked = true;
          answer(channel);
        }
        case Event.Overflow() ->
            throw target.problem(
                RemoteException.Kind.COMMAND,
                "`" + title + "` printed more than " + (STDOUT_LIMIT >> 20) + " MiB; it was ended");
        case Event.Broken(var what, var cause) -> {
          // When the script has ended, nobody reads its input any more, and that is no harm.
          if (!closed && channel.isOpen() && channel.getExitStatus() == null) {
            throw target.problem(
                RemoteException.Kind.COMMAND,
                "`" + title + "` was ended: " + what + ": " + cause.getMessage(),
                cause);
          }
        }
        // The output is not whole, whether or not the script has ended.
        case Event.Unwanted(var cause) ->
            throw target.problem(
                RemoteException.Kind.COMMAND,
                "`" + title + "` was ended: its output can't be passed on: " + cause.getMessage(),
                cause);
        case Event.Drained() -> drained = true;
        case Event.Closed() -> closed = true;
      }
    }
    return result(channel, ready);
  }

  private Result result(ChannelExec channel, boolean ready) {
    Integer status = channel.getExitStatus();
    String signal = channel.getExitSignal();
    if (status == null && signal == null) {
      throw lost(null);
    }
    if (!ready) {
      throw Become.refused(target, as, status == null ? -1 : status, errorFilter.before());
    }
    int exit = status != null ? status : 128 + Signals.number(signal);
    return new Result(exit, whole, errors.text());
  }

  private void answer(ChannelExec channel) {
    if (as instanceof Launch.As.Sudo(var password, _) && password.isPresent()) {
      Secret secret = password.get();
      helper("password", () -> write(channel, secret.bytes(), new byte[] {'\n'}));
    }
  }

  private void send(ChannelExec channel) {
    feeder =
        Optional.of(
            helper(
                "input",
                () -> {
                  write(channel, Launch.line(script));
                  if (input.isPresent()) {
                    feed(channel, input.get());
                  }
                }));
  }

  private void feed(ChannelExec channel, InputStream from) throws IOException {
    byte[] piece = new byte[PIECE];
    while (true) {
      int n;
      try {
        n = from.readNBytes(piece, 0, piece.length);
      } catch (IOException e) {
        events.add(new Event.Broken("its input can't be read", e));
        return;
      }
      OutputStream to = channel.getInvertedIn();
      to.write((n + "\n").getBytes(US_ASCII));
      if (n > 0) {
        to.write(piece, 0, n);
      }
      if (n < piece.length) {
        if (n > 0) {
          to.write("0\n".getBytes(US_ASCII));
        }
        to.flush();
        return;
      }
    }
  }

  private static void write(ChannelExec channel, byte[]... parts) throws IOException {
    OutputStream to = channel.getInvertedIn();
    for (byte[] part : parts) {
      to.write(part);
    }
    to.flush();
  }

  private Thread drain(ChannelExec channel, OutputStream to) {
    return helper(
        "output",
        () -> {
          var filter = new Sinks.AfterMarker(Launch.READY, to, () -> {});
          byte[] buffer = new byte[BUFFER];
          InputStream from = channel.getInvertedOut();
          for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            try {
              filter.write(buffer, 0, n);
            } catch (IOException e) {
              events.add(new Event.Unwanted(e));
              return;
            }
          }
          events.add(new Event.Drained());
        });
  }

  private Thread helper(String name, Background.Chore chore) {
    return Thread.ofVirtual()
        .name("kubegraft-" + name + "-" + target.label())
        .start(() -> {
          try {
            chore.run();
          } catch (IOException e) {
            // The channel is closing, which is an event of its own.
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1} ended", target.label(), name);
          } catch (Throwable e) {
            // An Error, too: nobody else would tell the one who waits.
            events.add(new Event.Broken("its " + name + " failed", e));
          }
        });
  }

  /// Takes the channel away; at the other end that ends the script (see {@link Launch}).
  private void end(ChannelExec channel) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!channel.close(false).await(GRACE_MILLIS)) {
        channel.close(true);
      }
    } catch (IOException e) {
      channel.close(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private RemoteException late(String what, @Nullable Throwable cause) {
    String tail = new Output(title, 0, whole.text(), errors.text()).tail();
    String text =
        "`"
            + title
            + "` "
            + what
            + " within "
            + deadline.said()
            + ", and was ended there"
            + (tail.isEmpty() ? "" : ". The last it printed:\n" + tail);
    return cause == null
        ? target.problem(RemoteException.Kind.DEADLINE, text)
        : target.problem(RemoteException.Kind.DEADLINE, text, cause);
  }

  private RemoteException lost(@Nullable Throwable cause) {
    String text =
        "the connection was lost while `"
            + title
            + "` ran; whether it has ended there is not known"
            + "\n  try: ssh "
            + target.login();
    return cause == null
        ? target.problem(RemoteException.Kind.LOST, text)
        : target.problem(RemoteException.Kind.LOST, text, cause);
  }

  /// Standard error of sudo: looks for its prompt until the script is ready.
  private final class PromptWatch extends OutputStream {
    private final String prompt;

    PromptWatch(String prompt) {
      this.prompt = prompt;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int off, int len) throws IOException {
      errorFilter.write(bytes, off, len);
      while (errorFilter.takeBefore(prompt)) {
        events.add(new Event.Prompt());
      }
    }
  }
}
