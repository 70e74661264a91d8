package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.problem.Next;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Kubelets, controllers and people write what we write, and servers are busy: an API over real
/// TLS, with another writer between each read and write of ours.
@Timeout(60)
class OtherWritersTest extends AgainstFakeApi {
  private static final String NODE = "/api/v1/nodes/node6";
  private static final String TOKENS = "/api/v1/namespaces/kube-system/secrets";

  private static KubeApi impatient;
  private final AtomicInteger written = new AtomicInteger();

  @BeforeAll
  static void open() {
    impatient = fake.api(Duration.ofSeconds(2));
  }

  @AfterAll
  static void close() {
    if (impatient != null) {
      impatient.close();
    }
  }

  @BeforeEach
  void aNode() {
    node("our:NoSchedule", "not-ready:NoSchedule");
  }

  private void node(String... taints) {
    List<String> list =
        List.of(taints).stream()
            .map(taint -> taint.split(":"))
            .map(pair -> "{\"key\": \"%s\", \"effect\": \"%s\"}".formatted(pair[0], pair[1]))
            .toList();
    int now = written.get();
    fake.put(
        NODE,
        """
        {"kind": "Node", "apiVersion": "v1",
         "metadata": {"name": "node6", "labels": {"theirs": "%d"}, "annotations": {"a": "%d"}},
         "spec": {"taints": [%s]}, "status": {"phase": "%d"}}
        """
            .formatted(now, now, String.join(", ", list), now));
  }

  /// Before each of the first writes of ours.
  private void othersWrite(int times, Consumer<Integer> write) {
    fake.beforeAnswer(call -> {
      if (call.startsWith("PATCH ") && written.get() < times) {
        write.accept(written.incrementAndGet());
      }
    });
  }

  private long patches() {
    return fake.calls().stream().filter(call -> call.startsWith("PATCH ")).count();
  }

  @Test
  void aTaintGoesAtTheFirstTryWhileLabelsAnnotationsAndStatusAreWrittenByOthers() {
    othersWrite(10, _ -> node("our:NoSchedule", "not-ready:NoSchedule"));
    api.untaint("node6", "our");

    assertThat(patches()).isEqualTo(1);
    assertThat(fake.get(NODE).at("/metadata/labels/theirs").asText()).isEqualTo("1");
    assertThat(fake.get(NODE).at("/status/phase").asText()).isEqualTo("1");
    assertThat(fake.get(NODE).at("/spec/taints")).hasSize(1);
    assertThat(fake.get(NODE).at("/spec/taints/0/key").asText()).isEqualTo("not-ready");
  }

  @Test
  void aLabelIsSetAtTheFirstTryWhateverOthersWrite() {
    othersWrite(10, _ -> node("our:NoSchedule"));
    api.label("node6", Map.of("ours", "yes"));

    assertThat(patches()).isEqualTo(1);
    assertThat(fake.get(NODE).at("/metadata/labels/ours").asText()).isEqualTo("yes");
    assertThat(fake.get(NODE).at("/metadata/labels/theirs").asText()).isEqualTo("1");
  }

  @Test
  void aTaintThatAnotherSetsOrTakesBetweenReadAndWriteIsKeptAsTheOtherLeftIt() {
    othersWrite(
        3,
        time -> {
          if (time < 3) {
            node("our:NoSchedule", "theirs" + time + ":NoExecute");
          } else {
            node("theirs:NoExecute", "our:NoSchedule");
          }
        });
    api.untaint("node6", "our");

    assertThat(patches()).isEqualTo(4);
    assertThat(fake.get(NODE).at("/spec/taints")).hasSize(1);
    assertThat(fake.get(NODE).at("/spec/taints/0/key").asText()).isEqualTo("theirs");
  }

  @Test
  void whoIsAskedToWaitWaitsAsLongAsTheServerAsks() {
    AtomicInteger refusals = new AtomicInteger();
    fake.refusing(call ->
        call.startsWith("PATCH ") && refusals.incrementAndGet() <= 2
            ? Optional.of(new FakeApi.Refusal(429, 1))
            : Optional.empty());
    api.label("node6", Map.of("ours", "yes"));

    assertThat(fake.get(NODE).at("/metadata/labels/ours").asText()).isEqualTo("yes");
    assertThat(fake.tooEarly()).isZero();
    assertThat(patches()).isEqualTo(3);
  }

  @Test
  void aServerThatIsNotAvailableIsAskedAgain() {
    AtomicInteger refusals = new AtomicInteger();
    fake.refusing(call ->
        refusals.incrementAndGet() <= 3
            ? Optional.of(new FakeApi.Refusal(503, 0))
            : Optional.empty());
    api.untaint("node6", "our");

    assertThat(fake.get(NODE).at("/spec/taints")).hasSize(1);
  }

  /// Stored, and no word of it: asked once more, it would say that there is one already.
  @Test
  void aTokenThatWasStoredWithoutAWordIsNoConflict() {
    AtomicInteger refusals = new AtomicInteger();
    fake.refusing(call -> {
      if (call.startsWith("POST ") && refusals.incrementAndGet() == 1) {
        fake.put(
            TOKENS + "/bootstrap-token-abcdef",
            """
            {"kind": "Secret", "apiVersion": "v1", "type": "bootstrap.kubernetes.io/token",
             "metadata": {"name": "bootstrap-token-abcdef"},
             "data": {"description": "a2luZA=="}}
            """);
        return Optional.of(new FakeApi.Refusal(409, 0));
      }
      return Optional.empty();
    });
    api.tokens().create("abcdef", "secret", Duration.ofMinutes(1), "kind");

    assertThat(fake.paths(TOKENS)).hasSize(1);
    assertThat(fake.calls().stream().filter(call -> call.startsWith("POST "))).hasSize(1);
  }

  @Test
  void aConflictWithoutEndIsSaidAsWhatItIsWithTheCommandThatTellsWhoWrites() {
    othersWrite(Integer.MAX_VALUE, time -> node("our:NoSchedule", "theirs" + time + ":NoExecute"));

    assertThatThrownBy(() -> impatient.untaint("node6", "our"))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("Node node6 could not be changed")
        .hasMessageContaining("another program changed it between reading and writing")
        .satisfies(e ->
            assertThat(((ObserveException) e).next())
                .isEqualTo(Next.kubectl("get node node6 -o yaml --show-managed-fields")));
    assertThat(patches()).isGreaterThan(1);
  }

  @Test
  void aServerThatAsksToWaitWithoutEndIsSaidToBeBusy() {
    fake.refusing(call ->
        call.startsWith("PATCH ") ? Optional.of(new FakeApi.Refusal(429, 1)) : Optional.empty());

    assertThatThrownBy(() -> impatient.label("node6", Map.of("ours", "yes")))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining(
            "Node node6 could not be changed: the API server asked to wait (429)");
    assertThat(fake.tooEarly()).isZero();
  }

  @Test
  void aLabelForANodeThatIsGoneIsAFailure() {
    fake.clear();

    assertThatThrownBy(() -> api.label("node6", Map.of("ours", "yes")))
        .hasMessageContaining("NotFound");
  }

  /// It is no conflict, and would be the same at every try.
  @Test
  void whatTheServerFindsInvalidIsNotTriedAgain() {
    fake.refusing(call ->
        call.startsWith("PATCH ") ? Optional.of(new FakeApi.Refusal(422, 0)) : Optional.empty());

    assertThatThrownBy(() -> api.label("node6", Map.of("ours", "not valid")))
        .hasMessageContaining("Refused");
    assertThat(patches()).isEqualTo(1);
  }

  @Test
  void whatTheServerForbidsIsNotTriedAgain() {
    fake.refusing(call ->
        call.startsWith("PATCH ") ? Optional.of(new FakeApi.Refusal(403, 0)) : Optional.empty());

    assertThatThrownBy(() -> api.label("node6", Map.of("ours", "yes")))
        .hasMessageContaining("Refused");
    assertThat(patches()).isEqualTo(1);
  }
}
