package io.kubegraft.observe;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Outage;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// The way to a live cluster: the first control plane, by name, on which an API server answers. It
/// alone is opened, unless nothing comes from it for a while; then the others are tried side by
/// side, and none is waited for twice.
///
/// An API server *answers* once it has read something from etcd: one that lost etcd still tells its
/// version. Where none does, what is left to be seen is put together: who can be logged in to, what
/// each API server says, and etcd as its members tell through whichever host can be reached.
final class Approach implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(25);

  /// An API server that is well has answered by then, and etcd need not be asked why not.
  private static final Duration WELL = Duration.ofSeconds(1);

  private final Fleet fleet;
  private final Patience patience;
  private final List<String> controlPlanes;
  private final List<String> etcdAlone;
  private final long began = System.nanoTime();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final SequencedMap<String, Future<End>> tries = new LinkedHashMap<>();
  private final Map<String, End> ends = new TreeMap<>();

  /// How a try ended.
  private sealed interface End {
    record Found(LiveCluster cluster) implements End {}

    /// We got in, and the API can't be read there.
    ///
    /// @param api empty where no control plane is wanted
    /// @param etcd if it could be asked from there
    record Sick(Optional<Health> api, Optional<EtcdState> etcd) implements End {}

    record Out(String why) implements End {}
  }

  /// @param etcdHosts inventory names of those that are to run etcd
  Approach(
      Fleet fleet,
      Patience patience,
      Collection<String> controlPlanes,
      Collection<String> etcdHosts) {
    this.fleet = fleet;
    this.patience = patience;
    this.controlPlanes = controlPlanes.stream().distinct().sorted().toList();
    this.etcdAlone =
        etcdHosts.stream()
            .filter(name -> !controlPlanes.contains(name))
            .distinct()
            .sorted()
            .toList();
  }

  /// @throws OutageException if no API server can be read
  LiveCluster find() {
    for (String name : controlPlanes) {
      begin(name);
      awaitSign(name);
      if (!ended(name)) {
        break;
      }
      if (found().isPresent()) {
        return chosen(found().get());
      }
    }
    controlPlanes.forEach(this::begin);
    Optional<LiveCluster> found = awaitAll();
    if (found.isPresent()) {
      return chosen(found.get());
    }
    throw new OutageException(outage());
  }

  private void begin(String name) {
    tries.computeIfAbsent(
        name,
        _ ->
            threads.submit(() ->
                etcdAlone.contains(name)
                    ? etcdThrough(fleet.host(name))
                    : attempt(fleet.host(name))));
  }

  /// Until it has ended, or the others should be on their way.
  private void awaitSign(String name) {
    long since = System.nanoTime();
    while (!ended(name)
        && !fleet.silent(name, patience.others())
        && System.nanoTime() - since < patience.slow().toNanos()) {
      pause();
    }
  }

  /// Until one is found and those before it have had their chance, or nobody is left.
  private Optional<LiveCluster> awaitAll() {
    long foundAt = Long.MAX_VALUE;
    while (true) {
      List<String> left = tries.keySet().stream().filter(name -> !ended(name)).toList();
      Optional<LiveCluster> found = found();
      if (found.isPresent()) {
        foundAt = Math.min(foundAt, System.nanoTime());
        String name = found.get().coordinator().name();
        boolean before = left.stream().anyMatch(other -> other.compareTo(name) < 0);
        if (!before || System.nanoTime() - foundAt > WELL.toNanos()) {
          return found;
        }
      } else if (!ends.isEmpty()) {
        etcdAlone.forEach(this::begin);
      }
      if (tries.keySet().stream().allMatch(this::ended) || over()) {
        return found();
      }
      pause();
    }
  }

  private boolean over() {
    return patience
        .whole()
        .filter(whole -> System.nanoTime() - began > whole.toNanos())
        .isPresent();
  }

  /// The first by name of those that are found.
  private Optional<LiveCluster> found() {
    return clusters().findFirst();
  }

  private Stream<LiveCluster> clusters() {
    return ends.values().stream()
        .flatMap(end -> end instanceof End.Found(var cluster) ? Stream.of(cluster) : Stream.of());
  }

  private LiveCluster chosen(LiveCluster cluster) {
    clusters().filter(other -> other != cluster).forEach(LiveCluster::close);
    Map<String, String> silent = new LinkedHashMap<>();
    ends.forEach((name, end) -> {
      switch (end) {
        case End.Found _ -> {}
        case End.Sick(var api, _) ->
            silent.put(name, "its API server is " + api.map(Health::inWords).orElse("unknown"));
        case End.Out(var why) -> silent.put(name, why);
      }
    });
    return cluster.asCoordinator(silent);
  }

  private boolean ended(String name) {
    if (ends.containsKey(name)) {
      return true;
    }
    Future<End> running = Objects.requireNonNull(tries.get(name));
    if (running.isDone()) {
      ends.put(name, Calls.get(running));
      return true;
    }
    if (fleet.silent(name, patience.silent())) {
      running.cancel(true);
      ends.put(name, new End.Out("no answer within " + said(patience.silent()) + ": is it off?"));
      return true;
    }
    return false;
  }

  private static String said(Duration limit) {
    return limit.toMillis() % 1000 == 0
        ? limit.toSeconds() + " s"
        : limit.toMillis() / 1000.0 + " s";
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException(
          Code.INTERRUPTED, "interrupted while connecting", Next.kubegraft("status"), e);
    }
  }

  private End attempt(Host host) {
    LiveCluster cluster;
    try {
      cluster = LiveCluster.open(host, patience);
    } catch (RemoteException e) {
      return e.kind() == RemoteException.Kind.COMMAND
          ? new End.Sick(Optional.of(new Health.Unhealthy(why(e, host))), Optional.empty())
          : new End.Out(why(e, host));
    } catch (ObserveException e) {
      return new End.Sick(Optional.of(new Health.Unhealthy(ApiWords.of(e))), Optional.empty());
    }
    End end = new End.Out("it broke off");
    try {
      end = asked(cluster);
      return end;
    } finally {
      if (!(end instanceof End.Found)) {
        cluster.close();
      }
    }
  }

  private End asked(LiveCluster cluster) {
    Future<Health> asking = threads.submit(() -> cluster.api().readable(patience.answer()));
    Optional<Health> soon = within(asking, WELL);
    if (soon.filter(Health::isHealthy).isPresent()) {
      return new End.Found(cluster);
    }
    EtcdState etcd = cluster.etcd().state();
    // Without a quorum the answer would be the same, only later.
    Optional<Health> api =
        within(asking, etcd.hasQuorum() ? patience.answer().plus(WELL) : Duration.ZERO);
    if (api.filter(Health::isHealthy).isPresent()) {
      return new End.Found(cluster);
    }
    return new End.Sick(
        api.or(() -> Optional.of(new Health.Unknown("no answer yet"))), Optional.of(etcd));
  }

  private static Optional<Health> within(Future<Health> asking, Duration limit) {
    try {
      return Optional.of(asking.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(new Health.Unknown(ApiWords.of(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private End etcdThrough(Host host) {
    try (EtcdApi etcd = LiveCluster.etcdOf(host, patience)) {
      return new End.Sick(Optional.empty(), Optional.of(etcd.state()));
    } catch (RemoteException e) {
      return e.kind() == RemoteException.Kind.COMMAND
          ? new End.Sick(Optional.empty(), Optional.empty())
          : new End.Out(why(e, host));
    } catch (ObserveException e) {
      return new End.Sick(Optional.empty(), Optional.empty());
    }
  }

  /// Without the host's name, by which the answer is kept.
  private static String why(RemoteException e, Host host) {
    String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    String lead = host.name() + ": ";
    return text.startsWith(lead) ? text.substring(lead.length()) : text;
  }

  private Outage outage() {
    SequencedMap<String, Outage.Seen> hosts = new LinkedHashMap<>();
    for (String name : tries.keySet()) {
      boolean controlPlane = controlPlanes.contains(name);
      hosts.put(
          name,
          switch (ends.get(name)) {
            // Whoever has shown a sign of life and said nothing yet may be slow; that is not off.
            case null ->
                new Outage.Seen(
                    new Health.Unknown("no answer until now; it may be slow"), Optional.empty());
            case End.Found _ -> throw new IllegalStateException(name + " was found");
            case End.Sick(var api, _) -> new Outage.Seen(Health.healthy(), api);
            case End.Out(var why) ->
                new Outage.Seen(
                    new Health.Unhealthy(why),
                    controlPlane
                        ? Optional.of(new Health.Unknown("its host can't be reached"))
                        : Optional.empty());
          });
    }
    Optional<Map.Entry<String, End>> best =
        ends.entrySet().stream().max(Comparator.comparingInt(entry -> answering(entry.getValue())));
    return new Outage(
        hosts,
        best.flatMap(entry -> etcd(entry.getValue()))
            .orElseGet(() ->
                new EtcdState(
                    Set.of(),
                    List.of(),
                    new Health.Unknown("no host is reached from which it could be asked"))),
        best.filter(entry -> etcd(entry.getValue()).isPresent()).map(Map.Entry::getKey));
  }

  private static Optional<EtcdState> etcd(End end) {
    return end instanceof End.Sick(var _, var etcd) ? etcd : Optional.empty();
  }

  private static int answering(End end) {
    return etcd(end)
        .map(state ->
            1
                + state.members().size()
                + (int) state.members().stream().filter(EtcdMember::answers).count())
        .orElse(0);
  }

  /// Whoever is still at it is broken off.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
