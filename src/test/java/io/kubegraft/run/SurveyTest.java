package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.HostState;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.observe.LocalHost;
import org.junit.jupiter.api.Test;

class SurveyTest {
  @Test
  void aDonorThatDoesNotTellWhatMakesItANodeIsOneThatCannotBeReadAndEndsNothing() {
    LocalHost mute = new LocalHost("sh").editing(_ -> "echo bindir /usr/local/bin");

    Survey.Donor donor = Survey.donor(mute, "node6", new HostProbe());

    assertThat(donor.model()).isEmpty();
    assertThat(donor.host())
        .isInstanceOfSatisfying(
            HostState.Unreachable.class,
            silent ->
                assertThat(silent.why())
                    .startsWith("k8s-node6: reading what makes it a node broke off"));
  }
}
