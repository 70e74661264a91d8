package io.kubegraft.cli;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.UrlHost;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Role;
import io.kubegraft.observe.DerivedReader;
import io.kubegraft.observe.DiskProbe;
import io.kubegraft.plan.EtcdHosts;
import io.kubegraft.problem.Operator;
import io.kubegraft.remote.Fleet;
import io.kubegraft.view.StatusJson;
import io.kubegraft.view.StatusText;
import io.kubegraft.view.Terminal;
import io.kubegraft.view.Views;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `kubegraft status`: the live cluster, and where the inventory differs from it.
@Command(
    name = "status",
    description = "Show control planes, etcd and nodes as they are, and what has drifted.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every API server, etcd and every node are healthy and no graft is unfinished (drift is told"
          + " and changes no exit code)",
      "3:the inventory or the command line is wrong; nothing was connected to",
      "4:the cluster can't be read, or something in it is not healthy or not finished"
    })
final class StatusCommand implements Callable<Integer>, Operated {
  @Mixin private InventoryOptions inventory = new InventoryOptions();
  @Mixin private SshOptions ssh = new SshOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--deep",
      description =
          "Open every host of the inventory too, and look at what its files say: local proxies,"
              + " kubelet.conf, etcd.env, certificates. Without it only one control plane is"
              + " opened.")
  private boolean deep;

  @Override
  public Operator operator() {
    return inventory.operator(ssh);
  }

  @Override
  public Integer call() {
    try (Session session = Session.look(inventory, ssh)) {
      return show(session);
    } catch (DownException down) {
      if (output.format() == Views.Format.TEXT) {
        throw down;
      }
      output.print(
          _ -> StatusJson.outage(down.outage(), down.outlook(), operator(), Instant.now()));
      return ExitCode.REFUSED;
    }
  }

  private Integer show(Session session) {
    ClusterState state = session.cluster().read();
    Set<String> named =
        session.spec().hosts().stream().map(HostSpec::nodeName).collect(Collectors.toSet());
    List<String> notInCluster =
        session.spec().hosts().stream()
            .filter(HostSpec::isNode)
            .filter(host -> state.node(host.nodeName()).isEmpty())
            .map(HostSpec::name)
            .sorted()
            .toList();
    List<String> notInInventory =
        state.nodes().stream().map(Node::name).filter(name -> !named.contains(name)).toList();
    Map<String, String> memberHosts = memberHosts(session, state);
    List<String> unnamed =
        state.etcd().members().stream()
            .filter(member ->
                session
                    .spec()
                    .host(memberHosts.getOrDefault(member.id(), ""))
                    .filter(host -> host.is(Role.ETCD))
                    .isEmpty())
            .map(member ->
                (member.name().isEmpty() ? member.id() : member.name())
                    + " at "
                    + String.join(", ", member.peerUrls()))
            .toList();
    Derived derived = DerivedReader.read(session.cluster(), state, hosts(session));
    StatusText.Status status =
        new StatusText.Status(
            state,
            derived,
            memberHosts,
            notInCluster,
            notInInventory,
            unnamed,
            session.cluster().api().runAtWork(),
            Instant.now());
    output.print(format ->
        switch (format) {
          case TEXT ->
              StatusText.render(
                  status, Views.look(Terminal.Stream.OUT, System.getenv(), operator()));
          case JSON -> StatusJson.render(status);
        });
    boolean healthy =
        state.api().ready().isHealthy()
            && state.etcd().health().isHealthy()
            && derived.apiServers().values().stream().allMatch(answer -> answer.ready().isHealthy())
            && state.nodes().stream().allMatch(node -> node.ready().isHealthy())
            && status.unfinished().isEmpty();
    return healthy ? ExitCode.OK : ExitCode.REFUSED;
  }

  /// Every host of the inventory that has a role, if it is asked for; otherwise none is opened but
  /// the coordinator.
  private Map<String, Derived.OnHost> hosts(Session session) {
    if (!deep) {
      return Map.of();
    }
    List<String> names =
        session.spec().hosts().stream()
            .filter(host -> !host.roles().isEmpty())
            .map(HostSpec::name)
            .toList();
    Map<String, Derived.OnHost> found = new LinkedHashMap<>();
    session
        .fleet()
        .each(names, session.forks(), DiskProbe::read)
        .forEach((name, outcome) ->
            found.put(
                name,
                switch (outcome) {
                  case Fleet.Outcome.Done<Derived.OnHost>(Derived.OnHost seen) -> seen;
                  case Fleet.Outcome.Failed<Derived.OnHost>(var problem) ->
                      new Derived.OnHost.NotSeen(String.valueOf(problem.getMessage()));
                }));
    return found;
  }

  /// By member ID; where the inventory knows none, the address.
  private static Map<String, String> memberHosts(Session session, ClusterState state) {
    Map<String, String> hosts = new LinkedHashMap<>();
    for (EtcdMember member : state.etcd().members()) {
      EtcdHosts.hostOf(member, session.spec(), state)
          .map(HostSpec::name)
          .or(() ->
              Stream.concat(member.clientUrls().stream(), member.peerUrls().stream())
                  .map(url -> UrlHost.of(URI.create(url)))
                  .findFirst())
          .ifPresent(host -> hosts.put(member.id(), host));
    }
    return hosts;
  }
}
