package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.observe.SilentPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Doing the same on many hosts. No connection is needed for that.
class SshFleetTest {
  private static final List<String> NAMES =
      IntStream.range(0, 50).mapToObj(i -> "node" + (50 - i)).toList();

  @TempDir Path home;
  private SshFleet fleet;

  @BeforeEach
  void make() {
    fleet =
        SshFleet.of(
            NAMES.stream().map(n -> Access.of(n, "127.0.0.1")).toList(), SshSettings.ofHome(home));
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void answers_keep_the_order_of_the_names() {
    Map<String, Fleet.Outcome<String>> all = fleet.each(NAMES, 8, Host::name);

    assertThat(all.keySet()).containsExactlyElementsOf(NAMES);
    assertThat(all).allSatisfy((n, o) -> assertThat(o).isEqualTo(new Fleet.Outcome.Done<>(n)));
  }

  @Test
  void no_more_run_at_once_than_forks() {
    var running = new AtomicInteger();
    var most = new AtomicInteger();

    fleet.each(
        NAMES,
        3,
        host -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          LockSupport.parkNanos(1_000_000);
          return running.decrementAndGet();
        });

    assertThat(most).hasValueBetween(1, 3);
  }

  @Test
  void as_many_run_at_once_as_forks_allow() {
    var together = new CountDownLatch(10);

    Map<String, Fleet.Outcome<Boolean>> all =
        fleet.each(
            NAMES.subList(0, 10),
            10,
            _ -> {
              together.countDown();
              try {
                return together.await(20, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                return false;
              }
            });

    assertThat(all.values()).containsOnly(new Fleet.Outcome.Done<>(true));
  }

  @Test
  void one_host_s_failure_stops_no_other() {
    Map<String, Fleet.Outcome<String>> all =
        fleet.each(
            NAMES,
            8,
            host -> {
              if (host.name().equals("node7")) {
                throw new RemoteException("node7", RemoteException.Kind.LOST, "node7: gone");
              }
              return "ok";
            });

    assertThat(all.values().stream().filter(o -> o instanceof Fleet.Outcome.Done)).hasSize(49);
    assertThat(all.get("node7"))
        .isInstanceOfSatisfying(
            Fleet.Outcome.Failed.class,
            failed -> assertThat(failed.problem().kind()).isEqualTo(RemoteException.Kind.LOST));
  }

  @Test
  void a_mistake_in_the_program_is_not_taken_for_a_host_s_failure() {
    assertThatThrownBy(() ->
            fleet.each(
                NAMES,
                8,
                _ -> {
                  throw new IllegalStateException("a mistake");
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a mistake");
  }

  @Test
  void an_interruption_passes_to_all_and_stays() throws InterruptedException {
    var started = new CountDownLatch(2);
    var begun = new AtomicInteger();
    var reached = new AtomicInteger();
    var kept = new AtomicBoolean();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              fleet.each(
                  NAMES,
                  2,
                  _ -> {
                    begun.incrementAndGet();
                    started.countDown();
                    try {
                      Thread.sleep(Duration.ofSeconds(60));
                    } catch (InterruptedException e) {
                      reached.incrementAndGet();
                    }
                    return true;
                  });
              kept.set(Thread.currentThread().isInterrupted());
            });
    assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

    caller.interrupt();

    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
    assertThat(reached).hasValue(begun.get());
    assertThat(kept).isTrue();
  }

  @Test
  void a_host_nobody_named_is_a_mistake() {
    assertThatThrownBy(() -> fleet.host("node99"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node99");
  }

  @Test
  void nothing_is_opened_before_it_is_used() {
    fleet.host("node1");

    assertThat(fleet.opened()).isEmpty();
  }

  @Test
  void a_host_from_which_nothing_comes_is_silent_and_one_that_answers_or_refuses_is_not()
      throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (SilentPort off = SilentPort.at(loopback, 0);
        ServerSocket hung = new ServerSocket(0, 5, loopback);
        var hosts =
            SshFleet.of(
                List.of(at("off", off.port()), at("hung", hung.getLocalPort())),
                SshSettings.ofHome(home))) {
      assertThat(hosts.silent("off", Duration.ZERO)).as("nobody has tried yet").isFalse();
      List<Thread> tries = new ArrayList<>();
      for (String name : List.of("off", "hung")) {
        tries.add(
            Thread.ofVirtual().start(() -> hosts.each(List.of(name), 1, SshFleetTest::log_in)));
      }

      Awaitility.await().until(() -> hosts.silent("off", Duration.ofMillis(500)));
      hung.accept();
      Awaitility.await().until(() -> !hosts.silent("hung", Duration.ZERO));
      assertThat(hosts.silent("off", Duration.ofMillis(500))).isTrue();
      tries.forEach(Thread::interrupt);
    }
  }

  private static boolean log_in(Host host) {
    return host.run("true", Duration.ofMinutes(1)).ok();
  }

  private static Access at(String name, int port) {
    return new Access(
        name,
        "127.0.0.1",
        Optional.of(port),
        Optional.of("root"),
        List.of(),
        Optional.empty(),
        List.of(),
        Access.Become.no(),
        Duration.ofMinutes(1));
  }
}
