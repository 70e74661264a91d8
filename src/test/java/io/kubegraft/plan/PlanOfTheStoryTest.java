package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubegraft.problem.Operator;
import io.kubegraft.view.Golden;
import io.kubegraft.view.Look;
import io.kubegraft.view.PlanJson;
import io.kubegraft.view.PlanText;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The operator's story, planned: read as a person reads it, and as a program does.
class PlanOfTheStoryTest {
  private final Clusters cluster = new Clusters().read();

  @Test
  void fromTheStartingClusterToThreeOfEverythingInOneGo() throws IOException {
    Golden.check("plan-story-all-at-once", PlanText.render(allAtOnce(), Look.plain()));
  }

  @Test
  void twoMoreControlPlanesThatAlsoTakeWork() throws IOException {
    cluster.node("k8s-node6", 16, Map.of(), List.of());
    cluster.seen("k8s-node2", 12).seen("k8s-node3", 13);

    Golden.check(
        "plan-story-control-planes",
        PlanText.render(plan("3-add-control-plane.ini"), Look.plain()));
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 110})
  void itKeepsToTheWidth(int width) {
    assertThat(PlanText.render(allAtOnce(), new Look(width, false, true)).lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
  }

  @Test
  void itCanBeShownInAscii() {
    assertThat(PlanText.render(allAtOnce(), new Look(80, false, false))).matches("[\\n -~]*");
  }

  @Test
  void programsGetTheNumbersAndEtcdsWay() throws IOException {
    JsonNode json = new ObjectMapper().readTree(PlanJson.render(allAtOnce(), Operator.unknown()));

    assertThat(json.path("summary").toString())
        .isEqualTo(
            "{\"add\":3,\"workers\":1,\"controlPlanes\":2,\"etcdMembers\":2,\"change\":3,\"remove\":0}");
    assertThat(json.path("changed").toString())
        .isEqualTo("[\"k8s-node1\",\"k8s-node4\",\"k8s-node5\"]");
    assertThat(
            IntStream.range(0, json.path("etcd").size())
                .mapToObj(i -> json.path("etcd").get(i))
                .map(shape -> shape.path("voters").asInt() + "+" + shape.path("learners").asInt()))
        .containsExactly("1+0", "1+1", "2+0", "2+1", "3+0");
    assertThat(json.path("etcd").get(2).path("tolerates").asInt()).isZero();
  }

  private Plan allAtOnce() {
    cluster.seen("k8s-node2", 12).seen("k8s-node3", 13).seen("k8s-node6", 16);
    return plan("4-add-etcd.ini");
  }

  private Plan plan(String inventory) {
    return Planner.plan(
        Specs.example(inventory), cluster.state(), cluster.models(), Scope.everything());
  }
}
