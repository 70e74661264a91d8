package io.kubegraft.observe;

import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/// A host that can do nothing; a test's own can do what that test is about.
public interface UnableHost extends Host {
  @Override
  default Output run(String script, Duration deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  default Optional<byte[]> read(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  default void write(String path, byte[] content, FileMode mode) {
    throw new UnsupportedOperationException();
  }

  @Override
  default Output feed(String script, InputStream input, Duration deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  default Output drain(String script, OutputStream sink, Duration deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  default Tunnel tunnel(String address, int port) {
    throw new UnsupportedOperationException();
  }
}
