package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.observe.HostProbe;
import io.kubegraft.observe.LocalHost;
import io.kubegraft.plan.Looks;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SurveyTest {
  private final LocalHost mute = new LocalHost("sh").editing(_ -> "echo bindir /usr/local/bin");

  @Test
  void aDonorThatDoesNotTellWhatMakesItANodeIsOneThatCannotBeReadAndEndsNothing() {
    Looks looks = new Looks(Set.of(), Set.of("k8s-node6"), Set.of(), Set.of());

    Survey.Told told = Survey.told(mute, looks, "node6", new HostProbe(), false);

    assertThat(told.node()).isEmpty();
    assertThat(told.trouble())
        .hasValueSatisfying(
            why -> assertThat(why).startsWith("k8s-node6: reading what makes it a node broke off"));
  }

  @Test
  void aHostIsAskedForNothingThatNoPlanNeeds() {
    Looks looks = new Looks(Set.of(), Set.of(), Set.of(), Set.of());

    Survey.Told told = Survey.told(mute, looks, "node6", new HostProbe(), false);

    assertThat(told.trouble()).isEmpty();
    assertThat(told.facts()).isEmpty();
    assertThat(told.node()).isEmpty();
    assertThat(told.etcd()).isEmpty();
    assertThat(told.controlPlane()).isEmpty();
  }
}
