package io.kubegraft.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.Outage;
import io.kubegraft.plan.EtcdStanding;
import io.kubegraft.plan.Outlook;
import io.kubegraft.problem.Operator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// {@link StatusText} for programs; docs/json.md says what each field means.
public final class StatusJson {
  private StatusJson() {}

  public static String render(StatusText.Status status) {
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
    quorum(etcd, cluster.etcd());
    ArrayNode members = etcd.putArray("members");
    cluster.etcd().members().forEach(member -> members.add(member(status, member)));
    ArrayNode servers = node.putArray("apiServers");
    cluster.api().servers().forEach(server -> servers.add(server(status, server)));
    ArrayNode nodes = node.putArray("nodes");
    cluster.nodes().forEach(each -> nodes.add(node(each)));
    node.set("notInCluster", Json.array(Names.sorted(status.notInCluster())));
    node.set("notInInventory", Json.array(Names.sorted(status.notInInventory())));
    node.set("membersNotInInventory", Json.array(Names.sorted(status.membersNotInInventory())));
    node.set("unfinished", Json.array(status.unfinished()));
    status
        .atWork()
        .ifPresent(run -> {
          ObjectNode atWork = node.putObject("runAtWork").put("holder", run.holder());
          atWork.put("alive", run.isAlive(status.now()));
          run.renewed().ifPresent(renewed -> atWork.put("renewed", Json.instant(renewed)));
        });
    ArrayNode drift = node.putArray("drift");
    status
        .drifts()
        .forEach(each -> drift.addObject().put("where", each.where()).put("what", each.what()));
    status.derived().clusterInfoServer().ifPresent(server -> node.put("clusterInfoServer", server));
    ObjectNode hosts = node.putObject("hosts");
    new TreeMap<>(status.derived().hosts()).forEach((host, found) -> hosts.set(host, host(found)));
    return Json.document(node);
  }

  private static void quorum(ObjectNode etcd, EtcdState state) {
    EtcdStanding.of(state)
        .ifPresent(standing ->
            etcd.putObject("quorum")
                .put("voters", standing.voters())
                .put("up", standing.up())
                .put("needed", standing.quorum())
                .put("kept", standing.hasQuorum())
                .put("mayFail", standing.spare()));
  }

  /// What is left to be seen where no API server can be read.
  ///
  /// @param at when it was looked at
  public static String outage(Outage outage, Outlook outlook, Operator operator, Instant at) {
    ObjectNode node = Json.object();
    node.put("format", Json.FORMAT).put("at", Json.instant(at));
    ObjectNode seen = node.putObject("outage");
    seen.put("what", outlook.headline());
    seen.set("facts", Json.array(outlook.facts()));
    seen.put("code", outlook.code().id());
    seen.put("next", outlook.next().inWords(operator));
    ObjectNode hosts = seen.putObject("hosts");
    outage
        .hosts()
        .forEach((name, each) -> {
          ObjectNode host = hosts.putObject(name);
          host.set("login", Json.health(each.login()));
          each.api().ifPresent(api -> host.set("apiServer", Json.health(api)));
        });
    ObjectNode etcd = node.putObject("etcd");
    etcd.set("clusterIds", Json.array(Names.sorted(outage.etcd().clusterIds())));
    etcd.set("health", Json.health(outage.etcd().health()));
    quorum(etcd, outage.etcd());
    ArrayNode members = etcd.putArray("members");
    outage.etcd().members().forEach(member -> members.add(member(member)));
    return Json.document(node);
  }

  private static ObjectNode member(StatusText.Status status, EtcdMember member) {
    ObjectNode node = member(member);
    Optional.ofNullable(status.memberHosts().get(member.id()))
        .ifPresent(host -> node.put("host", host));
    Optional.ofNullable(status.derived().memberCertificates().get(member.id()))
        .ifPresent(shown -> node.put("certificateEnds", Json.instant(shown.ends())));
    return node;
  }

  private static ObjectNode server(StatusText.Status status, ApiServer server) {
    ObjectNode node = Json.object().put("node", server.node());
    Optional<Derived.Answer> answer =
        Optional.ofNullable(status.derived().apiServers().get(server.node()));
    node.set("ready", Json.health(answer.map(Derived.Answer::ready).orElse(server.ready())));
    node.put("version", answer.map(Derived.Answer::version).orElse(""));
    server.address().ifPresent(address -> node.put("address", address));
    node.put("port", server.port());
    node.set("etcdServers", Json.array(server.etcdServers()));
    answer
        .flatMap(Derived.Answer::certificate)
        .ifPresent(shown -> {
          node.put("certificateEnds", Json.instant(shown.ends()));
          node.set("sans", Json.array(Names.sorted(shown.sans())));
        });
    return node;
  }

  private static ObjectNode host(Derived.OnHost found) {
    ObjectNode node = Json.object();
    switch (found) {
      case Derived.OnHost.NotSeen(String why) -> node.put("unreachable", why);
      case Derived.OnHost.Files files -> {
        node.set("upstreams", Json.array(files.upstreams()));
        files.kubeletServer().ifPresent(server -> node.put("kubeletServer", server));
        ObjectNode peers = node.putObject("etcdPeers");
        new TreeMap<>(files.etcdPeers()).forEach(peers::put);
        ObjectNode ends = node.putObject("certificateEnds");
        new TreeMap<>(files.certificateEnds())
            .forEach((path, end) -> ends.put(path, Json.instant(end)));
      }
    }
    return node;
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
