package io.kubegraft.observe;

import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/// This machine as a host of which only ports matter: what is tunnelled to is here already.
abstract class PortsHost implements Host {
  @Override
  public String name() {
    return "k8s-node1";
  }

  @Override
  public Tunnel tunnel(String address, int port) {
    return new Tunnel() {
      @Override
      public int localPort() {
        return port;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Output run(String script, Duration deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<byte[]> read(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void write(String path, byte[] content, FileMode mode) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Output feed(String script, InputStream input, Duration deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Output drain(String script, OutputStream sink, Duration deadline) {
    throw new UnsupportedOperationException();
  }
}
