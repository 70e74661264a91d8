package io.kubegraft.view;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.RunAtWork;
import io.kubegraft.plan.Drift;
import io.kubegraft.plan.Drifts;
import io.kubegraft.plan.EtcdStanding;
import io.kubegraft.plan.Grafting;
import io.kubegraft.plan.Many;
import io.kubegraft.plan.Sizes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// A live cluster at one moment, for `kubegraft status`.
public final class StatusText {
  private final Look look;
  private final Page page;

  private StatusText(Look look) {
    this.look = look;
    this.page = new Page(look);
  }

  /// @param notInCluster hosts that the inventory gives a role and that are no nodes
  /// @param memberHosts which host each etcd member is on, by member ID
  /// @param notInInventory nodes that the inventory doesn't name; they are kept
  /// @param membersNotInInventory the same of etcd members, each with its address
  /// @param atWork the run that has the cluster's lock
  public record Status(
      ClusterState cluster,
      Derived derived,
      Map<String, String> memberHosts,
      Collection<String> notInCluster,
      Collection<String> notInInventory,
      Collection<String> membersNotInInventory,
      Optional<RunAtWork> atWork,
      Instant now) {
    public Status {
      memberHosts = Map.copyOf(memberHosts);
      notInCluster = List.copyOf(notInCluster);
      notInInventory = List.copyOf(notInInventory);
      membersNotInInventory = List.copyOf(membersNotInInventory);
    }

    /// What a run began and has not finished.
    public List<String> unfinished() {
      return Grafting.unfinished(cluster, memberHosts);
    }

    List<Drift> drifts() {
      return Drifts.find(cluster, derived);
    }
  }

  public static String render(Status status, Look look) {
    return new StatusText(look).status(status);
  }

  private String status(Status status) {
    ClusterState cluster = status.cluster();
    page.fact("Kubernetes", cluster.api().version() + ", " + cluster.settings().clusterName());
    page.fact(
        "API", cluster.api().ready().inWords() + ", seen through " + cluster.api().coordinator());
    page.fact("etcd", etcd(cluster.etcd()));
    EtcdStanding.of(cluster.etcd()).ifPresent(standing -> page.fact("Quorum", standing.inWords()));
    status
        .atWork()
        .ifPresent(run ->
            page.fact(
                run.isAlive(status.now()) ? "At work" : "Cut off", atWork(run, status.now())));
    silent(cluster.api().silent());

    if (!cluster.api().servers().isEmpty()) {
      page.gap();
      apiServers(status);
    }
    page.gap();
    members(status);
    page.gap();
    nodes(status);

    page.gap();
    unfinished(status);
    derived(status);
    if (!status.notInCluster().isEmpty()
        || !status.notInInventory().isEmpty()
        || !status.membersNotInInventory().isEmpty()) {
      page.gap();
    }
    difference("In the inventory, not in the cluster: ", status.notInCluster(), "");
    difference("In the cluster, not in the inventory: ", status.notInInventory(), " (kept)");
    difference("In etcd, not in the inventory: ", status.membersNotInInventory(), " (kept)");
    return page.text();
  }

  private static String atWork(RunAtWork run, Instant now) {
    return run.holder()
        + run.renewed()
            .map(renewed ->
                ", last seen " + Math.max(0, Duration.between(renewed, now).toSeconds()) + " s ago")
            .orElse("");
  }

  /// A graft that was begun is in no order, whether or not its node is Ready.
  private void unfinished(Status status) {
    List<String> unfinished = status.unfinished();
    if (unfinished.isEmpty()) {
      return;
    }
    page.fact(
        "Unfinished",
        unfinished.size()
            + (status.atWork().filter(run -> run.isAlive(status.now())).isPresent()
                ? "; a run is at work"
                : "; kubegraft apply goes on from there"));
    unfinished.forEach(each -> page.problem(look.red("✘"), each));
  }

  /// Of whom the same is to be said as of the first.
  private static String others(List<String> hosts) {
    return " (and the same of " + Many.names(hosts.subList(1, hosts.size())) + ")";
  }

  private static String etcd(EtcdState etcd) {
    int learners = etcd.members().size() - etcd.voters().size();
    return etcd.health().inWords()
        + ", "
        + Names.count(etcd.voters().size(), "voter")
        + (learners == 0 ? "" : ", " + Names.count(learners, "learner"))
        + (etcd.clusterIds().size() == 1
            ? ", cluster ID " + etcd.clusterIds().iterator().next()
            : ", cluster IDs: " + Names.list(etcd.clusterIds()));
  }

  private void silent(Map<String, String> silent) {
    new TreeMap<>(silent)
        .forEach((host, why) -> page.problem(look.red("✘"), host + " did not answer: " + why));
  }

  private void apiServers(Status status) {
    List<ApiServer> servers = servers(status.cluster());
    Table table =
        new Table(List.of(3), "API SERVER", "HEALTH", "VERSION", "ETCD SERVERS", "CERTIFICATE");
    for (ApiServer server : servers) {
      Optional<Derived.Answer> answer = answer(status, server);
      String version = answer.map(Derived.Answer::version).orElse("");
      table.row(
          server.node(),
          word(health(server, answer)),
          version.isEmpty() ? "unknown" : version,
          Integer.toString(server.etcdServers().size()),
          answer
              .flatMap(Derived.Answer::certificate)
              .map(shown -> Certificates.left(shown.ends(), status.now()))
              .orElse("unknown"));
    }
    List<String> lines = table.lines();
    page.line(look.bold(lines.getFirst()));
    for (int i = 0; i < servers.size(); i++) {
      Health health = health(servers.get(i), answer(status, servers.get(i)));
      page.line(health.isHealthy() ? lines.get(i + 1) : look.red(lines.get(i + 1)));
    }
    for (ApiServer server : servers) {
      Health health = health(server, answer(status, server));
      if (!health.isHealthy()) {
        page.problem(
            look.red("✘"), "the API server of " + server.node() + " is " + health.inWords());
      }
    }
  }

  private static List<ApiServer> servers(ClusterState cluster) {
    return cluster.api().servers().stream()
        .sorted((left, right) -> Names.COUNTED.compare(left.node(), right.node()))
        .toList();
  }

  private static Optional<Derived.Answer> answer(Status status, ApiServer server) {
    return Optional.ofNullable(status.derived().apiServers().get(server.node()));
  }

  /// What it says itself counts more than what its pod's mirror says.
  private static Health health(ApiServer server, Optional<Derived.Answer> answer) {
    return answer.map(Derived.Answer::ready).orElse(server.ready());
  }

  /// All there is where there is room; on a narrow page what JSON tells as well is left out.
  private void members(Status status) {
    List<EtcdMember> members = status.cluster().etcd().members();
    Table wide =
        new Table(
            List.of(5, 6),
            "ETCD",
            "HOST",
            "ID",
            "ROLE",
            "HEALTH",
            "DB SIZE",
            "RAFT INDEX",
            "VERSION",
            "CERTIFICATE");
    Table narrow =
        new Table(List.of(5), "ETCD", "HOST", "ID", "ROLE", "HEALTH", "DB SIZE", "VERSION");
    for (EtcdMember member : members) {
      String name = member.name().isEmpty() ? "<not started>" : member.name();
      String host = status.memberHosts().getOrDefault(member.id(), "unknown");
      String size = member.dbSize() == 0 ? "unknown" : Sizes.inWords(member.dbSize());
      String version = member.version().isEmpty() ? "unknown" : member.version();
      String certificate =
          Optional.ofNullable(status.derived().memberCertificates().get(member.id()))
              .map(shown -> Certificates.left(shown.ends(), status.now()))
              .orElse("unknown");
      wide.row(
          name,
          host,
          member.id(),
          role(member),
          word(member.health()),
          size,
          member.raftIndex() == 0 ? "unknown" : Long.toString(member.raftIndex()),
          version,
          certificate);
      narrow.row(name, host, member.id(), role(member), word(member.health()), size, version);
    }
    List<String> lines =
        wide.fitting(look.width())
            .or(() -> narrow.fitting(look.width()))
            .orElseGet(() -> narrow.lines(1));
    page.line(look.bold(lines.getFirst()));
    for (int i = 0; i < members.size(); i++) {
      Health health = members.get(i).health();
      page.line(health.isHealthy() ? lines.get(i + 1) : look.red(lines.get(i + 1)));
    }
    for (EtcdMember member : members) {
      if (!member.health().isHealthy()) {
        String name = member.name().isEmpty() ? member.id() : member.name();
        page.problem(look.red("✘"), name + " is " + member.health().inWords());
      }
    }
  }

  /// Whatever follows from who is control plane and who is member, and for how long certificates
  /// last.
  private void derived(Status status) {
    boolean deep = !status.derived().hosts().isEmpty();
    List<Drift> drifts = status.drifts();
    page.fact(
        "Drift",
        (drifts.isEmpty() ? "none seen" : Integer.toString(drifts.size()))
            + (deep ? "" : "; files on hosts were not looked at (--deep does)"));
    Alike.exactly(drifts, Drift::where, Drift::what)
        .forEach(group ->
            page.problem(
                look.red("✘"),
                group.first().where()
                    + (group.isOne() ? "" : others(group.hosts()))
                    + ": "
                    + group.first().what()));
    Alike.of(
            status.derived().hosts().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Derived.OnHost.NotSeen)
                .toList(),
            Map.Entry::getKey,
            entry -> ((Derived.OnHost.NotSeen) entry.getValue()).why())
        .forEach(group ->
            page.problem(
                look.red("✘"),
                group.first().getKey()
                    + (group.isOne() ? "" : others(group.hosts()))
                    + " could not be looked at: "
                    + ((Derived.OnHost.NotSeen) group.first().getValue()).why()));
    List<Certificates.Ending> ending = Certificates.endingSoon(status);
    ending.forEach(each ->
        page.problem(
            each.ended() ? look.red("✘") : look.yellow("–"), each.where() + ": " + each.words()));
  }

  static String role(EtcdMember member) {
    if (member.learner()) {
      return "learner";
    }
    return member.leader() ? "leader" : "voter";
  }

  static String word(Health health) {
    return switch (health) {
      case Health.Healthy() -> "healthy";
      case Health.Unhealthy _ -> "unhealthy";
      case Health.Unknown _ -> "unknown";
    };
  }

  private void nodes(Status status) {
    List<Node> nodes =
        status.cluster().nodes().stream()
            .sorted((left, right) -> Names.COUNTED.compare(left.name(), right.name()))
            .toList();
    List<String> wide = NodeTable.wide(nodes, status.now(), look);
    boolean fits = wide.stream().allMatch(line -> Columns.width(line) <= look.width());
    if (fits) {
      wide.forEach(page::line);
    } else {
      NodeTable.lines(nodes, List.of(), status.now(), look).forEach(page::line);
      page.gap();
      alike("Runtime", nodes, Node::containerRuntime);
      alike("OS", nodes, Node::osImage);
    }
    Alike.of(
            nodes.stream().filter(node -> !node.ready().isHealthy()).toList(),
            Node::name,
            Node::readiness)
        .forEach(group ->
            page.problem(
                look.red("✘"),
                (group.isOne()
                        ? group.first().name() + " is "
                        : group.hosts().size()
                            + " nodes are not Ready ("
                            + Many.names(group.hosts())
                            + "); "
                            + group.first().name()
                            + " is ")
                    + group.first().readiness()));
  }

  /// One line where all are alike; otherwise who has which.
  private void alike(String name, List<Node> nodes, Function<Node, String> fact) {
    Map<String, List<String>> holders = new TreeMap<>();
    for (Node node : nodes) {
      holders.computeIfAbsent(fact.apply(node), _ -> new ArrayList<>()).add(node.name());
    }
    if (holders.size() == 1) {
      page.fact(name, holders.keySet().iterator().next() + " on every node");
      return;
    }
    holders.forEach(
        (value, names) -> page.fact(name, value + " on " + Many.names(Names.sorted(names))));
  }

  private void difference(String lead, Collection<String> names, String tail) {
    if (!names.isEmpty()) {
      page.paragraph(
          lead,
          look.yellow(lead),
          Many.names(Names.sorted(names))
              + tail
              + (names.size() > Many.ALL_UP_TO ? " (" + names.size() + " in all)" : ""));
    }
  }
}
