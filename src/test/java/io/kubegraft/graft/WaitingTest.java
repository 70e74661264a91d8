package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

  private final List<String> said = new ArrayList<>();
  private final Work.Progress told = (text, _, _) -> said.add(text);

  @Test
  void itLooksUntilNothingIsMissingAndThenNoMore() {
    Queue<Optional<String>> answers =
        new ArrayDeque<>(List.of(Optional.of("a"), Optional.of("b"), Optional.empty()));

    new Waiting(Duration.ofSeconds(10), PAUSE, told).until(answers::remove, Code.JOIN, Next.none());

    assertThat(answers).isEmpty();
    assertThat(said).as("what it waited for").containsExactly("waiting: a", "waiting: b");
  }

  @Test
  void whatHoldsAtOnceIsNotWaitedForEvenWithoutTime() {
    AtomicInteger looks = new AtomicInteger();

    new Waiting(Duration.ZERO, Duration.ofHours(1), told)
        .until(
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
            new Waiting(Duration.ofMillis(30), PAUSE, told)
                .until(
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
            new Waiting(Duration.ofSeconds(10), PAUSE, told)
                .until(() -> Optional.of("Ready"), Code.JOIN, Next.none()))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("interrupted while waiting: Ready");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whatGoesWrongWhileLookingIsNotWaitedOut() {
    assertThatThrownBy(() ->
            new Waiting(Duration.ofSeconds(10), PAUSE, told)
                .until(
                    () -> {
                      throw new StepException(
                          Code.JOIN, "the node is gone", Next.kubegraft("status"));
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

    new Waiting(Duration.ofMinutes(5), Duration.ofMillis(1), told)
        .until(() -> looks.remove().get(), Code.JOIN, Next.none());

    assertThat(looks).isEmpty();
  }

  @Test
  void anApiThatStaysAwayIsWhatTheFailureNames() {
    assertThatThrownBy(() ->
            new Waiting(Duration.ZERO, Duration.ofMillis(1), told)
                .until(
                    () -> {
                      throw new KubernetesClientException(
                          "connection refused",
                          new java.net.ConnectException("Connection refused"));
                    },
                    Code.JOIN,
                    Next.none()))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("the API does not answer: connection refused");
  }

  @Test
  void whatAnApiRefusesIsNotWaitedFor() {
    assertThatThrownBy(() ->
            new Waiting(Duration.ofMinutes(5), Duration.ofMillis(1), told)
                .until(
                    () -> {
                      throw new KubernetesClientException("forbidden", 403, null);
                    },
                    Code.JOIN,
                    Next.none()))
        .isInstanceOf(KubernetesClientException.class);
  }
}
