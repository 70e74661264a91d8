package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final StatusText.Status GOOD =
      new StatusText.Status(Clusters.good(), List.of(), List.of(), Clusters.NOW);
  private static final StatusText.Status TROUBLED =
      new StatusText.Status(
          Clusters.troubled(),
          List.of("k8s-node10", "k8s-node6"),
          List.of("k8s-node4"),
          Clusters.NOW);

  @Test
  void aHealthyClusterIsToldInTwoTables() throws IOException {
    Golden.check("status", StatusText.render(GOOD, Look.plain()));
    Golden.check("status-160", StatusText.render(GOOD, new Look(160, false, true)));
  }

  @Test
  void whateverIsNotHealthyIsNamedWithItsReason() throws IOException {
    String text = StatusText.render(TROUBLED, Look.plain());

    Golden.check("status-troubled", text);
    assertThat(text)
        .contains("Kubelet stopped posting node status.")
        .contains("connection refused by 10.200.70.12:2379")
        .contains("In the inventory, not in the cluster: k8s-node6, k8s-node10\n")
        .contains("In the cluster, not in the inventory: k8s-node4 (kept)\n");
  }

  @Test
  void jsonTellsTheSame() throws IOException {
    String json = StatusText.json(TROUBLED);

    Golden.check("status-json", json);
    JsonNode node = new ObjectMapper().readTree(json);
    assertThat(node.at("/etcd/members/1/health/state").asText()).isEqualTo("unhealthy");
    assertThat(node.at("/nodes/1/status").asText()).isEqualTo("NotReady,SchedulingDisabled");
  }
}
