package io.kubegraft.graft;

import io.kubegraft.graft.Work.Progress;
import io.kubegraft.observe.KubeApi;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/// A bootstrap token with which one host joins. It lives ten minutes, and is deleted when it is
/// closed, whatever happened before; one that a killed run left dies by itself, or goes with the
/// next token for the same node, whichever is sooner.
final class BootstrapToken implements AutoCloseable {
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

  private final KubeApi api;
  private final String id;
  private final String secret;

  private BootstrapToken(KubeApi api, String id, String secret) {
    this.api = api;
    this.id = id;
    this.secret = secret;
  }

  static BootstrapToken create(KubeApi api, String nodeName) {
    BootstrapToken token = new BootstrapToken(api, random(6), random(16));
    api.tokens().deleteThoseOf(description(nodeName));
    api.tokens().create(token.id, token.secret, LIFETIME, description(nodeName));
    return token;
  }

  /// By which a token that a killed run left is found again.
  static String description(String nodeName) {
    return "kubegraft: " + nodeName + " joins";
  }

  /// Until the controller manager has signed cluster-info with it, a join would wait for that.
  void awaitSignature(Progress progress) {
    new Waiting(Duration.ofSeconds(30), Duration.ofMillis(100), progress)
        .until(
            () ->
                api.tokens().isSigned(id)
                    ? Optional.empty()
                    : Optional.of(
                        "the controller manager has not signed ConfigMap kube-public/cluster-info with"
                            + " the new token"),
            Code.JOIN,
            Next.kubectl("-n kube-system get pods -l component=kube-controller-manager"));
  }

  /// As kubeadm wants it. A secret.
  String text() {
    return id + "." + secret;
  }

  /// What was said while it was in use, without it.
  String maskedIn(String said) {
    return said.replace(secret, "***");
  }

  @Override
  public void close() {
    api.tokens().delete(id);
  }

  @Override
  public String toString() {
    return id + ".***";
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
