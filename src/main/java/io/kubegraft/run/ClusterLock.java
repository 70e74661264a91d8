package io.kubegraft.run;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubegraft.cluster.RunAtWork;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
/// place, or whose time is over without a renewal, has lost the lock and says so through {@link
/// #held}.
public final class ClusterLock implements AutoCloseable {
  static final Duration LIFETIME = RunAtWork.LIFETIME;
  static final Duration RENEWAL = Duration.ofSeconds(15);

  /// Until the next try where a renewal failed: an API server that restarts is back soon.
  static final Duration RETRY = Duration.ofSeconds(2);

  private static final String NAMESPACE = "kube-system";
  private static final String NAME = "kubegraft";
  private static final String PROCESS = "kubegraft.io/process";
  private static final System.Logger LOG = System.getLogger(ClusterLock.class.getName());

  private final LeaseStore store;
  private final InstantSource clock;
  private final String holder;
  private final Thread renewer;
  private volatile boolean ours = true;
  private volatile Instant renewed;

  private ClusterLock(LeaseStore store, InstantSource clock, String holder, Instant renewed) {
    this.store = store;
    this.clock = clock;
    this.holder = holder;
    this.renewed = renewed;
    this.renewer = Thread.ofVirtual().name("kubegraft-lock").unstarted(this::keepRenewing);
  }

  /// @param holder who we are, for others to read: user, machine, run
  /// @throws LockedException if another run holds the lock
  public static ClusterLock acquire(KubernetesClient client, String holder) {
    ClusterLock lock =
        acquire(LeaseStore.of(client, NAMESPACE, NAME), InstantSource.system(), holder);
    lock.renewer.start();
    return lock;
  }

  /// The lock that a run has left which did not come to its end; empty if there is none, or if that
  /// run may still be at work.
  public static Optional<ClusterLock> takeLeft(KubernetesClient client, String holder) {
    return takeLeft(LeaseStore.of(client, NAMESPACE, NAME), InstantSource.system(), holder);
  }

  static Optional<ClusterLock> takeLeft(LeaseStore store, InstantSource clock, String holder) {
    if (store.get().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(acquire(store, clock, holder));
    } catch (LockedException e) {
      return Optional.empty();
    }
  }

  /// Renews nothing by itself: {@link #renew} is for the caller.
  static ClusterLock acquire(LeaseStore store, InstantSource clock, String holder) {
    // Before asking: however long the answer takes, our time has begun by then for others.
    Instant now = clock.instant();
    if (!store.create(lease(holder, now))) {
      takeOver(store, holder, now);
    }
    return new ClusterLock(store, clock, holder, now);
  }

  private static void takeOver(LeaseStore store, String holder, Instant now) {
    Optional<Lease> found = store.get();
    if (found.isEmpty()) {
      if (!store.create(lease(holder, now))) {
        throw new LockedException("another run has just begun on this cluster");
      }
      return;
    }
    Lease other = found.get();
    ZonedDateTime renewed = other.getSpec().getRenewTime();
    boolean recent = renewed != null && renewed.toInstant().plus(LIFETIME).isAfter(now);
    if (recent && !OwnProcess.isKnownDead(process(other))) {
      throw new LockedException(
          "another run is at work on this cluster: "
              + other.getSpec().getHolderIdentity()
              + ", last seen "
              + Duration.between(renewed.toInstant(), now).toSeconds()
              + " s ago");
    }
    // The resourceVersion makes this fail if somebody else was quicker.
    store.update(
        new LeaseBuilder(other)
            .editMetadata()
            .addToAnnotations(PROCESS, OwnProcess.stamp())
            .endMetadata()
            .editSpec()
            .withHolderIdentity(holder)
            .withAcquireTime(utc(now))
            .withRenewTime(utc(now))
            .endSpec()
            .build());
  }

  private static String process(Lease lease) {
    Map<String, String> annotations = lease.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(PROCESS, "");
  }

  /// Whether the lock is still ours, as far as we know. Once our time is over another may have it,
  /// whether or not a renewal is under way.
  public boolean held() {
    return ours && clock.instant().isBefore(renewed.plus(LIFETIME));
  }

  private void keepRenewing() {
    try {
      boolean done = true;
      do {
        Thread.sleep(done ? RENEWAL : RETRY);
        done = renew();
      } while (held());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A renewal that fails, in whatever way, is tried again until our time is over.
  ///
  /// @return whether it was done
  boolean renew() {
    Instant now = clock.instant();
    try {
      Optional<Lease> mine = mine();
      if (mine.isEmpty()) {
        ours = false;
        return false;
      }
      store.update(
          new LeaseBuilder(mine.get()).editSpec().withRenewTime(utc(now)).endSpec().build());
      renewed = now;
      return true;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the cluster's lock was not renewed", e);
      return false;
    }
  }

  private Optional<Lease> mine() {
    return store.get().filter(lease -> holder.equals(lease.getSpec().getHolderIdentity()));
  }

  private static Lease lease(String holder, Instant now) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(NAMESPACE)
        .addToAnnotations(PROCESS, OwnProcess.stamp())
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(holder)
        .withLeaseDurationSeconds((int) LIFETIME.toSeconds())
        .withAcquireTime(utc(now))
        .withRenewTime(utc(now))
        .endSpec()
        .build();
  }

  private static ZonedDateTime utc(Instant instant) {
    return instant.atZone(ZoneOffset.UTC);
  }

  @Override
  public void close() {
    ours = false;
    renewer.interrupt();
    try {
      if (mine().isPresent()) {
        store.delete();
      }
    } catch (RuntimeException e) {
      // What the run did is done, and must not be hidden behind this: the Lease dies by itself.
      LOG.log(
          System.Logger.Level.WARNING,
          "the cluster's lock could not be given back; it ends by itself within "
              + LIFETIME.toSeconds()
              + " s",
          e);
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
