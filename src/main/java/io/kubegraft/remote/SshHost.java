package io.kubegraft.remote;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A {@link Host} over SSH.
final class SshHost implements Host {
  /// sshd allows 10 sessions on a connection (MaxSessions) unless told otherwise.
  private static final int CHANNELS = 8;

  private static final Duration FILE_DEADLINE = Duration.ofSeconds(60);
  private static final int SLOWEST_BYTES_PER_SECOND = 1 << 20;
  private static final Duration TUNNEL_DEADLINE = Duration.ofSeconds(30);
  private static final long RETRY_MILLIS = 50;

  /// One refusal proves nothing: another channel may have been closing just then.
  private static final int TRIES = 5;

  private final String name;
  private final Access.Become become;
  private final Lazy<Link> link;
  private final Semaphore channels = new Semaphore(CHANNELS, true);

  SshHost(String name, Access.Become become, Lazy<Link> link) {
    this.name = name;
    this.become = become;
    this.link = link;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Output run(String script, Duration limit) {
    return call(script, Optional.empty(), Optional.empty(), Deadline.in(limit));
  }

  @Override
  public Output feed(String script, InputStream input, Duration limit) {
    return call(script, Optional.of(input), Optional.empty(), Deadline.in(limit));
  }

  @Override
  public Output drain(String script, OutputStream sink, Duration limit) {
    return call(script, Optional.empty(), Optional.of(sink), Deadline.in(limit));
  }

  @Override
  public Optional<byte[]> read(String path) {
    String script = FileScripts.read(path);
    Exec.Result result =
        exec(root(), script, Optional.empty(), Optional.empty(), Deadline.in(FILE_DEADLINE));
    return switch (result.exit()) {
      case 0 -> Optional.of(result.stdout().bytes());
      case FileScripts.MISSING -> Optional.empty();
      default -> throw new Output("read " + path, result.exit(), "", result.stderr()).failure(name);
    };
  }

  @Override
  public void write(String path, byte[] content, FileMode mode) {
    Duration limit = FILE_DEADLINE.plusSeconds(content.length / SLOWEST_BYTES_PER_SECOND);
    Output output =
        feed(
            FileScripts.write(path, content.length, mode),
            new ByteArrayInputStream(content),
            limit);
    if (!output.ok()) {
      throw output.failure(name);
    }
  }

  @Override
  public Tunnel tunnel(String address, int port) {
    Link open = link.get();
    open.session(Deadline.in(TUNNEL_DEADLINE));
    return LocalDoor.open(
        open.target(), () -> open.session(Deadline.in(TUNNEL_DEADLINE)), address, port, false);
  }

  /// Runs a script as the login user.
  Output runAsLogin(String script, Duration limit) {
    return output(
        script,
        exec(
            new Launch.As.LoginUser(),
            script,
            Optional.empty(),
            Optional.empty(),
            Deadline.in(limit)));
  }

  private Output call(
      String script, Optional<InputStream> input, Optional<OutputStream> sink, Deadline deadline) {
    return output(script, exec(root(), script, input, sink, deadline));
  }

  private static Output output(String script, Exec.Result result) {
    return new Output(Launch.title(script), result.exit(), result.stdout().text(), result.stderr());
  }

  private Launch.As root() {
    if (!become.wanted() || link.get().target().user().equals("root")) {
      return new Launch.As.Root();
    }
    byte[] nonce = new byte[8];
    new SecureRandom().nextBytes(nonce);
    return new Launch.As.Sudo(
        become.password(), "kubegraft-sudo-" + HexFormat.of().formatHex(nonce) + ":");
  }

  private Exec.Result exec(
      Launch.As as,
      String script,
      Optional<InputStream> input,
      Optional<OutputStream> sink,
      Deadline deadline) {
    Link open = link.get();
    Target target = open.target();
    boolean mine = false;
    int refusedAlone = 0;
    try {
      while (true) {
        mine = channels.tryAcquire(deadline.nanos(), TimeUnit.NANOSECONDS);
        if (!mine) {
          throw target.problem(
              RemoteException.Kind.DEADLINE,
              "`"
                  + Launch.title(script)
                  + "` didn't start within "
                  + deadline.said()
                  + ": "
                  + CHANNELS
                  + " others are running there");
        }
        try {
          return new Exec(target, as, script, input, sink, deadline).run(open.session(deadline));
        } catch (Exec.NoRoom full) {
          // MaxSessions is lower there than usual: wait for one of the others to end.
          boolean alone = channels.availablePermits() == CHANNELS - 1;
          if (alone && ++refusedAlone == TRIES) {
            throw target.problem(
                RemoteException.Kind.COMMAND,
                "sshd there opens no session for commands: "
                    + PlainWords.of(full)
                    + "\n  try: ssh "
                    + target.login()
                    + " id",
                full);
          }
          channels.release();
          mine = false;
          Thread.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      throw Connector.interrupted(target, e);
    } finally {
      if (mine) {
        channels.release();
      }
    }
  }
}
