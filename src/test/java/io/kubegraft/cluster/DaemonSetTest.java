package io.kubegraft.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.DaemonSet.Expression;
import io.kubegraft.cluster.DaemonSet.Term;
import io.kubegraft.cluster.DaemonSet.Toleration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which nodes a DaemonSet wants a pod on, by the API's rules.
class DaemonSetTest {
  private static final Map<String, String> NODE =
      Map.of("kubernetes.io/os", "linux", "disk", "ssd", "cores", "8", "empty", "");

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // selector, wanted
        "-, true",
        "disk=ssd, true",
        "disk=ssd kubernetes.io/os=linux, true",
        "disk=hdd, false",
        "disk=ssd kubernetes.io/os=windows, false",
        "zone=a, false",
        "zone=, false",
        "empty=, true"
      })
  void everyLabelOfTheSelectorMustBeThereWithItsValue(String selector, boolean wanted) {
    assertThat(set(labels(selector), List.of(), List.of()).wants(NODE, List.of()))
        .isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "disk, In, hdd ssd, true",
    "disk, In, hdd, false",
    "zone, In, a, false",
    "disk, NotIn, hdd, true",
    "disk, NotIn, hdd ssd, false",
    "zone, NotIn, a, true",
    "disk, Exists, '', true",
    "empty, Exists, '', true",
    "zone, Exists, '', false",
    "disk, DoesNotExist, '', false",
    "zone, DoesNotExist, '', true",
    "cores, Gt, 7, true",
    "cores, Gt, 8, false",
    "cores, Lt, 9, true",
    "cores, Lt, 8, false",
    "cores, Gt, 70, false",
    "disk, Gt, 7, false",
    "disk, Lt, 7, false",
    "zone, Gt, 0, false",
    "zone, Lt, 9, false",
    "disk, Resembles, ssd, false"
  })
  void everyOperatorMeansWhatTheApiSays(
      String key, String operator, String values, boolean wanted) {
    Term term = new Term(List.of(new Expression(key, operator, words(values))));

    assertThat(set(Map.of(), List.of(term), List.of()).wants(NODE, List.of())).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "Gt, 900, sla=950:NoSchedule, true",
    "Gt, 950, sla=950:NoSchedule, false",
    "Lt, 960, sla=950:NoSchedule, true",
    "Lt, 900, sla=950:NoSchedule, false",
    "Gt, 1, sla=high:NoSchedule, false",
    "Equal, 950, sla=950:NoSchedule, true",
    "Equal, 900, sla=950:NoSchedule, false"
  })
  void aTolerationComparesAsItsOperatorSays(
      String operator, String value, String taint, boolean wanted) {
    Toleration toleration = new Toleration("sla", operator, value, "");
    assertThat(set(Map.of(), List.of(), List.of(toleration)).wants(NODE, List.of(taint)))
        .isEqualTo(wanted);
  }

  @Test
  void allExpressionsOfATermMustHoldAndOneTermSuffices() {
    Expression holds = new Expression("disk", "In", List.of("ssd"));
    Expression fails = new Expression("disk", "In", List.of("hdd"));

    assertThat(wants(new Term(List.of(holds, fails)))).isFalse();
    assertThat(wants(new Term(List.of(fails)), new Term(List.of(holds)))).isTrue();
    assertThat(wants(new Term(List.of(fails)), new Term(List.of(holds, fails)))).isFalse();
  }

  @Test
  void aTermWithoutExpressionsMatchesNoNode() {
    assertThat(wants(new Term(List.of()))).isFalse();
    assertThat(
            wants(
                new Term(List.of()),
                new Term(List.of(new Expression("disk", "Exists", List.of())))))
        .isTrue();
  }

  @Test
  void selectorAndAffinityMustBothHold() {
    Term holds = new Term(List.of(new Expression("disk", "Exists", List.of())));

    assertThat(set(Map.of("disk", "hdd"), List.of(holds), List.of()).wants(NODE, List.of()))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // taint; key, operator, value, effect of the one toleration; wanted
        "gpu=yes:NoSchedule, -, -, -, -, false",
        "gpu=yes:NoSchedule, '', Exists, '', '', true",
        "gpu=yes:NoSchedule, gpu, Exists, '', '', true",
        "gpu=yes:NoSchedule, gpu, Exists, '', NoSchedule, true",
        "gpu=yes:NoSchedule, gpu, Exists, '', NoExecute, false",
        "gpu=yes:NoSchedule, gpu, Equal, yes, NoSchedule, true",
        "gpu=yes:NoSchedule, gpu, '', yes, NoSchedule, true",
        "gpu=yes:NoSchedule, gpu, Equal, no, NoSchedule, false",
        "gpu=yes:NoSchedule, gpu, '', '', NoSchedule, false",
        "gpu:NoSchedule, gpu, Equal, '', NoSchedule, true",
        "gpu:NoExecute, gpu, Exists, '', NoSchedule, false",
        "gpu:NoExecute, '', Exists, '', '', true",
        "gpu=yes:NoSchedule, cpu, Exists, '', '', false",
        "gpu=yes:PreferNoSchedule, -, -, -, -, true",
        "node.kubernetes.io/not-ready:NoExecute, -, -, -, -, true",
        "node.kubernetes.io/unschedulable:NoSchedule, -, -, -, -, true",
        "node-role.kubernetes.io/control-plane:NoSchedule, -, -, -, -, false"
      })
  void aTaintKeepsThePodAwayUnlessItIsTolerated(
      String taint, String key, String operator, String value, String effect, boolean wanted) {
    List<Toleration> tolerations =
        operator == null ? List.of() : List.of(new Toleration(key, operator, value, effect));

    assertThat(set(Map.of(), List.of(), tolerations).wants(NODE, List.of(taint))).isEqualTo(wanted);
  }

  @Test
  void everyTaintMustBeTolerated() {
    DaemonSet set = set(Map.of(), List.of(), List.of(new Toleration("gpu", "Exists", "", "")));

    assertThat(set.wants(NODE, List.of("gpu:NoSchedule", "gpu=a:NoExecute"))).isTrue();
    assertThat(set.wants(NODE, List.of("gpu:NoSchedule", "batch:NoSchedule"))).isFalse();
  }

  private static boolean wants(Term... terms) {
    return set(Map.of(), Arrays.asList(terms), List.of()).wants(NODE, List.of());
  }

  private static DaemonSet set(
      Map<String, String> selector, List<Term> affinity, List<Toleration> tolerations) {
    return new DaemonSet(
        "kube-system", "proxy", selector, affinity, tolerations, Set.of(), Set.of(), 1);
  }

  private static Map<String, String> labels(@org.jspecify.annotations.Nullable String text) {
    Map<String, String> labels = new java.util.HashMap<>();
    for (String label : words(text == null ? "" : text)) {
      int equals = label.indexOf('=');
      labels.put(label.substring(0, equals), label.substring(equals + 1));
    }
    return labels;
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}
