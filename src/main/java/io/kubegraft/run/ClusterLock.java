package io.kubegraft.run;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;

/// One run at a time for a cluster, whichever machine it is started from: a Lease
/// `kube-system/kubegraft` in the cluster itself.
///
/// The holder renews it every {@link #RENEWAL}; a holder that has not for {@link #LIFETIME} is dead
/// and the next run takes over. One that was killed on the very machine on which the next is
/// started is known to be dead at once ({@link OwnProcess}). A holder that finds another in its
/// place has lost the lock and says so through {@link #held}.
public final class ClusterLock implements AutoCloseable {
  static final Duration LIFETIME = Duration.ofSeconds(60);
  static final Duration RENEWAL = Duration.ofSeconds(15);
  private static final String NAMESPACE = "kube-system";
  private static final String NAME = "kubegraft";
  private static final String PROCESS = "kubegraft.io/process";

  private final KubernetesClient client;
  private final String holder;
  private final Thread renewer;
  private volatile boolean held = true;

  private ClusterLock(KubernetesClient client, String holder) {
    this.client = client;
    this.holder = holder;
    this.renewer = Thread.ofVirtual().name("kubegraft-lock").unstarted(this::renew);
  }

  /// @param holder who we are, for others to read: user, machine, run
  /// @throws LockedException if another run holds the lock
  public static ClusterLock acquire(KubernetesClient client, String holder) {
    ZonedDateTime now = now();
    try {
      client.leases().inNamespace(NAMESPACE).resource(lease(holder, now)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      takeOver(client, holder, now);
    }
    ClusterLock lock = new ClusterLock(client, holder);
    lock.renewer.start();
    return lock;
  }

  private static void takeOver(KubernetesClient client, String holder, ZonedDateTime now) {
    Lease other = client.leases().inNamespace(NAMESPACE).withName(NAME).get();
    if (other == null) {
      client.leases().inNamespace(NAMESPACE).resource(lease(holder, now)).create();
      return;
    }
    ZonedDateTime renewed = other.getSpec().getRenewTime();
    boolean recent = renewed != null && renewed.plus(LIFETIME).isAfter(now);
    if (recent && !OwnProcess.isKnownDead(process(other))) {
      throw new LockedException(
          "another run is at work on this cluster: "
              + other.getSpec().getHolderIdentity()
              + ", last seen "
              + Duration.between(renewed, now).toSeconds()
              + " s ago");
    }
    // The resourceVersion makes this fail if somebody else was quicker.
    client
        .leases()
        .inNamespace(NAMESPACE)
        .resource(
            new LeaseBuilder(other)
                .editMetadata()
                .addToAnnotations(PROCESS, OwnProcess.stamp())
                .endMetadata()
                .editSpec()
                .withHolderIdentity(holder)
                .withAcquireTime(now)
                .withRenewTime(now)
                .endSpec()
                .build())
        .update();
  }

  private static String process(Lease lease) {
    Map<String, String> annotations = lease.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(PROCESS, "");
  }

  /// Whether the lock is still ours, as far as we know.
  public boolean held() {
    return held;
  }

  private void renew() {
    Instant last = Instant.now();
    while (held) {
      try {
        Thread.sleep(RENEWAL);
        Optional<Lease> mine = mine();
        if (mine.isEmpty()) {
          held = false;
          return;
        }
        client
            .leases()
            .inNamespace(NAMESPACE)
            .resource(
                new LeaseBuilder(mine.get()).editSpec().withRenewTime(now()).endSpec().build())
            .update();
        last = Instant.now();
      } catch (InterruptedException e) {
        return;
      } catch (KubernetesClientException e) {
        // Until our time is over it is still ours; after that, another may have it.
        held = last.plus(LIFETIME).isAfter(Instant.now());
      }
    }
  }

  private Optional<Lease> mine() {
    return Optional.ofNullable(client.leases().inNamespace(NAMESPACE).withName(NAME).get())
        .filter(lease -> holder.equals(lease.getSpec().getHolderIdentity()));
  }

  private static Lease lease(String holder, ZonedDateTime now) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(NAMESPACE)
        .addToAnnotations(PROCESS, OwnProcess.stamp())
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(holder)
        .withLeaseDurationSeconds((int) LIFETIME.toSeconds())
        .withAcquireTime(now)
        .withRenewTime(now)
        .endSpec()
        .build();
  }

  private static ZonedDateTime now() {
    return ZonedDateTime.now(ZoneOffset.UTC);
  }

  @Override
  public void close() {
    held = false;
    renewer.interrupt();
    if (mine().isPresent()) {
      client.leases().inNamespace(NAMESPACE).withName(NAME).delete();
    }
  }

  /// Somebody else holds the lock.
  public static final class LockedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LockedException(String message) {
      super(message);
    }
  }
}
