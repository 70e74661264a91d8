package io.kubegraft.remote;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.client.session.ClientSession;

/// The one session to a server: opened by the first who needs it, while the others wait for the
/// same attempt; opened again by the next one after it was lost or could not be opened.
final class Link {
  private final Target target;
  private final Connector connector;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<CompletableFuture<ClientSession>> attempt = Optional.empty();
  private boolean closed;

  Link(Target target, Connector connector) {
    this.target = target;
    this.connector = connector;
  }

  Target target() {
    return target;
  }

  ClientSession session(Deadline deadline) {
    CompletableFuture<ClientSession> future = current();
    try {
      return future.get(deadline.nanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RemoteException failure) {
        throw new RemoteException(
            failure.host(), failure.kind(), String.valueOf(failure.getMessage()), failure);
      }
      throw new IllegalStateException("connecting to " + target.label() + " failed", e.getCause());
    } catch (TimeoutException e) {
      throw target.problem(
          RemoteException.Kind.DEADLINE, "not connected within " + deadline.said(), e);
    } catch (InterruptedException e) {
      throw Connector.interrupted(target, e);
    }
  }

  private CompletableFuture<ClientSession> current() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the fleet is closed: " + target.label());
      }
      if (attempt.isPresent() && usable(attempt.get())) {
        return attempt.get();
      }
      var fresh = new CompletableFuture<ClientSession>();
      attempt = Optional.of(fresh);
      // Not on the caller's thread: its interruption must not fail those who wait with it.
      Thread.ofVirtual()
          .name("kubegraft-connect-" + target.label())
          .start(() -> {
            try {
              ClientSession session = connector.connect(target);
              if (!fresh.complete(session)) {
                session.close(true);
              }
            } catch (Throwable e) {
              fresh.completeExceptionally(e);
            }
          });
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  private static boolean usable(CompletableFuture<ClientSession> future) {
    return switch (future.state()) {
      case RUNNING -> true;
      case SUCCESS -> future.resultNow().isOpen();
      case FAILED, CANCELLED -> false;
    };
  }

  void hangUp() {
    lock.lock();
    try {
      closed = true;
      attempt.ifPresent(f -> f.cancel(false));
    } finally {
      lock.unlock();
    }
  }
}
