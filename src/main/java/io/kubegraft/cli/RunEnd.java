package io.kubegraft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// How a run ended, from the last line of its journal.
final class RunEnd {
  private RunEnd() {}

  static String of(String lastLine) {
    try {
      JsonNode event = new ObjectMapper().readTree(lastLine);
      return "run-finished".equals(event.path("event").asText())
          ? event.path("outcome").asText()
          : "cut off" + (event.has("step") ? " at " + event.path("step").asText() : "");
    } catch (JsonProcessingException e) {
      return "cut off";
    }
  }
}
