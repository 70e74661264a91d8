package io.kubegraft.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.sshd.common.Factory;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.io.nio2.Nio2Connector;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactory;
import org.apache.sshd.common.util.threads.CloseableExecutorService;

/// Input and output of SSH clients on one group of threads for the whole process.
///
/// The library has a group for each client and shuts its threads down when the client is closed,
/// while a connection may still be closing, or be on its way to a host that is off. What comes of
/// that connection then finds nobody to take it, and the thread that has it dies with a stack trace
/// on standard error. A group that is never shut down has no such moment.
final class SharedIo implements IoServiceFactoryFactory {
  private static final int THREADS = 3;

  @Override
  public IoServiceFactory create(FactoryManager manager) {
    return new OfTheProcess(manager);
  }

  /// The threads are ours.
  @Override
  public void setExecutorServiceFactory(Factory<CloseableExecutorService> factory) {
    throw new UnsupportedOperationException();
  }

  private static final class OfTheProcess extends Nio2ServiceFactory {
    // Its own group has no connections.
    @SuppressWarnings("NullAway")
    OfTheProcess(FactoryManager manager) {
      super(manager, null, null);
    }

    @Override
    public IoConnector createConnector(IoHandler handler) {
      return autowireCreatedService(
          new Nio2Connector(this, getFactoryManager(), handler, Threads.GROUP, Threads.RESUMING));
    }
  }

  /// Made with the first connection.
  private static final class Threads {
    static final AsynchronousChannelGroup GROUP = group();
    static final ExecutorService RESUMING =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("ssh-resume-", 0).factory());

    private static AsynchronousChannelGroup group() {
      try {
        return AsynchronousChannelGroup.withFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("ssh-io-", 0).factory());
      } catch (IOException e) {
        throw new UncheckedIOException("no threads for SSH can be made", e);
      }
    }
  }
}
