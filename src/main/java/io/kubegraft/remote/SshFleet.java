package io.kubegraft.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// A {@link Fleet} over SSH.
public final class SshFleet implements Fleet {
  private final Map<String, SshHost> hosts = new LinkedHashMap<>();
  private final Set<String> opened = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Map<String, Lazy<Link>> links = new LinkedHashMap<>();
  private final Lazy<Connector> connector = new Lazy<>(Connector::new);

  private volatile boolean closed;

  private SshFleet(
      Collection<Access> accesses, Map<String, String> unusable, SshSettings settings) {
    var config =
        new SshConfig(
            settings, SshConfig.findSsh(System.getenv().getOrDefault("PATH", "/usr/bin:/bin")));
    for (Access access : accesses) {
      var link =
          new Lazy<>(() -> {
            opened.add(access.name());
            access.jump().map(Access.Jump::name).ifPresent(opened::add);
            return new Link(config.resolve(access), connector.get());
          });
      links.put(access.name(), link);
      if (hosts.put(access.name(), new SshHost(access.name(), access.become(), link)) != null) {
        throw new IllegalArgumentException("two hosts are called " + access.name());
      }
    }
    unusable.forEach((name, why) -> {
      var link =
          new Lazy<Link>(() -> {
            throw new RemoteException(name, RemoteException.Kind.UNREACHABLE, name + ": " + why);
          });
      links.put(name, link);
      hosts.put(name, new SshHost(name, Access.Become.no(), link));
    });
  }

  /// Hosts that can be reached as told. Opens nothing yet.
  public static SshFleet of(Collection<Access> hosts, SshSettings settings) {
    return of(hosts, Map.of(), settings);
  }

  /// The same, with hosts that can't be reached, and why.
  public static SshFleet of(
      Collection<Access> hosts, Map<String, String> unusable, SshSettings settings) {
    return new SshFleet(hosts, unusable, settings);
  }

  /// Makes the SSH client ready in the background, as that takes a good part of what a short
  /// command takes. Worth calling as soon as it is clear that some host will be used.
  public void warmUp() {
    if (connector.made().isEmpty()) {
      Background.run(() -> {
        Connector made = connector.get();
        if (closed) {
          made.close();
        }
      });
    }
  }

  @Override
  public Host host(String name) {
    return sshHost(name);
  }

  @Override
  public Set<String> opened() {
    synchronized (opened) {
      return Collections.unmodifiableSet(new LinkedHashSet<>(opened));
    }
  }

  @Override
  public boolean silent(String name, Duration limit) {
    return connector.made().filter(made -> made.silent(name, limit)).isPresent();
  }

  /// The key that a host shows, whether or not it is known. Doesn't log in.
  public ShownKey scan(String name) {
    return Trust.scan(connector.get(), link(name).target());
  }

  /// Writes a host's key, which somebody has compared, into known_hosts; does nothing if it is
  /// there. Returns the file.
  ///
  /// @throws RemoteException of kind HOST_KEY_CHANGED if another key is known
  public Path pin(String name, HostKey key) {
    return Trust.pin(link(name).target(), key);
  }

  /// Lets a public key (a line as in `id_ed25519.pub`) log in as the login user. Returns false if
  /// it could already.
  public boolean installKey(String name, String publicKey) {
    return Trust.installKey(sshHost(name), publicKey);
  }

  private Link link(String name) {
    sshHost(name);
    return Objects.requireNonNull(links.get(name)).get();
  }

  private SshHost sshHost(String name) {
    SshHost host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException("no host called " + name + " among " + hosts.keySet());
    }
    return host;
  }

  @Override
  public <T> Map<String, Outcome<T>> each(List<String> names, int forks, Function<Host, T> work) {
    var turns = new Semaphore(forks);
    Map<String, Future<Outcome<T>>> running = new LinkedHashMap<>();
    // Closing waits for all of them, and interrupts them if this thread is interrupted meanwhile.
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("kubegraft-host-", 0).factory())) {
      for (String name : names) {
        Host host = host(name);
        running.computeIfAbsent(name, _ -> threads.submit(() -> one(host, turns, work)));
      }
    }
    Map<String, Outcome<T>> outcomes = new LinkedHashMap<>();
    running.forEach((name, future) -> outcomes.put(name, outcome(name, future)));
    return outcomes;
  }

  private static <T> Outcome<T> one(Host host, Semaphore turns, Function<Host, T> work)
      throws InterruptedException {
    turns.acquire();
    try {
      return new Outcome.Done<>(work.apply(host));
    } catch (RemoteException e) {
      return new Outcome.Failed<>(e);
    } finally {
      turns.release();
    }
  }

  private static <T> Outcome<T> outcome(String name, Future<Outcome<T>> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case InterruptedException interrupted -> interrupted(name, interrupted);
        // A mistake in the program is not a host's failure.
        case RuntimeException mistake -> throw mistake;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return interrupted(name, e);
    }
  }

  private static <T> Outcome<T> interrupted(String name, InterruptedException e) {
    return new Outcome.Failed<>(
        new RemoteException(
            name, RemoteException.Kind.INTERRUPTED, name + ": interrupted before its turn", e));
  }

  @Override
  public void close() {
    closed = true;
    for (Lazy<Link> link : links.values()) {
      link.made().ifPresent(Link::hangUp);
    }
    connector.made().ifPresent(Connector::close);
  }
}
