package io.kubegraft.observe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// A port that answers nothing at all, as one behind a packet filter that drops: a listener whose
/// queue is full, and that takes nobody out of it.
public final class SilentPort implements AutoCloseable {
  private final ServerSocket full;
  private final List<SocketChannel> fillers = new ArrayList<>();

  private SilentPort(ServerSocket full) {
    this.full = full;
  }

  /// @param port 0 for any that is free
  public static SilentPort at(InetAddress address, int port) throws IOException {
    SilentPort silent = new SilentPort(new ServerSocket(port, 1, address));
    for (int i = 0; i < 8; i++) {
      SocketChannel filler = SocketChannel.open();
      silent.fillers.add(filler);
      filler.configureBlocking(false);
      filler.connect(new InetSocketAddress(address, silent.port()));
    }
    return silent;
  }

  public int port() {
    return full.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel filler : fillers) {
      filler.close();
    }
    full.close();
  }
}
