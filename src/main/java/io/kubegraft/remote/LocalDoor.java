package io.kubegraft.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.util.net.SshdSocketAddress;

/// A port on 127.0.0.1 behind which `address:port` is found, as seen from an SSH server.
///
/// The library has such a thing, but it ends both directions as soon as one has ended, and keeps
/// the reason to itself when the server can't connect. Two virtual threads per connection.
final class LocalDoor implements Host.Tunnel {
  private static final System.Logger LOG = System.getLogger(LocalDoor.class.getName());
  private static final Duration OPEN = Duration.ofSeconds(30);
  private static final Duration LETTING_GO = Duration.ofSeconds(5);
  private static final int CHUNK = 1 << 16;
  private static final int BACKLOG = 64;

  private final Target target;
  private final Supplier<ClientSession> session;
  private final SshdSocketAddress behind;
  private final boolean once;
  private final ServerSocket server;
  private final Thread serving;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Optional<RemoteException>> problem =
      new AtomicReference<>(Optional.empty());

  private LocalDoor(
      Target target,
      Supplier<ClientSession> session,
      SshdSocketAddress behind,
      boolean once,
      ServerSocket server) {
    this.target = target;
    this.session = session;
    this.behind = behind;
    this.once = once;
    this.server = server;
    this.serving =
        Thread.ofVirtual().name("kubegraft-door-" + server.getLocalPort()).unstarted(this::serve);
  }

  /// @param session asked for each connection, so that a new one serves when the old one is lost
  /// @param once let in a single connection
  static LocalDoor open(
      Target target, Supplier<ClientSession> session, String address, int port, boolean once) {
    try {
      var server = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
      var door = new LocalDoor(target, session, new SshdSocketAddress(address, port), once, server);
      door.serving.start();
      return door;
    } catch (IOException e) {
      throw target.problem(
          RemoteException.Kind.UNREACHABLE,
          "no local port for a tunnel to " + address + ":" + port + ": " + PlainWords.of(e),
          e);
    }
  }

  @Override
  public int localPort() {
    return server.getLocalPort();
  }

  @Override
  public Optional<RemoteException> problem() {
    return problem.get();
  }

  /// When this returns nobody gets in any more: a port is only given up once the thread that
  /// accepts there has let go of it.
  @Override
  public void close() {
    shut(server);
    try {
      serving.join(LETTING_GO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sockets.forEach(LocalDoor::shut);
  }

  private void serve() {
    try (server) {
      do {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual()
            .name("kubegraft-tunnel-" + target.label())
            .start(() -> {
              connect(socket);
              sockets.remove(socket);
            });
      } while (!once);
    } catch (IOException closed) {
      LOG.log(System.Logger.Level.DEBUG, "door closed", closed);
    }
  }

  private void connect(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      ChannelDirectTcpip channel =
          session.get().createDirectTcpipChannel(new SshdSocketAddress("127.0.0.1", 0), behind);
      try {
        channel.open().verify(OPEN.toMillis());
      } catch (IOException e) {
        problem.set(Optional.of(refused(e)));
        // Not a clean end: nobody should take this for an empty answer.
        socket.setSoLinger(true, 0);
        return;
      }
      problem.set(Optional.empty());
      try {
        carry(socket, channel);
      } finally {
        channel.close(false);
      }
    } catch (RemoteException e) {
      problem.set(Optional.of(e));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "tunnel connection ended", e);
    } catch (RuntimeException e) {
      // The library's own, as when its session ends just now; whoever connected sees a reset.
      problem.set(Optional.of(target.problem(RemoteException.Kind.LOST, PlainWords.of(e), e)));
    }
  }

  private static void carry(Socket socket, ChannelDirectTcpip channel) throws IOException {
    Thread outward =
        Thread.ofVirtual()
            .start(() -> {
              try (OutputStream to = channel.getInvertedIn()) {
                copy(socket.getInputStream(), to);
              } catch (IOException e) {
                // The other direction can't be of use any more.
                channel.close(false);
              }
            });
    copy(channel.getInvertedOut(), socket.getOutputStream());
    if (!channel.isOpen()) {
      return;
    }
    socket.shutdownOutput();
    try {
      outward.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
      to.write(chunk, 0, n);
      to.flush();
    }
  }

  /// Only the server's own word that it tried says that there is no way on; whatever else goes
  /// wrong, the connection to the server or its rules are at fault.
  private RemoteException refused(IOException e) {
    return target.problem(
        triedInVain(e) || (e.getCause() != null && triedInVain(e.getCause()))
            ? RemoteException.Kind.NO_WAY_ON
            : RemoteException.Kind.LOST,
        "no way on to "
            + behind
            + ": "
            + PlainWords.of(e)
            + "\n  is it listening there? If so, does sshd_config say AllowTcpForwarding no?",
        e);
  }

  private static boolean triedInVain(Throwable e) {
    return e instanceof SshChannelOpenException answer
        && answer.getReasonCode() == SshConstants.SSH_OPEN_CONNECT_FAILED;
  }

  private static void shut(AutoCloseable it) {
    try {
      it.close();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.DEBUG, "can't close", e);
    }
  }
}
