package io.kubegraft.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a plan that is made once more wants otherwise than it did before. Reasons, notes and the
/// order in which the same steps wait for each other are no difference.
///
/// @param less steps that need no longer be done
/// @param more what is to be done now and was not, or is done otherwise; hosts that are left out
///   now; reasons to refuse: each as a line
public record PlanDifference(List<String> less, List<String> more) {
  public PlanDifference {
    less = List.copyOf(less);
    more = List.copyOf(more);
  }

  public static PlanDifference between(Plan before, Plan now) {
    Map<String, Step> old = byId(before);
    Map<String, Step> fresh = byId(now);
    List<String> less =
        old.values().stream()
            .filter(step -> !fresh.containsKey(step.id()))
            .map(step -> "no longer to do: " + inWords(step))
            .toList();
    List<String> more = new ArrayList<>();
    now.refusals().stream()
        .filter(refusal -> !before.refusals().contains(refusal))
        .forEach(refusal -> more.add("refused now: " + refusal.what()));
    Set<String> out = before.leftOut().stream().map(Plan.LeftOut::host).collect(Collectors.toSet());
    now.leftOut().stream()
        .filter(left -> !out.contains(left.host()))
        .forEach(left -> more.add("left out now: " + left.host() + ": " + left.what()));
    for (Step step : fresh.values()) {
      Step was = old.get(step.id());
      if (was == null) {
        more.add("to do now: " + inWords(step));
      } else if (!was.action().equals(step.action())) {
        more.add("otherwise: " + step.host() + ": " + step.action().inWords() + was(was, step));
      }
    }
    return new PlanDifference(less, more);
  }

  public boolean isNone() {
    return less.isEmpty() && more.isEmpty();
  }

  /// Whether all that is to be done now was in the plan before.
  public boolean isOnlyLess() {
    return more.isEmpty();
  }

  public List<String> lines() {
    return Stream.concat(more.stream(), less.stream()).toList();
  }

  private static Map<String, Step> byId(Plan plan) {
    Map<String, Step> steps = new LinkedHashMap<>();
    plan.steps().forEach(step -> steps.put(step.id(), step));
    return steps;
  }

  private static String inWords(Step step) {
    return step.host() + ": " + step.action().headline();
  }

  /// What it was, where the words tell the two apart.
  private static String was(Step was, Step is) {
    return was.action().inWords().equals(is.action().inWords())
        ? ""
        : "; it was: " + was.action().inWords();
  }
}
