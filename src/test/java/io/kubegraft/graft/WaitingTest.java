package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingTest {
  private static final Duration PAUSE = Duration.ofMillis(1);

  @Test
  void itLooksUntilNothingIsMissingAndThenNoMore() {
    Queue<Optional<String>> answers =
        new ArrayDeque<>(List.of(Optional.of("a"), Optional.of("b"), Optional.empty()));

    Waiting.until(Duration.ofSeconds(10), PAUSE, answers::remove, Code.JOIN, Next.none());

    assertThat(answers).isEmpty();
  }

  @Test
  void whatHoldsAtOnceIsNotWaitedForEvenWithoutTime() {
    AtomicInteger looks = new AtomicInteger();

    Waiting.until(
        Duration.ZERO,
        Duration.ofHours(1),
        () -> {
          looks.incrementAndGet();
          return Optional.empty();
        },
        Code.JOIN,
        Next.none());

    assertThat(looks).hasValue(1);
  }

  @Test
  void timeRunningOutIsAFailureThatSaysWhatWasMissingLast() {
    AtomicInteger looks = new AtomicInteger();

    assertThatThrownBy(() ->
            Waiting.until(
                Duration.ofMillis(30),
                PAUSE,
                () -> Optional.of("pod " + looks.incrementAndGet() + " is Pending"),
                Code.IMAGES,
                Next.kubectl("get pods")))
        .isInstanceOfSatisfying(
            StepException.class,
            e -> {
              assertThat(e.code()).isEqualTo(Code.IMAGES);
              assertThat(e.next()).isEqualTo(Next.kubectl("get pods"));
            })
        .hasMessage("after 0 s: pod " + looks.get() + " is Pending");
    assertThat(looks.get()).isGreaterThan(1);
  }

  @Test
  void anInterruptionIsAFailureAndStaysVisible() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() ->
            Waiting.until(
                Duration.ofSeconds(10), PAUSE, () -> Optional.of("Ready"), Code.JOIN, Next.none()))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("interrupted while waiting: Ready");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whatGoesWrongWhileLookingIsNotWaitedOut() {
    assertThatThrownBy(() ->
            Waiting.until(
                Duration.ofSeconds(10),
                PAUSE,
                () -> {
                  throw new StepException(Code.JOIN, "the node is gone", Next.kubegraft("status"));
                },
                Code.JOIN,
                Next.none()))
        .isInstanceOf(StepException.class)
        .hasMessage("the node is gone");
  }

  @Test
  void anApiThatDoesNotAnswerForAMomentIsOneMoreThingToWaitFor() {
    Deque<Supplier<Optional<String>>> looks =
        new ArrayDeque<>(
            List.of(
                () -> {
                  throw new KubernetesClientException(
                      "connection reset", new java.net.SocketException("Connection reset"));
                },
                () -> {
                  throw new KubernetesClientException("etcd is away", 503, null);
                },
                Optional::empty));

    Waiting.until(
        Duration.ofMinutes(5),
        Duration.ofMillis(1),
        () -> looks.remove().get(),
        Code.JOIN,
        Next.none());

    assertThat(looks).isEmpty();
  }

  @Test
  void anApiThatStaysAwayIsWhatTheFailureNames() {
    assertThatThrownBy(() ->
            Waiting.until(
                Duration.ZERO,
                Duration.ofMillis(1),
                () -> {
                  throw new KubernetesClientException(
                      "connection refused", new java.net.ConnectException("Connection refused"));
                },
                Code.JOIN,
                Next.none()))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("the API does not answer: connection refused");
  }

  @Test
  void whatAnApiRefusesIsNotWaitedFor() {
    assertThatThrownBy(() ->
            Waiting.until(
                Duration.ofMinutes(5),
                Duration.ofMillis(1),
                () -> {
                  throw new KubernetesClientException("forbidden", 403, null);
                },
                Code.JOIN,
                Next.none()))
        .isInstanceOf(KubernetesClientException.class);
  }
}
