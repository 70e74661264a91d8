package io.kubegraft.view;

import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A plan as a text that one could follow by hand.
///
/// Hosts whose steps differ in nothing but the host's own name are told once when there are more
/// than [#FOLD_ABOVE] of them; each of them is still named.
public final class PlanText {
  private static final int FOLD_ABOVE = 5;
  private static final String ANY_HOST = "<host>";

  private final Look look;
  private final Page page;

  private PlanText(Look look) {
    this.look = look;
    this.page = new Page(look);
  }

  public static String render(Plan plan, Look look) {
    return new PlanText(look).plan(plan);
  }

  private String plan(Plan plan) {
    header(plan);
    plan.refusals().forEach(refusal -> problem(look.red("✘"), refusal.what(), refusal.next()));
    groups(plan).forEach(this::group);
    plan.leftOut().stream()
        .sorted((left, right) -> Names.COUNTED.compare(left.host(), right.host()))
        .forEach(left ->
            problem(look.yellow("!"), left.host() + " is left out: " + left.what(), left.next()));
    if (!plan.steps().isEmpty()) {
      page.gap();
      page.fact("Opens", Names.list(plan.opens()));
      disruptions(plan.disruptions());
    }
    if (!plan.notes().isEmpty()) {
      page.gap();
      plan.notes().forEach(note -> page.paragraph("Note: ", look.dim("Note: "), note.text()));
    }
    return page.text();
  }

  private void header(Plan plan) {
    if (!plan.refusals().isEmpty()) {
      int count = plan.refusals().size();
      page.line(
          look.bold("Plan: refused.")
              + " Nothing will be done, for "
              + (count == 1 ? "one reason" : count + " reasons")
              + ".");
    } else if (plan.nothingToDo()) {
      page.line(look.bold("No changes.") + " The cluster is as the inventory says.");
    } else {
      String leftOut =
          plan.leftOut().isEmpty()
              ? ""
              : "; " + Names.count(plan.leftOut().size(), "host") + " left out";
      page.paragraph("Plan: ", look.bold("Plan: "), Summary.of(plan).inWords() + leftOut + ".");
      if (plan.newcomers().size() > 1) {
        page.hanging(
            "", "", "Hosts go side by side; the steps of one host, one after another.", look::dim);
      }
    }
  }

  /// Hosts with the same steps, in the order people count; alone where folding doesn't pay.
  private static List<Group> groups(Plan plan) {
    Map<List<String>, List<String>> alike = new LinkedHashMap<>();
    for (String host : Names.sorted(plan.newcomers())) {
      List<String> shape = of(plan, host).stream().map(PlanText::shape).toList();
      alike.computeIfAbsent(shape, _ -> new ArrayList<>()).add(host);
    }
    List<Group> groups = new ArrayList<>();
    alike
        .values()
        .forEach(hosts -> {
          if (hosts.size() > FOLD_ABOVE) {
            groups.add(new Group(hosts, of(plan, hosts.getFirst())));
          } else {
            hosts.forEach(host -> groups.add(new Group(List.of(host), of(plan, host))));
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

  private static List<Step> of(Plan plan, String host) {
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

  private void group(Group group) {
    page.gap();
    if (group.folded()) {
      String name = group.first() + " … " + group.hosts().getLast();
      page.line(
          "  "
              + look.green("+")
              + " "
              + look.bold(name)
              + " ("
              + Names.count(group.hosts().size(), "worker")
              + ")");
      page.hanging("    ", "    ", String.join(", ", group.hosts()), UnaryOperator.identity());
      page.gap();
    } else {
      page.line("  " + look.green("+") + " " + look.bold(group.first()));
    }
    int number = 1;
    for (Step step : group.steps()) {
      step(step, number++, group.folded());
    }
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
    List<String> others =
        step.after().stream().filter(id -> !id.endsWith("/" + step.host())).toList();
    if (!others.isEmpty()) {
      page.hanging(indent + "after: ", indent + "  ", String.join(", ", others), look::dim);
    }
    switch (step.disrupts()) {
      case Disruption.None() -> {}
      case Disruption.Restarts(String what, String host) ->
          page.line(indent + look.yellow("restarts " + told(what, step, folded) + " on " + host));
      case Disruption.ChangesMembership(String what, var _, var after) ->
          page.line(
              indent
                  + look.yellow(
                      "changes etcd's members: "
                          + told(what, step, folded)
                          + "; then "
                          + after.inWords()));
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
    if (!disruptions.memberships().isEmpty()) {
      page.fact("etcd", String.join(", ", disruptions.memberships()));
    }
  }

  private void problem(String mark, String what, String next) {
    page.gap();
    page.problem(mark, what);
    if (!next.isBlank()) {
      page.next("    next: ", next);
    }
  }
}
