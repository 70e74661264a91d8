package io.kubegraft.observe;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.remote.PlainWords;
import java.util.Optional;

/// What an API server said, or why it said nothing, in plain words: without the client's own, which
/// name its operations and the local end of a tunnel.
public final class ApiWords {
  private ApiWords() {}

  public static String of(Throwable problem) {
    for (Throwable each = problem; each != null; each = each.getCause()) {
      if (each instanceof KubernetesClientException answer && answer.getCode() > 0) {
        return "it answers " + answer.getCode() + said(answer);
      }
      if (each instanceof ObserveException || each instanceof EtcdCallException) {
        return KubeApi.firstLine(String.valueOf(each.getMessage()));
      }
    }
    return PlainWords.of(problem);
  }

  private static String said(KubernetesClientException answer) {
    return Optional.ofNullable(answer.getStatus())
        .map(Status::getMessage)
        .map(KubeApi::firstLine)
        .filter(text -> !text.isEmpty())
        .map(text -> ": " + text)
        .orElse("");
  }
}
