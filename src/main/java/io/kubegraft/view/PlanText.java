package io.kubegraft.view;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Mend;
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
  private static final int WIDEST = 110;
  private static final String ANY_HOST = "<host>";

  private final Look look;
  private final StringBuilder out = new StringBuilder();

  private PlanText(Look look) {
    this.look = look;
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
      out.append('\n');
      fact("Opens", Names.list(plan.opens()));
      disruptions(plan.disruptions());
    }
    if (!plan.notes().isEmpty()) {
      out.append('\n');
      plan.notes().forEach(note -> paragraph("Note: ", look.dim("Note: "), note.text()));
    }
    return look.finish(out.toString());
  }

  private void header(Plan plan) {
    if (!plan.refusals().isEmpty()) {
      int count = plan.refusals().size();
      line(
          look.bold("Plan: refused.")
              + " Nothing will be done, for "
              + (count == 1 ? "one reason" : count + " reasons")
              + ".");
    } else if (plan.nothingToDo()) {
      line(look.bold("No changes.") + " The cluster is as the inventory says.");
    } else {
      String leftOut =
          plan.leftOut().isEmpty()
              ? ""
              : "; " + Names.count(plan.leftOut().size(), "host") + " left out";
      paragraph("Plan: ", look.bold("Plan: "), Summary.of(plan).inWords() + leftOut + ".");
      if (plan.newcomers().size() > 1) {
        hanging(
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
    out.append('\n');
    if (group.folded()) {
      String name = group.first() + " … " + group.hosts().getLast();
      line(
          "  "
              + look.green("+")
              + " "
              + look.bold(name)
              + " ("
              + Names.count(group.hosts().size(), "worker")
              + ")");
      hanging("    ", "    ", String.join(", ", group.hosts()), UnaryOperator.identity());
      out.append('\n');
    } else {
      line("  " + look.green("+") + " " + look.bold(group.first()));
    }
    int number = 1;
    for (Step step : group.steps()) {
      step(step, number++, group.folded());
    }
  }

  private void step(Step step, int number, boolean folded) {
    String indent = " ".repeat(7);
    hanging(
        Columns.padLeft(number + ". ", 7),
        indent,
        told(words(step.action()), step, folded),
        UnaryOperator.identity());
    for (String detail : details(step.action())) {
      hanging(indent + "- ", indent + "  ", told(detail, step, folded), UnaryOperator.identity());
    }
    List<String> others =
        step.after().stream().filter(id -> !id.endsWith("/" + step.host())).toList();
    if (!others.isEmpty()) {
      hanging(indent + "after: ", indent + "  ", String.join(", ", others), look::dim);
    }
    switch (step.disrupts()) {
      case Disruption.None() -> {}
      case Disruption.Restarts(String what, String host) ->
          line(indent + look.yellow("restarts " + told(what, step, folded) + " on " + host));
      case Disruption.ChangesMembership(String what) ->
          line(indent + look.yellow("changes etcd's members: " + told(what, step, folded)));
    }
    if (!step.why().isBlank()) {
      hanging(indent + "why: ", indent + "     ", told(step.why(), step, folded), look::dim);
    }
  }

  private static String told(String text, Step step, boolean folded) {
    return folded ? anyHost(text, step.host()) : text;
  }

  /// What the step does, without what is listed below it.
  private static String words(Action action) {
    return switch (action) {
      case Action.Prepare prepare when !prepare.mends().isEmpty() ->
          "check that it is fit, and mend";
      case Action.LoadImages images when images.images().size() > 1 ->
          "bring " + images.images().size() + " images from " + images.donor();
      case Action.Prepare _,
          Action.LoadImages _,
          Action.InstallPackages _,
          Action.CopyNodeFiles _,
          Action.StartRuntime _,
          Action.Join _,
          Action.FollowSiblings _,
          Action.VerifyNode _ ->
          action.inWords();
    };
  }

  private static List<String> details(Action action) {
    return switch (action) {
      case Action.Prepare prepare -> prepare.mends().stream().map(Mend::inWords).toList();
      case Action.LoadImages images when images.images().size() > 1 -> images.images();
      case Action.LoadImages _,
          Action.InstallPackages _,
          Action.CopyNodeFiles _,
          Action.StartRuntime _,
          Action.Join _,
          Action.FollowSiblings _,
          Action.VerifyNode _ ->
          List.of();
    };
  }

  private void disruptions(List<Disruption> disruptions) {
    List<String> restarts = new ArrayList<>();
    List<String> memberships = new ArrayList<>();
    for (Disruption disruption : disruptions) {
      switch (disruption) {
        case Disruption.None() -> {}
        case Disruption.Restarts(String what, String host) -> restarts.add(what + " on " + host);
        case Disruption.ChangesMembership(String what) -> memberships.add(what);
      }
    }
    fact("Restarts", restarts.isEmpty() ? "none" : String.join(", ", restarts));
    if (!memberships.isEmpty()) {
      fact("etcd", String.join(", ", memberships));
    }
  }

  private void problem(String mark, String what, String next) {
    out.append('\n');
    List<String> lines = Columns.lines(what);
    String lead = "  " + mark + " ";
    for (String line : lines) {
      for (String part : Columns.wrap(line, columns() - 4)) {
        line(lead + part);
        lead = "    ";
      }
    }
    if (!next.isBlank()) {
      // Not wrapped: it is there to be copied.
      line("    next: " + look.bold(Columns.clean(next)));
    }
  }

  private void fact(String name, String value) {
    String lead = Columns.padRight(name + ":", 11);
    paragraph(lead, look.bold(lead), value);
  }

  private void paragraph(String lead, String shownLead, String text) {
    int indent = Columns.width(lead);
    String current = shownLead;
    for (String part : Columns.wrap(text, columns() - indent)) {
      line(current + part);
      current = " ".repeat(indent);
    }
  }

  private void hanging(String first, String then, String text, UnaryOperator<String> paint) {
    String lead = first;
    for (String part : Columns.wrap(text, columns() - Columns.width(first))) {
      line(paint.apply(lead + part));
      lead = then;
    }
  }

  private int columns() {
    return Math.min(look.width(), WIDEST);
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }
}
