package io.kubegraft.graft;

import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// A host, and somebody who is told of each script right before it runs.
record HostThatTells(Host host, Consumer<String> told) implements Host {
  @Override
  public String name() {
    return host.name();
  }

  @Override
  public Output run(String script, Duration deadline) {
    told.accept(script);
    return host.run(script, deadline);
  }

  @Override
  public Output feed(String script, InputStream input, Duration deadline) {
    told.accept(script);
    return host.feed(script, input, deadline);
  }

  @Override
  public Output drain(String script, OutputStream sink, Duration deadline) {
    told.accept(script);
    return host.drain(script, sink, deadline);
  }

  @Override
  public Optional<byte[]> read(String path) {
    return host.read(path);
  }

  @Override
  public void write(String path, byte[] content, FileMode mode) {
    host.write(path, content, mode);
  }

  @Override
  public Tunnel tunnel(String address, int port) {
    return host.tunnel(address, port);
  }
}
