package io.kubegraft.run;

import io.kubegraft.cluster.Availability;
import io.kubegraft.observe.Probed;
import io.kubegraft.observe.ProbedApi;
import io.kubegraft.observe.ProbedEtcd;
import io.kubegraft.observe.Pulse;
import io.kubegraft.plan.ControlPlaneAction.JoinControlPlane;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Step;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Feels what clients feel while a run changes control planes or etcd.
///
/// * Every API server and every voting etcd member is read from and written to by itself, five
///   times a second each. Who comes into being joins: an API server when the step that joined it is
///   done, a member when the others say that it votes.
/// * One client of the API and one of etcd ask one server after the other until one answers, each
///   for {@link #TRY} at most ({@link NextServer}).
/// * All is counted honestly: a planned restart is a failure of its endpoint. But while the step
///   that restarts it goes on it is no cause for alarm.
/// * It is red while an endpoint that no step restarts has given no answer for longer than {@link
///   #PATIENCE}, or as soon as one of the clients gets none. That a request never got there, for
///   our own connection is down, is as bad: unknown is not healthy.
///
/// What it keeps doesn't grow with time. What it wrote is taken away at its end, also what an
/// earlier one left that was killed.
public final class Watch implements Consumer<Event>, AutoCloseable {
  static final Duration TRY = Duration.ofSeconds(2);
  static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final System.Logger LOG = System.getLogger(Watch.class.getName());

  private final Pulse pulse;
  private final int apiPort;
  private final long began = System.nanoTime();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private volatile boolean ended;

  /// Guarded by `this`, like the result. By inventory name, and by client URL.
  private final Map<String, ApiEndpoint> servers = new LinkedHashMap<>();

  private final Map<String, EtcdEndpoint> members = new LinkedHashMap<>();
  private final Watched apiClient = new Watched("API client that tries the next");
  private final Watched etcdClient = new Watched("etcd client that tries the next");
  private final NextServer nextServer = new NextServer();
  private final NextServer nextMember = new NextServer();
  private long term;
  private int leaderChanges;
  private Optional<Availability> result = Optional.empty();

  private record ApiEndpoint(Watched watched, ProbedApi probed) {}

  private record EtcdEndpoint(Watched watched, ProbedEtcd probed) {}

  private Watch(Pulse pulse, int apiPort) {
    this.pulse = pulse;
    this.apiPort = apiPort;
  }

  /// An API server and where it is reached.
  ///
  /// @param host inventory name, as steps name it
  public record Server(String host, String address, int port) {}

  /// Begins.
  ///
  /// @param pulse closed with it
  /// @param voters of etcd, as far as they are known; the others are found
  public static Watch begin(Pulse pulse, List<Server> servers, List<ProbedEtcd.Voter> voters) {
    Watch watch =
        new Watch(pulse, servers.stream().mapToInt(Server::port).findFirst().orElse(6443));
    servers.forEach(watch::join);
    voters.forEach(watch::join);
    watch.client(watch.apiClient, watch.nextServer);
    watch.client(watch.etcdClient, watch.nextMember);
    watch.threads.add(
        Thread.ofVirtual().name("kubegraft-watch etcd").start(watch::lookAtEtcdNowAndThen));
    return watch;
  }

  private void client(Watched watched, NextServer next) {
    threads.addAll(
        watched.begin(
            limit -> next.ask(Probed::read, limit),
            limit -> next.ask(Probed::write, limit),
            TRY,
            () -> ended));
  }

  private synchronized void join(Server server) {
    if (ended || servers.containsKey(server.host())) {
      return;
    }
    Watched watched = new Watched("API server of " + server.host());
    ProbedApi probed = pulse.api(server.address(), server.port());
    servers.put(server.host(), new ApiEndpoint(watched, probed));
    nextServer.add(probed);
    threads.addAll(watched.begin(probed::read, probed::write, TRY, () -> ended));
  }

  private synchronized void join(ProbedEtcd.Voter voter) {
    if (ended || members.containsKey(voter.clientUrl())) {
      return;
    }
    Watched watched = new Watched("etcd member " + voter.name());
    ProbedEtcd probed = pulse.etcd(voter.clientUrl());
    members.put(voter.clientUrl(), new EtcdEndpoint(watched, probed));
    nextMember.add(probed);
    threads.addAll(watched.begin(probed::read, probed::write, TRY, () -> ended));
  }

  private synchronized void leave(String clientUrl) {
    EtcdEndpoint endpoint = members.get(clientUrl);
    if (endpoint != null) {
      endpoint.watched().leave();
      nextMember.remove(endpoint.probed());
    }
  }

  private void lookAtEtcdNowAndThen() {
    try {
      while (!ended) {
        lookAtEtcd();
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAtEtcd() {
    Map<String, ProbedEtcd> known;
    synchronized (this) {
      known =
          members.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().probed()));
    }
    Optional<List<ProbedEtcd.Voter>> voters = Optional.empty();
    for (ProbedEtcd member : known.values()) {
      member.leader(TRY).ifPresent(this::seen);
      voters = voters.or(() -> member.voters(TRY));
    }
    voters.ifPresent(now -> {
      now.forEach(this::join);
      Set<String> urls = now.stream().map(ProbedEtcd.Voter::clientUrl).collect(Collectors.toSet());
      known.keySet().stream().filter(url -> !urls.contains(url)).forEach(this::leave);
    });
  }

  /// A leader is chosen once in a term; who still speaks of an older one has not heard yet.
  private synchronized void seen(ProbedEtcd.Leader leader) {
    if (leader.term() > term) {
      if (term > 0) {
        leaderChanges++;
      }
      term = leader.term();
    }
  }

  @Override
  public void accept(Event event) {
    switch (event) {
      case Event.StepStarted started -> restarting(started.step(), true);
      case Event.StepDone done -> {
        restarting(done.step(), false);
        if (done.changed()) {
          restarts(done.step()).ifPresent(Watched::restarted);
        }
        if (done.step().action() instanceof JoinControlPlane action) {
          join(new Server(done.step().host(), action.address(), apiPort));
        }
      }
      case Event.StepFailed failed -> {
        restarts(failed.step()).ifPresent(Watched::restartedIfFelt);
        restarting(failed.step(), false);
      }
      case Event.StepSkipped skipped -> restarting(skipped.step(), false);
      case Event.RunStarted _, Event.StepProgress _, Event.RunFinished _ -> {}
    }
  }

  private void restarting(Step step, boolean now) {
    restarts(step).ifPresent(watched -> watched.restarting(now));
  }

  /// What of the watched a step restarts.
  private synchronized Optional<Watched> restarts(Step step) {
    return step.disrupts() instanceof Disruption.Restarts(String _, String host)
        ? Optional.ofNullable(servers.get(host)).map(ApiEndpoint::watched)
        : Optional.empty();
  }

  /// Every API server that is watched, by inventory name.
  public synchronized Map<String, ProbedApi> apiServers() {
    Map<String, ProbedApi> probed = new LinkedHashMap<>();
    servers.forEach((host, endpoint) -> probed.put(host, endpoint.probed()));
    return probed;
  }

  /// Whatever makes it red now; empty if nothing does.
  public synchronized List<String> red() {
    return Stream.concat(
            Stream.of(apiClient, etcdClient).flatMap(w -> w.silentFor(Duration.ZERO).stream()),
            endpoints().flatMap(watched -> watched.silentFor(PATIENCE).stream()))
        .toList();
  }

  private Stream<Watched> endpoints() {
    return Stream.concat(
        servers.values().stream().map(ApiEndpoint::watched),
        members.values().stream().map(EtcdEndpoint::watched));
  }

  /// What was felt until now.
  public synchronized Availability felt() {
    return result.orElseGet(() ->
        new Availability(
            Duration.ofNanos(System.nanoTime() - began),
            endpoints().map(Watched::felt).toList(),
            List.of(apiClient.felt(), etcdClient.felt()),
            leaderChanges));
  }

  /// Ends all of it, and takes away what it wrote. Twice is once.
  @Override
  public void close() {
    synchronized (this) {
      if (ended) {
        return;
      }
      result = Optional.of(felt());
      ended = true;
    }
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
      clean(nextServer, "ConfigMap kube-system/kubegraft-probe");
      clean(nextMember, "the key /kubegraft/probe in etcd");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      pulse.close();
    }
  }

  private static void clean(NextServer servers, String what) {
    if (!servers.ask(Probed::clean, TRY).answered()) {
      LOG.log(
          System.Logger.Level.WARNING,
          what + " could not be deleted; the next run that changes control planes or etcd does");
    }
  }
}
