package io.kubegraft.view;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Operator;
import io.kubegraft.run.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonViewTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void everyEventIsOneObjectOnOneLine() throws IOException {
    List<Event> events = Story.twoWorkersOneFails();

    String printed = print(events);

    Golden.check("events-json", printed);
    assertThat(printed.lines()).hasSize(events.size());
    ObjectMapper mapper = new ObjectMapper();
    for (String line : printed.lines().toList()) {
      JsonNode node = mapper.readTree(line);
      assertThat(node.path("event").asText()).isNotEmpty();
      assertThat(node.path("at").asText())
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    }
  }

  @Test
  void jsonIsUtf8InAnyLocale() {
    Step step = Samples.worker("рабочий", List.of()).getFirst();

    assertThat(print(List.of(new Event.StepStarted(Story.START, step)))).contains("\"рабочий\"");
  }

  @Test
  void aPlanIsOneDocument() throws IOException {
    String json = PlanJson.render(Samples.partly(), Operator.unknown());

    Golden.check("plan-json", json);
    JsonNode node = new ObjectMapper().readTree(json);
    assertThat(node.path("format").asInt()).isEqualTo(1);
    assertThat(node.at("/steps/1/after/0").asText()).isEqualTo("prepare/k8s-node6");
    assertThat(node.at("/summary/add").asInt()).isEqualTo(1);
  }

  @Test
  void disruptionsSayWhatAndWhere() throws IOException {
    Step plain = Samples.worker("k8s-node6", List.of()).getFirst();
    Step restarting =
        new Step(
            plain.id(),
            plain.host(),
            plain.after(),
            new Disruption.Restarts("nginx-proxy", "k8s-node5"),
            plain.why(),
            plain.action());

    JsonNode node =
        new ObjectMapper()
            .readTree(
                PlanJson.render(Samples.plan(List.of(restarting), List.of()), Operator.unknown()));

    assertThat(node.at("/steps/0/disrupts").toString())
        .isEqualTo("{\"kind\":\"restart\",\"what\":\"nginx-proxy\",\"host\":\"k8s-node5\"}");
  }

  private String print(List<Event> events) {
    try (JsonView view =
        new JsonView(new PrintStream(bytes, false, ISO_8859_1), Operator.unknown())) {
      events.forEach(view);
    }
    return bytes.toString(UTF_8);
  }
}
