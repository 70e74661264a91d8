package io.kubegraft.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.plan.EtcdShape;
import io.kubegraft.problem.Operator;
import io.kubegraft.run.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.IntStream;

/// The closing proof of a run: the nodes as kubectl shows them, what was done and how long it took,
/// which hosts were opened and what was restarted.
public final class ProofText {
  /// Up to so many hosts are told step by step, more as one table of times.
  private static final int FEW = 3;

  private static final int MANY = 5;

  private final Look look;
  private final Page page;

  private ProofText(Look look) {
    this.look = look;
    this.page = new Page(look);
  }

  public static String render(Proof proof, Look look) {
    return new ProofText(look).proof(proof);
  }

  private String proof(Proof proof) {
    if (!proof.nodes().isEmpty()) {
      NodeTable.lines(proof.nodes(), proof.newNodes(), proof.now(), look).forEach(page::line);
    }
    proof.vital().ifPresent(vital -> new VitalText(look, page).show(vital));
    proof.unread().forEach(what -> page.problem(look.red("✘"), "could not be read: " + what));
    boolean few = proof.hosts().size() <= FEW;
    for (String host : proof.hosts()) {
      boolean failed = proof.of(host).stream().anyMatch(ProofText::notGood);
      if (few || failed) {
        page.gap();
        steps(host, proof.of(host));
      }
    }
    if (!few) {
      page.gap();
      times(proof);
    }
    failures(proof);
    page.gap();
    summary(proof);
    return page.text();
  }

  /// What failed, whole and once, with what to do about it.
  private void failures(Proof proof) {
    proof.steps().stream()
        .flatMap(
            entry -> entry.problem().stream().map(problem -> Map.entry(entry.step().id(), problem)))
        .forEach(failed -> {
          page.gap();
          page.problem(look.red("✘"), failed.getKey() + ": " + failed.getValue().what());
          page.next("    ", failed.getValue());
        });
  }

  private static boolean notGood(RunLog.Entry entry) {
    return switch (entry.ending()) {
      case FAILED, SKIPPED -> true;
      case DONE, UNCHANGED -> false;
    };
  }

  private void steps(String host, List<RunLog.Entry> entries) {
    page.line(look.bold(Columns.clean(host)));
    int kinds = entries.stream().mapToInt(e -> e.step().action().kind().length()).max().orElse(0);
    int times = entries.stream().mapToInt(e -> Times.took(e.took()).length()).max().orElse(0);
    times = Math.max(times, total(entries).length());
    for (RunLog.Entry entry : entries) {
      if (entry.ending() == RunLog.Ending.SKIPPED) {
        continue;
      }
      String took = Times.took(entry.took());
      String lead =
          "  "
              + mark(entry)
              + " "
              + Columns.padRight(entry.step().action().kind(), kinds)
              + "  "
              + Columns.padLeft(took, times)
              + "   ";
      // A problem's first line tells; all of it stands below.
      String text = Columns.lines(entry.text()).getFirst();
      page.hanging(lead, " ".repeat(Columns.width(lead)), text, line -> line);
    }
    skipped(entries);
    page.line(
        look.dim(
            " ".repeat(4)
                + Columns.padRight("total", kinds)
                + "  "
                + Columns.padLeft(total(entries), times)));
  }

  /// What was not tried, in one line for each reason.
  private void skipped(List<RunLog.Entry> entries) {
    SequencedMap<String, List<String>> kinds = new LinkedHashMap<>();
    entries.stream()
        .filter(entry -> entry.ending() == RunLog.Ending.SKIPPED)
        .forEach(entry ->
            kinds
                .computeIfAbsent(entry.text(), _ -> new ArrayList<>())
                .add(entry.step().action().kind()));
    kinds.forEach((because, steps) ->
        page.hanging(
            "  " + look.yellow("–") + " ",
            "    ",
            "not done, because " + because + ": " + String.join(", ", steps),
            line -> line));
  }

  private static String total(List<RunLog.Entry> entries) {
    return Times.took(RunLog.span(entries));
  }

  private String mark(RunLog.Entry entry) {
    return switch (entry.ending()) {
      case DONE -> look.green("✔");
      case UNCHANGED -> look.dim("·");
      case FAILED -> look.red("✘");
      case SKIPPED -> look.yellow("–");
    };
  }

  /// Hosts down, steps across; where that is too wide, a line of words for each host.
  private void times(Proof proof) {
    SequencedSet<String> kinds = new LinkedHashSet<>();
    proof.steps().forEach(entry -> kinds.add(entry.step().action().kind()));
    List<String> header = new ArrayList<>();
    header.add("SECONDS");
    header.addAll(kinds);
    header.add("total");
    Table table =
        new Table(
            IntStream.range(1, header.size()).boxed().toList(), header.toArray(String[]::new));
    for (String host : proof.hosts()) {
      List<RunLog.Entry> entries = proof.of(host);
      List<String> row = new ArrayList<>();
      row.add(host);
      for (String kind : kinds) {
        row.add(seconds(entries, kind));
      }
      row.add(seconds(RunLog.span(entries)));
      table.row(row);
    }
    Optional<List<String>> fitting = table.fitting(look.width());
    if (fitting.isPresent()) {
      page.line(look.bold(fitting.get().getFirst()));
      fitting.get().stream().skip(1).forEach(page::line);
      return;
    }
    int hostColumns = proof.hosts().stream().mapToInt(Columns::width).max().orElse(0);
    page.line(look.bold("Seconds"));
    for (String host : proof.hosts()) {
      List<String> parts = new ArrayList<>();
      for (RunLog.Entry entry : proof.of(host)) {
        if (entry.ending() != RunLog.Ending.SKIPPED) {
          parts.add(entry.step().action().kind() + " " + seconds(entry.took()));
        }
      }
      String lead = Columns.padRight(host, hostColumns) + "   ";
      page.hanging(lead, " ".repeat(Columns.width(lead)), String.join(", ", parts), text -> text);
    }
  }

  private static String seconds(List<RunLog.Entry> entries, String kind) {
    return entries.stream()
        .filter(entry -> entry.step().action().kind().equals(kind))
        .filter(entry -> entry.ending() != RunLog.Ending.SKIPPED)
        .map(entry -> seconds(entry.took()))
        .findFirst()
        .orElse("–");
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0);
  }

  private void summary(Proof proof) {
    var result = proof.result();
    String took = " in " + Times.took(result.took()) + ".";
    switch (result.outcome()) {
      case DONE -> headline(look.green("Done" + took), result);
      case PARTIAL -> headline(look.yellow("Partly done" + took), result);
      case FAILED -> headline(look.red("Failed" + took), result);
      case INTERRUPTED -> headline(look.yellow("Interrupted" + took), result);
    }
    fact("Failed", result.failed(), "");
    fact("Unfinished", result.unfinished(), "");
    fact("Behind", result.behind(), " (in service; to be brought up to date)");
    page.fact("Contacted", Names.list(result.opened()));
    Disruptions disruptions = Disruptions.of(proof.disruptions());
    page.fact("Restarts", restarts(disruptions, Disruptions.of(proof.perhaps())));
    etcd(proof, disruptions).ifPresent(way -> page.fact("etcd", way));
    Vital.snapshot(proof).ifPresent(snapshot -> page.fact("Snapshot", snapshot));
    if (!proof.next().isNone()) {
      page.gap();
      page.next("", proof.next());
    }
  }

  private void headline(String first, Event.RunResult result) {
    String good = hosts(result.grafted());
    String lead = good.isEmpty() ? first : first + " ";
    page.paragraph(lead, lead, good.isEmpty() ? "" : "In service: " + good + ".");
  }

  private static String restarts(Disruptions done, Disruptions perhaps) {
    if (perhaps.restarts().isEmpty()) {
      return done.restartsInWords();
    }
    String maybe = String.join(", ", perhaps.restarts()) + " perhaps, its step failed";
    return done.restarts().isEmpty() ? maybe : done.restartsInWords() + "; " + maybe;
  }

  /// The way that it went, and, where a step of it failed, what was found at the end.
  private static Optional<String> etcd(Proof proof, Disruptions done) {
    List<String> way = new ArrayList<>(done.past());
    if (!Disruptions.of(proof.perhaps()).memberships().isEmpty()) {
      way.add(
          proof
              .vital()
              .flatMap(Vital::etcd)
              .map(state -> "now " + EtcdShape.of(state).inWords())
              .orElse("what it is now could not be read"));
    }
    return way.isEmpty() ? Optional.empty() : Optional.of(String.join(" → ", way));
  }

  private void fact(String name, List<String> hosts, String more) {
    if (!hosts.isEmpty()) {
      page.fact(name, Names.list(hosts) + more);
    }
  }

  /// Many have been named above, in the table.
  private static String hosts(List<String> hosts) {
    if (hosts.size() > MANY) {
      return Names.count(hosts.size(), "host");
    }
    return hosts.isEmpty() ? "" : Names.list(hosts);
  }

  /// The same for programs; docs/json.md says what each field means.
  public static String json(Proof proof, Operator operator) {
    ObjectNode node = Json.object();
    node.put("format", Json.FORMAT);
    node.setAll(JsonView.result(proof.result()));
    Disruptions disruptions = Disruptions.of(proof.disruptions());
    node.set("restarts", Json.array(disruptions.restarts()));
    node.set("memberships", Json.array(disruptions.memberships()));
    ArrayNode steps = node.putArray("steps");
    for (RunLog.Entry entry : proof.steps()) {
      steps
          .addObject()
          .put("id", entry.step().id())
          .put("host", entry.step().host())
          .put("kind", entry.step().action().kind())
          .put("ending", entry.ending().name().toLowerCase(Locale.ROOT))
          .put("text", entry.text())
          .put("code", entry.problem().map(problem -> problem.code().id()).orElse(""))
          .put("tookMillis", entry.took().toMillis());
    }
    ArrayNode nodes = node.putArray("nodes");
    proof
        .nodes()
        .forEach(each ->
            nodes.add(StatusJson.node(each).put("new", proof.newNodes().contains(each.name()))));
    proof.vital().ifPresent(vital -> VitalText.json(node, proof, vital));
    node.set("unread", Json.array(proof.unread()));
    if (!proof.next().isNone()) {
      node.put("next", proof.next().inWords(operator));
    }
    return Json.document(node);
  }
}
