package io.kubegraft.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import io.kubegraft.plan.Sizes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
  /// @param notInInventory nodes that the inventory doesn't name; they are kept
  public record Status(
      ClusterState cluster,
      Collection<String> notInCluster,
      Collection<String> notInInventory,
      Instant now) {
    public Status {
      notInCluster = List.copyOf(notInCluster);
      notInInventory = List.copyOf(notInInventory);
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
    silent(cluster.api().silent());

    page.gap();
    members(cluster.etcd().members());
    page.gap();
    nodes(status);

    if (!status.notInCluster().isEmpty() || !status.notInInventory().isEmpty()) {
      page.gap();
    }
    difference("In the inventory, not in the cluster: ", status.notInCluster(), "");
    difference("In the cluster, not in the inventory: ", status.notInInventory(), " (kept)");
    return page.text();
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

  private void members(List<EtcdMember> members) {
    Table table = new Table(List.of(4), "ETCD", "ID", "ROLE", "HEALTH", "DB SIZE", "VERSION");
    for (EtcdMember member : members) {
      table.row(
          member.name().isEmpty() ? "<not started>" : member.name(),
          member.id(),
          role(member),
          word(member.health()),
          member.dbSize() == 0 ? "unknown" : Sizes.inWords(member.dbSize()),
          member.version().isEmpty() ? "unknown" : member.version());
    }
    List<String> lines = table.lines();
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
    for (Node node : nodes) {
      if (!node.ready().isHealthy()) {
        page.problem(look.red("✘"), node.name() + " is not Ready: " + node.ready().inWords());
      }
    }
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
    holders.forEach((value, names) -> page.fact(name, value + " on " + Names.list(names)));
  }

  private void difference(String lead, Collection<String> names, String tail) {
    if (!names.isEmpty()) {
      page.paragraph(lead, look.yellow(lead), Names.list(names) + tail);
    }
  }

  /// The same for programs; docs/json.md says what each field means.
  public static String json(Status status) {
    ClusterState cluster = status.cluster();
    ObjectNode node = Json.object();
    node.put("format", Json.FORMAT).put("at", Json.instant(status.now()));
    ObjectNode api = node.putObject("api");
    api.put("coordinator", cluster.api().coordinator()).put("version", cluster.api().version());
    api.set("ready", Json.health(cluster.api().ready()));
    ObjectNode silent = api.putObject("silent");
    new TreeMap<>(cluster.api().silent()).forEach(silent::put);
    ObjectNode etcd = node.putObject("etcd");
    etcd.set("clusterIds", Json.array(Names.sorted(cluster.etcd().clusterIds())));
    etcd.set("health", Json.health(cluster.etcd().health()));
    ArrayNode members = etcd.putArray("members");
    cluster.etcd().members().forEach(member -> members.add(member(member)));
    ArrayNode nodes = node.putArray("nodes");
    cluster.nodes().forEach(each -> nodes.add(node(each)));
    node.set("notInCluster", Json.array(Names.sorted(status.notInCluster())));
    node.set("notInInventory", Json.array(Names.sorted(status.notInInventory())));
    return Json.document(node);
  }

  static ObjectNode member(EtcdMember member) {
    ObjectNode node = Json.object();
    node.put("id", member.id()).put("name", member.name());
    node.put("learner", member.learner()).put("leader", member.leader());
    node.set("health", Json.health(member.health()));
    node.put("dbBytes", member.dbSize()).put("raftIndex", member.raftIndex());
    node.put("version", member.version());
    node.set("peerUrls", Json.array(member.peerUrls()));
    node.set("clientUrls", Json.array(member.clientUrls()));
    return node;
  }

  static ObjectNode node(Node each) {
    ObjectNode node = Json.object();
    node.put("name", each.name()).put("status", NodeTable.status(each));
    node.set("ready", Json.health(each.ready()));
    node.put("unschedulable", each.unschedulable());
    node.set(
        "roles",
        Json.array(
            each.roles().equals("<none>") ? List.of() : List.of(each.roles().split(",", -1))));
    node.put("created", Json.instant(each.created()));
    node.put("version", each.kubeletVersion());
    node.set("addresses", Json.array(Names.sorted(each.addresses())));
    each.internalIp().ifPresent(address -> node.put("internalIp", address));
    node.put("runtime", each.containerRuntime());
    node.put("os", each.osImage());
    node.put("kernel", each.kernel());
    node.put("architecture", each.architecture());
    ObjectNode labels = node.putObject("labels");
    new TreeMap<>(each.labels()).forEach(labels::put);
    node.set("taints", Json.array(each.taints()));
    return node;
  }
}
