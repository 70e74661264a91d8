package io.kubegraft.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Availability;
import io.kubegraft.cluster.Availability.Felt;
import io.kubegraft.cluster.Availability.Figures;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.plan.Drift;
import io.kubegraft.plan.Drifts;
import io.kubegraft.plan.Sizes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The part of a proof that is about etcd, the API servers and their clients.
final class VitalText {
  private final Look look;
  private final Page page;

  VitalText(Look look, Page page) {
    this.look = look;
    this.page = page;
  }

  void show(Vital vital) {
    vital
        .etcd()
        .ifPresent(etcd -> {
          page.gap();
          members(etcd, vital.took());
        });
    vital
        .servers()
        .ifPresent(servers -> {
          page.gap();
          servers(servers, vital.etcd());
        });
    vital
        .felt()
        .ifPresent(felt -> {
          page.gap();
          felt(felt);
        });
  }

  private void members(EtcdState etcd, Map<String, Duration> took) {
    List<EtcdMember> members = sorted(etcd);
    Table table =
        new Table(
            List.of(3, 5), "ETCD", "ENDPOINT", "HEALTH", "TOOK", "ROLE", "DB SIZE", "VERSION");
    for (EtcdMember member : members) {
      table.row(
          member.name().isEmpty() ? "<not started>" : member.name(),
          member.clientUrls().stream().findFirst().orElse("<none>"),
          StatusText.word(member.health()),
          Optional.ofNullable(took.get(member.id())).map(VitalText::stall).orElse("–"),
          StatusText.role(member),
          member.dbSize() == 0 ? "unknown" : Sizes.inWords(member.dbSize()),
          member.version().isEmpty() ? "unknown" : member.version());
    }
    List<String> lines = table.fitting(look.width()).orElseGet(() -> table.lines(1));
    page.line(look.bold(lines.getFirst()));
    for (int i = 0; i < members.size(); i++) {
      String line = lines.get(i + 1);
      page.line(members.get(i).health().isHealthy() ? line : look.red(line));
    }
    if (!etcd.health().isHealthy()) {
      page.problem(look.red("✘"), "etcd is " + etcd.health().inWords());
    }
  }

  private void servers(List<ApiServer> servers, Optional<EtcdState> etcd) {
    List<ApiServer> sorted =
        servers.stream()
            .sorted((left, right) -> Names.COUNTED.compare(left.node(), right.node()))
            .toList();
    int columns = sorted.stream().mapToInt(server -> Columns.width(server.node())).max().orElse(0);
    columns = Math.max(columns, "API SERVER".length());
    page.line(look.bold(Columns.padRight("API SERVER", columns) + "   --etcd-servers"));
    for (ApiServer server : sorted) {
      List<Drift> stale = etcd.map(state -> Drifts.etcdServers(server, state)).orElse(List.of());
      String lead = Columns.padRight(server.node(), columns) + "   ";
      page.hanging(
          lead,
          " ".repeat(Columns.width(lead)),
          String.join(", ", server.etcdServers()),
          line -> stale.isEmpty() && server.ready().isHealthy() ? line : look.red(line));
      if (!server.ready().isHealthy()) {
        page.problem(
            look.red("✘"),
            "the API server of " + server.node() + " is " + server.ready().inWords());
      }
      stale.forEach(drift -> page.problem(look.red("✘"), "stale: " + drift.what()));
    }
  }

  private void felt(Availability felt) {
    Table table =
        new Table(
            List.of(1, 2, 3, 4, 5, 6),
            "WHAT CLIENTS FELT",
            "READS",
            "FAILED",
            "STALL",
            "WRITES",
            "FAILED",
            "STALL");
    felt.endpoints().forEach(each -> row(table, each));
    felt.clients().forEach(each -> row(table, each));
    List<String> lines = table.fitting(look.width()).orElseGet(() -> table.lines(1));
    page.line(look.bold(lines.getFirst()));
    int number = 1;
    for (Felt each : felt.endpoints()) {
      page.line(painted(each, lines.get(number++)));
    }
    for (Felt each : felt.clients()) {
      page.line(painted(each, lines.get(number++)));
    }
    page.paragraph(
        "",
        "",
        "Asked for "
            + Times.took(felt.watched())
            + ". A stall lasts from asking to the first answer after it. etcd's leader "
            + (felt.leaderChanges() == 0
                ? "did not change."
                : "changed " + Names.count(felt.leaderChanges(), "time") + "."));
    long unknown = unknown(felt);
    if (unknown > 0) {
      page.problem(
          look.yellow("–"),
          Names.count(unknown, "request")
              + " never got there, for our own connection was down; they say nothing of the cluster"
              + " and are not counted as failed");
    }
  }

  private static void row(Table table, Felt felt) {
    table.row(
        felt.name() + (felt.restarted() ? " (restarted)" : ""),
        Long.toString(felt.reads().requests()),
        Long.toString(felt.reads().failures()),
        stall(felt.reads().longestStall()),
        Long.toString(felt.writes().requests()),
        Long.toString(felt.writes().failures()),
        stall(felt.writes().longestStall()));
  }

  /// What was planned to fail for a while is worth a look, nothing more.
  private String painted(Felt felt, String line) {
    if (felt.reads().failures() + felt.writes().failures() == 0) {
      return line;
    }
    return felt.restarted() ? look.yellow(line) : look.red(line);
  }

  private static long unknown(Availability felt) {
    return java.util.stream.Stream.concat(felt.endpoints().stream(), felt.clients().stream())
        .mapToLong(each -> each.reads().unknown() + each.writes().unknown())
        .sum();
  }

  private static String stall(Duration stall) {
    return stall.toMillis() < 1000 ? stall.toMillis() + " ms" : Times.took(stall);
  }

  private static List<EtcdMember> sorted(EtcdState etcd) {
    return etcd.members().stream()
        .sorted((left, right) -> Names.COUNTED.compare(left.name(), right.name()))
        .toList();
  }

  static void json(ObjectNode node, Proof proof, Vital vital) {
    vital
        .etcd()
        .ifPresent(etcd -> {
          ObjectNode into = node.putObject("etcd");
          into.set("clusterIds", Json.array(Names.sorted(etcd.clusterIds())));
          into.set("health", Json.health(etcd.health()));
          ArrayNode members = into.putArray("members");
          for (EtcdMember member : sorted(etcd)) {
            ObjectNode each = StatusJson.member(member);
            Optional.ofNullable(vital.took().get(member.id()))
                .ifPresent(took -> each.put("tookMillis", took.toMillis()));
            members.add(each);
          }
        });
    vital
        .servers()
        .ifPresent(servers -> {
          ArrayNode into = node.putArray("apiServers");
          for (ApiServer server : servers) {
            ObjectNode each = into.addObject().put("node", server.node());
            each.set("ready", Json.health(server.ready()));
            each.set("etcdServers", Json.array(server.etcdServers()));
            each.set(
                "stale",
                Json.array(
                    vital
                        .etcd()
                        .map(state ->
                            Drifts.etcdServers(server, state).stream()
                                .map(Drift::what)
                                .collect(Collectors.toList()))
                        .orElse(List.of())));
          }
        });
    vital
        .felt()
        .ifPresent(felt -> {
          ObjectNode into = node.putObject("felt");
          into.put("watchedMillis", felt.watched().toMillis());
          ArrayNode endpoints = into.putArray("endpoints");
          felt.endpoints()
              .forEach(each -> endpoints.add(felt(each).put("restarted", each.restarted())));
          ArrayNode clients = into.putArray("clients");
          felt.clients().forEach(each -> clients.add(felt(each)));
          into.put("leaderChanges", felt.leaderChanges());
        });
    Vital.snapshot(proof).ifPresent(snapshot -> node.put("snapshot", snapshot));
  }

  private static ObjectNode felt(Felt felt) {
    ObjectNode node = Json.object().put("name", felt.name());
    node.set("reads", figures(felt.reads()));
    node.set("writes", figures(felt.writes()));
    return node;
  }

  private static ObjectNode figures(Figures figures) {
    return Json.object()
        .put("requests", figures.requests())
        .put("failures", figures.failures())
        .put("unknown", figures.unknown())
        .put("longestStallMillis", figures.longestStall().toMillis());
  }
}
