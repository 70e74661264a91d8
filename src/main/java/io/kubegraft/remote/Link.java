package io.kubegraft.remote;

import java.util.Optional;
import java.util.concurrent.CancellationException;
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
  private Optional<Opening> opening = Optional.empty();
  private boolean closed;

  private record Opening(SessionStart start, CompletableFuture<ClientSession> session) {}

  Link(Target target, Connector connector) {
    this.target = target;
    this.connector = connector;
  }

  Target target() {
    return target;
  }

  ClientSession session(Deadline deadline) {
    Opening current = current();
    try {
      return current.session().get(deadline.nanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RemoteException failure) {
        throw new RemoteException(
            failure.host(), failure.kind(), String.valueOf(failure.getMessage()), failure);
      }
      throw new IllegalStateException("connecting to " + target.label() + " failed", e.getCause());
    } catch (TimeoutException e) {
      throw current
          .start()
          .slow(deadline)
          .orElseGet(() ->
              target.problem(
                  RemoteException.Kind.DEADLINE, "not connected within " + deadline.said(), e));
    } catch (CancellationException e) {
      throw closed();
    } catch (InterruptedException e) {
      throw Connector.interrupted(target, e);
    }
  }

  private RemoteException closed() {
    return target.problem(RemoteException.Kind.LOST, PlainWords.CLOSED_HERE);
  }

  private Opening current() {
    lock.lock();
    try {
      if (closed) {
        throw closed();
      }
      if (opening.isPresent() && usable(opening.get().session())) {
        return opening.get();
      }
      var start = new SessionStart(target, connector);
      var session = new CompletableFuture<ClientSession>();
      var fresh = new Opening(start, session);
      opening = Optional.of(fresh);
      // Not on the caller's thread: its interruption must not fail those who wait with it.
      Thread.ofVirtual()
          .name("kubegraft-connect-" + target.label())
          .start(() -> {
            try {
              ClientSession opened = start.open();
              if (!session.complete(opened)) {
                opened.close(true);
              }
            } catch (Throwable e) {
              session.completeExceptionally(e);
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
      opening.ifPresent(o -> o.session().cancel(false));
    } finally {
      lock.unlock();
    }
  }
}
