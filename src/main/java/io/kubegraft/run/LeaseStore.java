package io.kubegraft.run;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;

/// Where the one Lease of the lock is kept.
interface LeaseStore {
  Duration LIMIT = Duration.ofSeconds(5);

  /// False if there is one already.
  boolean create(Lease lease);

  Optional<Lease> get();

  /// Fails if it is no longer of that `resourceVersion`.
  void update(Lease lease);

  void delete();

  /// Each call makes one try and no more than {@link #LIMIT}: several must fit into the lock's
  /// lifetime, also where an API server hangs.
  static LeaseStore of(KubernetesClient patient, String namespace, String name) {
    KubernetesClient client =
        patient
            .newClient(
                new RequestConfigBuilder(patient.getConfiguration().getRequestConfig())
                    .withRequestTimeout((int) LIMIT.toMillis())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .adapt(KubernetesClient.class);
    return new LeaseStore() {
      @Override
      public boolean create(Lease lease) {
        try {
          of(lease).create();
          return true;
        } catch (KubernetesClientException e) {
          if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
            return false;
          }
          throw e;
        }
      }

      @Override
      public Optional<Lease> get() {
        return Optional.ofNullable(client.leases().inNamespace(namespace).withName(name).get());
      }

      @Override
      public void update(Lease lease) {
        of(lease).update();
      }

      @Override
      public void delete() {
        client.leases().inNamespace(namespace).withName(name).delete();
      }

      private Resource<Lease> of(Lease lease) {
        return client.leases().inNamespace(namespace).resource(lease);
      }
    };
  }
}
