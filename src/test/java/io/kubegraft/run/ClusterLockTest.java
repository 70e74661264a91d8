package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The lock's rules against a Lease in memory and a clock that is set by hand.
class ClusterLockTest {
  private static final Duration TICK = Duration.ofMillis(1);

  private final Api api = new Api();
  private Instant now = Instant.parse("2026-03-01T10:00:00Z");
  private final InstantSource clock = () -> now;

  @Test
  void aLockIsRefusedWhileAnotherHoldsIt() {
    acquire("one");
    now = now.plus(ClusterLock.LIFETIME).minus(TICK);

    assertThatThrownBy(() -> acquire("two"))
        .isInstanceOf(ClusterLock.LockedException.class)
        .hasMessageContaining("another run is at work on this cluster: one, last seen 59 s ago");
    assertThat(api.holder()).isEqualTo("one");
  }

  @Test
  void aLockWhoseHolderHasNotRenewedItForItsLifetimeIsTakenOver() {
    ClusterLock one = acquire("one");
    now = now.plus(ClusterLock.LIFETIME);

    ClusterLock two = acquire("two");

    assertThat(two.held()).isTrue();
    assertThat(one.held()).isFalse();
    assertThat(api.holder()).isEqualTo("two");
  }

  @Test
  void aHolderThatFindsAnotherInItsPlaceHasLostTheLock() {
    ClusterLock one = acquire("one");
    api.hand("two");
    assertThat(one.held()).as("it can't know yet").isTrue();

    one.renew();

    assertThat(one.held()).isFalse();
    one.close();
    assertThat(api.holder()).as("another's lock is not given back").isEqualTo("two");
  }

  @Test
  void aLockIsNotHeldOnceItsLifetimeIsOverWithoutARenewal() {
    ClusterLock lock = acquire("one");
    now = now.plus(ClusterLock.LIFETIME).minus(TICK);
    assertThat(lock.held()).isTrue();

    now = now.plus(TICK);

    assertThat(lock.held()).isFalse();
  }

  @Test
  void aRenewalGivesAWholeLifetimeMore() {
    ClusterLock lock = acquire("one");
    now = now.plus(ClusterLock.LIFETIME).minus(TICK);

    lock.renew();

    now = now.plus(ClusterLock.LIFETIME).minus(TICK);
    assertThat(lock.held()).isTrue();
    assertThatThrownBy(() -> acquire("two")).isInstanceOf(ClusterLock.LockedException.class);
  }

  @Test
  void aRenewalThatFailsInWhateverWayLeavesTheLockHeldUntilItsTimeIsOver() {
    ClusterLock lock = acquire("one");
    api.dead = new IllegalStateException("the tunnel is shut");
    now = now.plus(ClusterLock.RENEWAL);

    assertThatCode(lock::renew).doesNotThrowAnyException();

    assertThat(lock.held()).isTrue();
    now = now.plus(ClusterLock.LIFETIME).minus(ClusterLock.RENEWAL);
    assertThat(lock.held()).isFalse();
  }

  @Test
  void aRenewalAfterAFailedOneSavesTheLock() {
    ClusterLock lock = acquire("one");
    api.dead = new IllegalStateException("the tunnel is shut");
    now = now.plus(ClusterLock.RENEWAL);
    lock.renew();
    api.dead = null;
    now = now.plus(ClusterLock.RENEWAL);
    lock.renew();

    now = now.plus(ClusterLock.LIFETIME).minus(TICK);

    assertThat(lock.held()).isTrue();
  }

  @Test
  void givingTheLockBackToADeadApiThrowsNothing() {
    ClusterLock lock = acquire("one");
    api.dead = new IllegalStateException("connection refused");

    assertThatCode(lock::close).doesNotThrowAnyException();

    assertThat(lock.held()).isFalse();
  }

  @Test
  void onlyALockThatADeadRunHasLeftIsTakenByWhoeverClearsUp() {
    assertThat(ClusterLock.takeLeft(api, clock, "two")).as("there is none").isEmpty();
    acquire("one");
    assertThat(ClusterLock.takeLeft(api, clock, "two")).as("it is at work").isEmpty();
    assertThat(api.holder()).isEqualTo("one");
    now = now.plus(ClusterLock.LIFETIME);

    ClusterLock.takeLeft(api, clock, "two").orElseThrow().close();

    assertThat(api.get()).isEmpty();
  }

  @Test
  void aLockThatIsGivenBackIsFreeForTheNext() {
    acquire("one").close();

    assertThat(acquire("two").held()).isTrue();
  }

  private ClusterLock acquire(String holder) {
    return ClusterLock.acquire(api, clock, holder);
  }

  /// Keeps one Lease as the API does: an update of what is no longer there as read is refused.
  private static final class Api implements LeaseStore {
    private @Nullable Lease kept;
    private int version;
    private @Nullable RuntimeException dead;

    String holder() {
      return Objects.requireNonNull(kept).getSpec().getHolderIdentity();
    }

    void hand(String holder) {
      put(new LeaseBuilder(kept).editSpec().withHolderIdentity(holder).endSpec().build());
    }

    @Override
    public boolean create(Lease lease) {
      answer();
      if (kept != null) {
        return false;
      }
      put(lease);
      return true;
    }

    @Override
    public Optional<Lease> get() {
      answer();
      return Optional.ofNullable(kept);
    }

    @Override
    public void update(Lease lease) {
      answer();
      if (kept == null
          || !Objects.equals(
              kept.getMetadata().getResourceVersion(), lease.getMetadata().getResourceVersion())) {
        throw new IllegalStateException("the object has been modified");
      }
      put(lease);
    }

    @Override
    public void delete() {
      answer();
      kept = null;
    }

    private void put(Lease lease) {
      version++;
      kept =
          new LeaseBuilder(lease)
              .editMetadata()
              .withResourceVersion(Integer.toString(version))
              .endMetadata()
              .build();
    }

    private void answer() {
      if (dead != null) {
        throw dead;
      }
    }
  }
}
