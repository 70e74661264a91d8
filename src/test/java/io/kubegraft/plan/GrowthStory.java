package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.inventory.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A {@link GrowthWorld} that is grown by runs that are killed, each planned anew from what the one
/// before left, until one comes to its end.
final class GrowthStory {
  /// One run.
  ///
  /// @param before the cluster that it was planned from
  /// @param shuffled the plan from the same inventory in another order
  /// @param done in the order in which they were done
  /// @param begun what it was killed in the middle of, and how far that was, by step
  record Run(
      ClusterState before, Plan plan, Plan shuffled, List<Step> done, Map<Step, String> begun) {
    boolean wasKilled() {
      return done.size() < plan.steps().size();
    }

    /// Steps with which a way through the plan ended.
    List<Step> last() {
      Set<String> waitedFor =
          done.stream().flatMap(step -> step.after().stream()).collect(Collectors.toSet());
      return done.stream().filter(step -> !waitedFor.contains(step.id())).toList();
    }
  }

  /// What a cluster has come to, as far as it follows from who is a member and a control plane, and
  /// something remembers it: a vote that is missing, the taint of a control plane, an API server
  /// that lacks a member. Nothing remembers a list in /etc/etcd.env, nor the proxy of a new worker,
  /// which waits for no control plane.
  ///
  /// @param members name, URLs and vote of each
  /// @param nodes that are proven
  /// @param etcdServers of each API server
  /// @param certificates names and addresses in each API server's that are new
  /// @param configuration kubeadm's: endpoints and names; a limit may leave it out
  /// @param proxies where those local proxies lead that were there before
  record Outcome(
      Set<String> members,
      Map<String, Role> nodes,
      Map<String, Set<String>> etcdServers,
      Map<String, Set<String>> certificates,
      Set<String> configuration,
      Map<String, List<String>> proxies) {}

  final GrowthWorld world;
  final GrowthDeeds deeds;
  final List<Run> runs = new ArrayList<>();

  /// Steps that their own guards would not let be done, and why. An API server that only follows,
  /// in a plan that lets nothing grow, may have to wait for a begun graft whose host is away.
  final List<String> stuck = new ArrayList<>();

  /// Changes of membership that led from or to another shape than the plan says.
  final List<String> strayed = new ArrayList<>();

  /// Who can't be reached in the first run.
  Optional<String> away = Optional.empty();

  private final Random random;
  private final Set<String> before;

  private GrowthStory(GrowthWorld world, Random random) {
    this.world = world;
    this.deeds = new GrowthDeeds(world);
    this.random = random;
    this.before = Set.copyOf(world.live);
  }

  /// Killed up to three times. In some a newcomer can't be reached at first.
  static GrowthStory killed(long seed) {
    Random random = new Random(seed);
    GrowthStory story = new GrowthStory(new GrowthWorld(random), random);
    List<String> newcomers = story.next().newcomers();
    if (random.nextInt(3) == 0 && !newcomers.isEmpty()) {
      story.away = Optional.of(newcomers.get(random.nextInt(newcomers.size())));
      story.world.cluster.unreachable(story.away.get());
    }
    for (int kills = 1 + random.nextInt(3); kills > 0; kills--) {
      story.run(true);
      story.away.ifPresent(host -> story.world.onHost(host, _ -> {}));
    }
    story.run(false);
    return story;
  }

  static GrowthStory uninterrupted(long seed) {
    Random random = new Random(seed);
    GrowthStory story = new GrowthStory(new GrowthWorld(random), random);
    story.run(false);
    return story;
  }

  List<Run> withAllInReach() {
    return runs.subList(away.isPresent() ? 1 : 0, runs.size());
  }

  Plan first() {
    return runs.getFirst().plan();
  }

  /// What would be planned now.
  Plan next() {
    world.connect();
    return world.plan(random, false);
  }

  private void run(boolean killed) {
    Plan plan = next();
    Plan shuffled = world.plan(random, true);
    ClusterState before = world.cluster.state();
    List<Step> steps = plan.steps();
    Kill kill = killed && !steps.isEmpty() ? kill(steps) : new Kill.Never();
    Set<String> spared = new HashSet<>();
    List<Step> done = new ArrayList<>();
    List<Step> ready = ready(steps, done, spared);
    while (!ready.isEmpty() && !isTime(kill, done, ready)) {
      Step step = ready.get(random.nextInt(ready.size()));
      if (!kill.equals(new Kill.Failing(step)) && carryOut(step, plan)) {
        done.add(step);
      } else {
        spared.add(step.id());
      }
      ready = ready(steps, done, spared);
    }
    runs.add(new Run(before, plan, shuffled, done, begin(kill, ready(steps, done, Set.of()))));
  }

  /// Whether control planes or etcd grow by it.
  static boolean grows(Plan plan) {
    return plan.steps().stream()
        .anyMatch(step ->
            step.action() instanceof ControlPlaneAction.JoinControlPlane
                || step.action() instanceof EtcdAction.AddLearner);
  }

  private boolean carryOut(Step step, Plan plan) {
    EtcdShape before = EtcdShape.of(world.cluster.state().etcd());
    Optional<String> inTheWay = deeds.carryOut(step);
    if (inTheWay.isPresent()) {
      boolean somebodyIsAway = away.isPresent() && runs.isEmpty();
      if (!somebodyIsAway || grows(plan)) {
        stuck.add("run " + (runs.size() + 1) + ": " + step.id() + ": " + inTheWay.get());
      }
      return false;
    }
    if (step.disrupts() instanceof Disruption.ChangesMembership change) {
      EtcdShape after = EtcdShape.of(world.cluster.state().etcd());
      if (!change.before().equals(before) || !change.after().equals(after)) {
        strayed.add(step.id() + ": from " + before.inWords() + " to " + after.inWords());
      }
    }
    return true;
  }

  /// How a run ends that does not come to its end.
  private sealed interface Kill {
    record Never() implements Kill {}

    /// After so many steps.
    record After(int steps) implements Kill {}

    /// In the middle of a step, as soon as it may be done.
    record In(Step step) implements Kill {}

    /// None, but a step fails: all others go on but those that wait for it.
    record Failing(Step step) implements Kill {}
  }

  private Kill kill(List<Step> steps) {
    return switch (random.nextInt(6)) {
      case 0 -> new Kill.After(random.nextInt(steps.size()));
      case 1, 2 -> new Kill.In(anyKind(steps));
      case 3 -> new Kill.Failing(anyKind(steps));
      default -> {
        List<Step> withMiddle = steps.stream().filter(GrowthDeeds::hasMiddle).toList();
        yield new Kill.In(anyKind(withMiddle.isEmpty() ? steps : withMiddle));
      }
    };
  }

  /// Rare kinds of steps as often as those of which a plan has many.
  private Step anyKind(List<Step> steps) {
    List<? extends Class<?>> kinds =
        steps.stream().map(step -> step.action().getClass()).distinct().toList();
    Class<?> kind = kinds.get(random.nextInt(kinds.size()));
    List<Step> ofKind = steps.stream().filter(it -> kind.isInstance(it.action())).toList();
    return ofKind.get(random.nextInt(ofKind.size()));
  }

  private static boolean isTime(Kill kill, List<Step> done, List<Step> ready) {
    return switch (kill) {
      case Kill.Never _, Kill.Failing _ -> false;
      case Kill.After(int steps) -> done.size() == steps;
      case Kill.In(Step step) -> ready.contains(step);
    };
  }

  private static List<Step> ready(List<Step> steps, List<Step> done, Set<String> spared) {
    Set<String> ids = done.stream().map(Step::id).collect(Collectors.toSet());
    return steps.stream()
        .filter(step -> !ids.contains(step.id()) && !spared.contains(step.id()))
        .filter(step -> ids.containsAll(step.after()))
        .toList();
  }

  /// What goes on when the run is killed. Of those that restart an API server, join a control plane
  /// or change members one does at a time.
  private Map<Step, String> begin(Kill kill, List<Step> ready) {
    Map<Step, String> begun = new LinkedHashMap<>();
    Optional<Step> surely =
        switch (kill) {
          case Kill.Never _, Kill.After _ -> Optional.empty();
          case Kill.In(Step step) -> Optional.of(step);
          case Kill.Failing(Step step) -> Optional.of(step);
        };
    boolean taken = surely.filter(GrowthStory::goesAlone).isPresent();
    surely
        .filter(ready::contains)
        .ifPresent(step -> deeds.begin(step, random).ifPresent(far -> begun.put(step, far)));
    for (Step step : kill instanceof Kill.Never ? List.<Step>of() : ready) {
      boolean alone = goesAlone(step);
      if (!surely.equals(Optional.of(step)) && random.nextBoolean() && !(alone && taken)) {
        taken |= alone;
        deeds.begin(step, random).ifPresent(far -> begun.put(step, far));
      }
    }
    return begun;
  }

  private static boolean goesAlone(Step step) {
    return step.action() instanceof ControlPlaneAction.JoinControlPlane
        || step.action() instanceof ControlPlaneAction.UpdateApiServer
        || step.disrupts() instanceof Disruption.ChangesMembership;
  }

  Outcome outcome() {
    Clusters cluster = world.cluster;
    Map<String, Set<String>> servers = new TreeMap<>();
    cluster.servers.forEach(it -> servers.put(it.node(), new TreeSet<>(it.etcdServers())));
    Map<String, Set<String>> certificates = new TreeMap<>();
    cluster.controlPlanes.forEach(
        (host, model) -> certificates.put(host, ofNewHosts(model.sans())));
    Set<String> configuration = new TreeSet<>();
    if (world.limit.isEmpty()) {
      configuration.addAll(cluster.endpoints);
      configuration.addAll(cluster.certSans);
    }
    Map<String, List<String>> proxies = new TreeMap<>(deeds.proxies);
    proxies.keySet().retainAll(before);
    return new Outcome(
        cluster.members.stream()
            .map(it -> it.name() + " " + it.peerUrls() + " " + it.clientUrls() + " " + it.learner())
            .collect(Collectors.toCollection(TreeSet::new)),
        deeds.proven(),
        servers,
        certificates,
        configuration,
        proxies);
  }

  private Set<String> ofNewHosts(Set<String> sans) {
    Set<String> names = new TreeSet<>();
    for (String host : world.newcomers()) {
      names.add(host);
      names.add("10.200.70." + world.onHost(host).last);
    }
    names.retainAll(sans);
    return names;
  }
}
