package io.kubegraft.story;

import java.lang.reflect.Method;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Of a class's stories, or of the long classes, the two whose turn it is: together they would take
/// longer than a change may wait. Turns follow the days, so that all are told within as many days
/// as there are pairs.
///
/// `-Dkubegraft.stories=all` tells all of them, and `-Dkubegraft.stories=N` those of turn N.
final class Rotating implements ExecutionCondition {
  private static final String PROPERTY = "kubegraft.stories";
  private static final int AT_ONCE = 2;

  /// Each grows a cluster several times over. Their stories follow from one another, so a whole
  /// class has its turn.
  private static final List<String> LONG =
      List.of("CutOffLearnersIT", "GrowFaultsIT", "KilledEverywhereIT");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String asked = System.getProperty(PROPERTY, "");
    boolean isLong = LONG.contains(context.getRequiredTestClass().getSimpleName());
    if (context.getTestMethod().isEmpty() != isLong || asked.equals("all")) {
      return ConditionEvaluationResult.enabled("all stories are told");
    }
    long turn =
        asked.isEmpty() ? LocalDate.now(ZoneOffset.UTC).toEpochDay() : Long.parseLong(asked);
    if (isLong) {
      return turn(LONG, context.getRequiredTestClass().getSimpleName(), turn);
    }
    List<String> stories =
        Arrays.stream(context.getRequiredTestClass().getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(Method::getName)
            .sorted(Comparator.naturalOrder())
            .toList();
    return turn(stories, context.getRequiredTestMethod().getName(), turn);
  }

  private static ConditionEvaluationResult turn(List<String> stories, String story, long turn) {
    String said = "turn " + turn + " (-D" + PROPERTY + "=" + turn + ", or =all)";
    return isItsTurn(stories.indexOf(story), stories.size(), turn)
        ? ConditionEvaluationResult.enabled(said)
        : ConditionEvaluationResult.disabled("not in " + said);
  }

  static boolean isItsTurn(int index, int stories, long turn) {
    return Math.floorMod(index - turn * AT_ONCE, (long) stories) < AT_ONCE;
  }
}
