package io.kubegraft.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.http.HttpResponse;
import java.util.Set;

/// What an answer other than 200 means.
final class EtcdRefusal {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// gRPC codes by which etcd says that it has judged and will not: invalid argument, not found,
  /// already exists, permission denied, failed precondition, unimplemented, unauthenticated.
  private static final Set<Integer> VERDICTS = Set.of(3, 5, 6, 7, 9, 12, 16);

  private EtcdRefusal() {}

  /// `{"error":"etcdserver: …","code":9,"message":"…"}`
  ///
  /// @param asked endpoint and path
  static EtcdCallException of(String asked, HttpResponse<String> answer) {
    String body = answer.body().strip();
    try {
      JsonNode told = JSON.readTree(body);
      String words = told.path("message").asText(told.path("error").asText());
      if (!words.isEmpty()) {
        return new EtcdCallException(
            asked + " answers: " + words, VERDICTS.contains(told.path("code").asInt()));
      }
    } catch (IOException e) {
      // Not etcd's own form: shown as it came.
    }
    return new EtcdCallException(asked + words(asked, answer.statusCode(), body), false);
  }

  private static String words(String asked, int status, String body) {
    if (status == HttpURLConnection.HTTP_NOT_FOUND && asked.contains("/v3/")) {
      return " answers 404: its JSON gateway is off, and kubegraft asks etcd by it; take"
          + " ETCD_ENABLE_GRPC_GATEWAY=false out of /etc/etcd.env on its host, then:"
          + " systemctl restart etcd   # one member at a time";
    }
    if (status == HttpURLConnection.HTTP_UNSUPPORTED_TYPE) {
      return " answers 415: it takes gRPC alone there, so its JSON gateway listens elsewhere"
          + " (ETCD_LISTEN_CLIENT_HTTP_URLS in /etc/etcd.env on its host); name it in"
          + " etcd.external.httpEndpoints of ConfigMap kube-system/kubeadm-config";
    }
    return " answers " + status + " " + body;
  }
}
