package io.kubegraft.observe;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubegraft.problem.Next;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;

/// The cluster's bootstrap tokens: Secrets by which a host that has no credentials yet joins.
public final class BootstrapTokens {
  private static final String NAMESPACE = "kube-system";
  private static final String TYPE = "bootstrap.kubernetes.io/token";
  private static final String PREFIX = "bootstrap-token-";

  private final KubernetesClient client;
  private final KubernetesClient once;
  private final Writes writes;

  /// @param once for one try of a write
  BootstrapTokens(KubernetesClient client, KubernetesClient once, Writes writes) {
    this.client = client;
    this.once = once;
    this.writes = writes;
  }

  /// Stores a bootstrap token that may be used to join a node, and dies by itself.
  public void create(String id, String secret, Duration lifetime, String description) {
    Secret token =
        new SecretBuilder()
            .withNewMetadata()
            .withName(PREFIX + id)
            .withNamespace(NAMESPACE)
            .endMetadata()
            .withType(TYPE)
            .withStringData(
                Map.of(
                    "token-id",
                    id,
                    "token-secret",
                    secret,
                    "expiration",
                    Instant.now().plus(lifetime).truncatedTo(ChronoUnit.SECONDS).toString(),
                    "usage-bootstrap-authentication",
                    "true",
                    "usage-bootstrap-signing",
                    "true",
                    "auth-extra-groups",
                    "system:bootstrappers:kubeadm:default-node-token",
                    "description",
                    description))
            .build();
    writes.to(
        "Secret kube-system/" + PREFIX + id,
        Next.kubectl("-n kube-system get secret " + PREFIX + id),
        () -> {
          // A server that stored it and could not say so is asked once more.
          if (!exists(id, description)) {
            once.secrets().inNamespace(NAMESPACE).resource(token).create();
          }
        });
  }

  private boolean exists(String id, String description) {
    Secret found = once.secrets().inNamespace(NAMESPACE).withName(PREFIX + id).get();
    return found != null && describes(found, description);
  }

  public void delete(String id) {
    writes.to(
        "Secret kube-system/" + PREFIX + id,
        Next.kubectl("-n kube-system delete secret " + PREFIX + id),
        () -> once.secrets().inNamespace(NAMESPACE).withName(PREFIX + id).delete());
  }

  /// Deletes the bootstrap tokens that carry this description: ours, left by a run that was killed.
  public void deleteThoseOf(String description) {
    client.secrets().inNamespace(NAMESPACE).withField("type", TYPE).list().getItems().stream()
        .filter(secret -> describes(secret, description))
        .map(secret -> secret.getMetadata().getName().substring(PREFIX.length()))
        .forEach(this::delete);
  }

  private static boolean describes(Secret secret, String description) {
    String encoded = secret.getData() == null ? null : secret.getData().get("description");
    return encoded != null
        && new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8)
            .equals(description);
  }

  /// Whether the controller manager has signed cluster-info with this token yet; until then a join
  /// with it can't check whom it talks to.
  public boolean isSigned(String id) {
    var map = client.configMaps().inNamespace("kube-public").withName("cluster-info").get();
    return map != null
        && map.getData() != null
        && map.getData().containsKey("jws-kubeconfig-" + id);
  }
}
