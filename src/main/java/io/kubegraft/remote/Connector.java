package io.kubegraft.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;

/// Opens and authenticates SSH sessions. Holds the one SSH client of the process: a client per
/// connection would cost a set of threads each.
///
/// Sessions to jump hosts are kept and shared by all hosts behind them.
final class Connector implements AutoCloseable {
  private static final int AT_ONCE = 8;
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final SshClient client;
  private final Map<String, Link> jumps = new ConcurrentHashMap<>();
  private final Map<String, Semaphore> ramps = new ConcurrentHashMap<>();

  /// Since when a TCP connection is being tried to whom, as {@link System#nanoTime}.
  private final Map<String, Long> knocking = new ConcurrentHashMap<>();

  private final KnownHostsCache known = new KnownHostsCache();

  Connector() {
    client = ClientSetup.start();
  }

  /// A fresh, authenticated session; it need not answer yet ({@link SessionStart}).
  ClientSession connect(Target target) {
    return connect(new Attempt(target, known.of(target.knownHosts()), false));
  }

  /// Whether nothing has come from there for so long.
  boolean silent(String label, Duration limit) {
    Long since = knocking.get(label);
    return since != null && System.nanoTime() - since >= limit.toNanos();
  }

  private ClientSession connect(Attempt attempt) {
    Target target = attempt.target;
    return switch (target.via()) {
      case Target.Via.Direct _ -> inTurn(target, deadline -> direct(attempt, deadline));
      case Target.Via.Jump(Target through) -> {
        // The time that this takes is the jump host's, not that of the host behind it.
        ClientSession jump = jump(through);
        yield inTurn(target, deadline -> behind(attempt, through, jump, deadline));
      }
      case Target.Via.Command(String line) ->
          inTurn(target, deadline -> piped(attempt, line, deadline));
    };
  }

  private ClientSession inTurn(Target target, Function<Deadline, ClientSession> way) {
    Deadline deadline = Deadline.in(target.connectTimeout());
    Semaphore ramp = ramp(target);
    try {
      if (!ramp.tryAcquire(deadline.nanos(), TimeUnit.NANOSECONDS)) {
        throw target.problem(
            RemoteException.Kind.UNREACHABLE,
            "no turn to connect within "
                + deadline.said()
                + "; too many hosts behind one jump host");
      }
    } catch (InterruptedException e) {
      throw interrupted(target, e);
    }
    try {
      return way.apply(deadline);
    } finally {
      ramp.release();
    }
  }

  /// The key that the host shows, whether or not anybody knows it. Doesn't log in.
  HostKey scan(Target target) {
    var attempt = new Attempt(target, known.of(target.knownHosts()), true);
    try {
      connect(attempt).close(true);
    } catch (RemoteException e) {
      return attempt.shown.get().orElseThrow(() -> e);
    }
    return attempt.shown.get().orElseThrow();
  }

  private Semaphore ramp(Target target) {
    String key =
        switch (target.via()) {
          case Target.Via.Direct _ -> target.address();
          case Target.Via.Jump(Target through) -> through.address();
          case Target.Via.Command _ -> "commands";
        };
    return ramps.computeIfAbsent(key, _ -> new Semaphore(AT_ONCE));
  }

  private ClientSession direct(Attempt attempt, Deadline deadline) {
    Target target = attempt.target;
    List<InetAddress> addresses;
    try {
      addresses = Arrays.asList(InetAddress.getAllByName(target.host()));
    } catch (UnknownHostException e) {
      throw target.problem(
          RemoteException.Kind.UNREACHABLE,
          "no address is known for "
              + target.host()
              + " (set ansible_host, or look with: getent hosts "
              + target.host()
              + ")",
          e);
    }
    List<RemoteException> failures = new ArrayList<>();
    for (InetAddress address : addresses) {
      knocking.putIfAbsent(target.label(), System.nanoTime());
      try {
        return open(attempt, new InetSocketAddress(address, target.port()), deadline);
      } catch (RemoteException e) {
        if (e.kind() != RemoteException.Kind.UNREACHABLE || deadline.passed()) {
          throw e;
        }
        failures.add(e);
      } finally {
        knocking.remove(target.label());
      }
    }
    throw failures.getFirst();
  }

  private ClientSession jump(Target through) {
    return jumps
        .computeIfAbsent(through.login() + " via " + through.via(), _ -> new Link(through, this))
        .session(Deadline.in(SessionStart.longest(through)));
  }

  private ClientSession behind(
      Attempt attempt, Target through, ClientSession session, Deadline deadline) {
    Target target = attempt.target;
    LocalDoor door = LocalDoor.open(through, () -> session, target.host(), target.port(), true);
    try {
      ClientSession inner =
          open(
              attempt,
              new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), door.localPort()),
              deadline);
      inner.addCloseFutureListener(_ -> Background.run(door::close));
      return inner;
    } catch (RuntimeException e) {
      door.close();
      throw door.problem().<RuntimeException>map(why -> behind(target, why)).orElse(e);
    }
  }

  private static RemoteException behind(Target target, RemoteException why) {
    return target.problem(
        RemoteException.Kind.UNREACHABLE,
        "can't be reached through its jump host. " + why.getMessage(),
        why);
  }

  private ClientSession piped(Attempt attempt, String line, Deadline deadline) {
    Target target = attempt.target;
    try {
      var bridge = ProxyProcess.start(line);
      try {
        ClientSession session = open(attempt, bridge.address(), deadline);
        session.addCloseFutureListener(_ -> Background.run(bridge::close));
        return session;
      } catch (RemoteException e) {
        bridge.close();
        String said = bridge.said();
        throw said.isBlank()
            ? e
            : new RemoteException(
                e.host(), e.kind(), e.getMessage() + "\n  ProxyCommand says: " + said.strip(), e);
      }
    } catch (IOException e) {
      throw target.problem(
          RemoteException.Kind.UNREACHABLE,
          "its ProxyCommand can't be started: " + PlainWords.of(e),
          e);
    }
  }

  private ClientSession open(Attempt attempt, SocketAddress address, Deadline deadline) {
    Target target = attempt.target;
    ClientSession session;
    try {
      session =
          client
              .connect(target.user(), address, attempt, null)
              .verify(deadline.millis())
              .getSession();
      knocking.remove(target.label());
    } catch (IOException e) {
      throw unreachable(target, e, deadline);
    }
    boolean ready = false;
    try {
      target.password().ifPresent(password -> session.addPasswordIdentity(password.reveal()));
      session.auth().verify(deadline.millis());
      ready = true;
      return session;
    } catch (IOException e) {
      throw attempt.refusal.get().orElseGet(() -> refused(target, attempt, e, deadline));
    } finally {
      if (!ready) {
        session.close(true);
      }
    }
  }

  private static RemoteException unreachable(Target target, IOException e, Deadline deadline) {
    Throwable root = root(e);
    if (root instanceof InterruptedException || e instanceof InterruptedIOException) {
      return interrupted(target, e);
    }
    String why =
        switch (root) {
          case TimeoutException _ -> "no answer within " + deadline.said();
          case Throwable _ when deadline.passed() -> "no answer within " + deadline.said();
          case Throwable _ -> PlainWords.of(e);
        };
    return target.problem(
        RemoteException.Kind.UNREACHABLE,
        "no SSH connection to " + target.address() + ": " + why + "\n  try: ssh " + target.login(),
        e);
  }

  private static RemoteException refused(
      Target target, Attempt attempt, IOException e, Deadline deadline) {
    if (root(e) instanceof InterruptedException || e instanceof InterruptedIOException) {
      return interrupted(target, e);
    }
    boolean denied =
        e instanceof SshException ssh
            && (ssh.getDisconnectCode()
                    == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE
                || String.valueOf(ssh.getMessage()).contains("Too many authentication failures"));
    if (!denied) {
      return unreachable(target, e, deadline);
    }
    List<String> tried = new ArrayList<>(attempt.tried);
    if (target.password().isPresent()) {
      tried.add("the password");
    }
    return target.problem(
        RemoteException.Kind.AUTHENTICATION,
        target.user()
            + "@"
            + target.address()
            + " refused the login. Tried: "
            + (tried.isEmpty() ? "nothing, as there are no keys" : String.join("; ", tried))
            + ". "
            + (String.valueOf(e.getMessage()).contains("Too many")
                ? "The server gave up before all were tried: name the right key with --private-key."
                : "Name a key with --private-key, or give a password with -k.")
            + "\n  try: ssh -v "
            + target.login(),
        e);
  }

  static RemoteException interrupted(Target target, Throwable cause) {
    Thread.currentThread().interrupt();
    return target.problem(RemoteException.Kind.INTERRUPTED, "interrupted while connecting", cause);
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  @Override
  public void close() {
    for (Link jump : jumps.values()) {
      jump.hangUp();
    }
    try {
      // Never waits for ever: a peer that is gone doesn't say goodbye.
      if (!client.close(false).await(GOODBYE.toMillis())) {
        client.close(true).await(GOODBYE.toMillis());
      }
    } catch (IOException interrupted) {
      client.close(true);
      Thread.currentThread().interrupt();
    }
  }

  /// Reads each set of files once, and again when one of them has changed.
  private static final class KnownHostsCache {
    private record Stamp(Path file, long size, long changed) {
      static Stamp of(Path file) {
        // 0 for a file that isn't there.
        return new Stamp(file, file.toFile().length(), file.toFile().lastModified());
      }
    }

    private final Map<List<Stamp>, KnownHosts> read = new ConcurrentHashMap<>();

    KnownHosts of(List<Path> files) {
      return read.computeIfAbsent(
          files.stream().map(Stamp::of).toList(), _ -> KnownHosts.read(files));
    }
  }
}
