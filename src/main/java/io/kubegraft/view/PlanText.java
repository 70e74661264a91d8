package io.kubegraft.view;

import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Many;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A plan as a text that one could follow by hand.
///
/// Hosts whose steps differ in nothing but the host's own name are told once when there are more
/// than [#FOLD_ABOVE] of them; each of them is still named. Newcomers come first, marked `+`, then
/// those that are part of the cluster and get something changed, marked `~`.
public final class PlanText {
  private static final int FOLD_ABOVE = 5;

  /// Hosts in service that get the same small change are told once as soon as there are more.
  private static final int FOLD_CHANGED_ABOVE = 2;

  private static final String ANY_HOST = "<host>";

  private final Plan plan;
  private final Summary summary;
  private final Look look;
  private final Page page;

  private PlanText(Plan plan, Look look) {
    this.plan = plan;
    this.summary = Summary.of(plan);
    this.look = look;
    this.page = new Page(look);
  }

  public static String render(Plan plan, Look look) {
    return new PlanText(plan, look).text();
  }

  /// With every file that a host gets, after the rest.
  public static String renderWithFiles(Plan plan, Look look) {
    return new PlanText(plan, look).text() + FilesText.render(plan, look);
  }

  private String text() {
    header();
    plan.refusals()
        .forEach(refusal ->
            problem(look.red("✘"), new Problem(refusal.code(), refusal.what(), refusal.next())));
    groups(plan.newcomers(), FOLD_ABOVE).forEach(group -> group(group, look.green("+")));
    groups(plan.changed(), FOLD_CHANGED_ABOVE).forEach(group -> group(group, look.yellow("~")));
    Alike.of(plan.leftOut(), Plan.LeftOut::host, left -> left.code() + " " + left.what())
        .forEach(this::leftOut);
    if (!plan.steps().isEmpty()) {
      page.gap();
      if (!order().isEmpty()) {
        page.fact("Order", String.join(" → ", order()));
      }
      page.fact("Contacts", Names.list(plan.opens()));
      disruptions(plan.disruptions());
    }
    if (!plan.notes().isEmpty()) {
      page.gap();
      plan.notes().forEach(note -> page.paragraph("Note: ", look.dim("Note: "), note.text()));
    }
    return page.text();
  }

  private void header() {
    if (!plan.refusals().isEmpty()) {
      int count = plan.refusals().size();
      page.line(
          look.bold("Plan: refused.")
              + " Nothing will be done, for "
              + (count == 1 ? "one reason" : count + " reasons")
              + ".");
    } else if (plan.nothingToDo()) {
      page.line(
          look.bold("No changes.")
              + (plan.notes().isEmpty()
                  ? " The cluster is as the inventory says."
                  : " There is nothing to do; see the notes below."));
    } else {
      String leftOut =
          plan.leftOut().isEmpty()
              ? ""
              : "; " + Names.count(plan.leftOut().size(), "host") + " left out";
      page.paragraph("Plan: ", look.bold("Plan: "), summary.inWords() + leftOut + ".");
      if (plan.newcomers().size() + plan.changed().size() > 1) {
        page.hanging(
            "",
            "",
            "Hosts go side by side; the steps of one host, one after another."
                + (order().isEmpty() ? "" : " Where one waits for another, see Order below."),
            look::dim);
      }
    }
  }

  /// Hosts with the same steps, in the order people count; alone where folding doesn't pay.
  private List<Group> groups(List<String> all, int foldAbove) {
    Map<List<String>, List<String>> alike = new LinkedHashMap<>();
    for (String host : Names.sorted(all)) {
      List<String> shape = of(host).stream().map(PlanText::shape).toList();
      alike.computeIfAbsent(shape, _ -> new ArrayList<>()).add(host);
    }
    List<Group> groups = new ArrayList<>();
    alike
        .values()
        .forEach(hosts -> {
          if (hosts.size() > foldAbove) {
            groups.add(new Group(hosts, of(hosts.getFirst())));
          } else {
            hosts.forEach(host -> groups.add(new Group(List.of(host), of(host))));
          }
        });
    groups.sort((left, right) -> Names.COUNTED.compare(left.first(), right.first()));
    return groups;
  }

  private record Group(List<String> hosts, List<Step> steps) {
    String first() {
      return hosts.getFirst();
    }

    boolean folded() {
      return hosts.size() > 1;
    }
  }

  private List<Step> of(String host) {
    return plan.steps().stream().filter(step -> step.host().equals(host)).toList();
  }

  private static String shape(Step step) {
    String text =
        String.join(
            "\n",
            step.action().kind(),
            step.action().inWords(),
            step.why(),
            step.disrupts().toString(),
            String.join(" ", step.after()));
    return anyHost(text, step.host());
  }

  private static String anyHost(String text, String host) {
    return Pattern.compile("(?<![\\w.-])" + Pattern.quote(host) + "(?![\\w-])")
        .matcher(text)
        .replaceAll(Matcher.quoteReplacement(ANY_HOST));
  }

  private void group(Group group, String mark) {
    page.gap();
    if (group.folded()) {
      String name = group.first() + " … " + group.hosts().getLast();
      page.line(
          "  "
              + mark
              + " "
              + look.bold(name)
              + " ("
              + Names.count(group.hosts().size(), noun(group.first()))
              + ")");
      page.hanging("    ", "    ", String.join(", ", group.hosts()), UnaryOperator.identity());
      page.gap();
    } else {
      String role = summary.roleOf(group.first());
      page.line(
          "  " + mark + " " + look.bold(group.first()) + (role.isEmpty() ? "" : " (" + role + ")"));
    }
    int number = 1;
    for (Step step : group.steps()) {
      step(step, number++, group.folded());
    }
  }

  private String noun(String host) {
    String role = summary.roleOf(host);
    return role.isEmpty() && summary.workers().contains(host) ? "worker" : "host";
  }

  /// Steps of other hosts that it waits for.
  private static List<String> elsewhere(Step step) {
    return step.after().stream().filter(id -> !id.endsWith("/" + step.host())).toList();
  }

  /// The line on which hosts wait for each other: every step that one of another host waits for,
  /// and what leads on from there.
  private List<String> order() {
    Set<String> awaited = new HashSet<>();
    Set<String> awaitedElsewhere = new HashSet<>();
    plan.steps()
        .forEach(step -> {
          awaited.addAll(step.after());
          awaitedElsewhere.addAll(elsewhere(step));
        });
    List<String> order = new ArrayList<>();
    List<String> together = new ArrayList<>();
    for (Step step : plan.steps()) {
      boolean last = !awaited.contains(step.id()) && !(step.disrupts() instanceof Disruption.None);
      if (awaitedElsewhere.contains(step.id())
          || (!elsewhere(step).isEmpty() && (awaited.contains(step.id()) || last))) {
        if (!together.isEmpty() && !sameKind(together.getLast(), step.id(), step.after())) {
          order.add(inWords(together));
          together.clear();
        }
        together.add(step.id());
      }
    }
    if (!together.isEmpty()) {
      order.add(inWords(together));
    }
    return order;
  }

  private static boolean sameKind(String before, String id, List<String> after) {
    return before.substring(0, before.indexOf('/')).equals(id.substring(0, id.indexOf('/')))
        && !after.contains(before);
  }

  /// `promote on k8s-node2 (11)`, with its number there; `proxy on k8s-node4, k8s-node5`.
  private String inWords(List<String> ids) {
    Map<String, List<String>> hosts = new LinkedHashMap<>();
    for (String id : ids) {
      int slash = id.indexOf('/');
      hosts
          .computeIfAbsent(id.substring(0, slash), _ -> new ArrayList<>())
          .add(id.substring(slash + 1));
    }
    return hosts.entrySet().stream()
        .map(entry ->
            entry.getKey()
                + " on "
                + (entry.getValue().size() == 1
                    ? entry.getValue().getFirst()
                        + number(entry.getKey(), entry.getValue().getFirst())
                    : Names.list(entry.getValue())))
        .collect(Collectors.joining("; "));
  }

  private String number(String kind, String host) {
    int index = of(host).stream().map(Step::id).toList().indexOf(kind + "/" + host);
    return index < 0 ? "" : " (" + (index + 1) + ")";
  }

  private void step(Step step, int number, boolean folded) {
    String indent = " ".repeat(7);
    page.hanging(
        Columns.padLeft(number + ". ", 7),
        indent,
        told(step.action().headline(), step, folded),
        UnaryOperator.identity());
    for (String detail : step.action().details()) {
      page.hanging(
          indent + "- ", indent + "  ", told(detail, step, folded), UnaryOperator.identity());
    }
    List<String> others = elsewhere(step);
    if (!others.isEmpty()) {
      page.hanging(indent + "after: ", indent + "  ", inWords(others), look::dim);
    }
    switch (step.disrupts()) {
      case Disruption.None() -> {}
      case Disruption.Restarts(String what, String host) ->
          page.line(indent + look.yellow("restarts " + told(what, step, folded) + " on " + host));
      case Disruption.ChangesMembership(String what, var _, var after) ->
          page.hanging(
              indent,
              indent,
              "changes etcd's members: " + told(what, step, folded) + "; then " + after.inWords(),
              look::yellow);
    }
    if (!step.why().isBlank()) {
      page.hanging(indent + "why: ", indent + "     ", told(step.why(), step, folded), look::dim);
    }
  }

  private static String told(String text, Step step, boolean folded) {
    return folded ? anyHost(text, step.host()) : text;
  }

  private void disruptions(List<Disruption> all) {
    Disruptions disruptions = Disruptions.of(all);
    page.fact("Restarts", disruptions.restartsInWords());
    if (!disruptions.shapes().isEmpty()) {
      page.fact("etcd", String.join(" → ", disruptions.way()));
    }
  }

  private void leftOut(Alike<Plan.LeftOut> group) {
    Plan.LeftOut left = group.first();
    String lead =
        group.isOne()
            ? left.host() + " is left out: "
            : group.hosts().size()
                + " hosts are left out for the same reason ("
                + Many.names(group.hosts())
                + "); "
                + left.host()
                + ": ";
    problem(look.yellow("!"), new Problem(left.code(), lead + left.what(), left.next()));
  }

  private void problem(String mark, Problem problem) {
    page.gap();
    page.problem(mark, problem.what());
    page.next("    ", problem);
  }
}
