package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RewriteTest {
  private final Rewrite rewrite =
      new Rewrite(
          new Identity(List.of("k8s-node1", "n1"), List.of("10.0.0.1", "192.168.0.1")),
          new Identity(List.of("k8s-node9"), List.of("10.0.0.9")));

  @Test
  void aNameAsAWholeWordBecomesTheNewcomers() {
    assertThat(rewrite.apply("--hostname-override=k8s-node1\"\n"))
        .isEqualTo("--hostname-override=k8s-node9\"\n");
  }

  @Test
  void aLongerNameThatBeginsWithTheDonorsStays() {
    assertThat(rewrite.apply("k8s-node10 k8s-node1-b my-k8s-node1 k8s-node1_x"))
        .isEqualTo("k8s-node10 k8s-node1-b my-k8s-node1 k8s-node1_x");
  }

  @Test
  void aNameWithADomainIsTheSameHost() {
    assertThat(rewrite.apply("10.0.0.1 k8s-node1.cluster.local k8s-node1"))
        .isEqualTo("10.0.0.9 k8s-node9.cluster.local k8s-node9");
  }

  @Test
  void anAddressAsAWholeWordBecomesTheNewcomers() {
    assertThat(rewrite.apply("address: \"10.0.0.1\"\nlisten 10.0.0.1:8080\nfrom 10.0.0.1/32."))
        .isEqualTo("address: \"10.0.0.9\"\nlisten 10.0.0.9:8080\nfrom 10.0.0.9/32.");
  }

  @Test
  void aLongerAddressThatBeginsOrEndsWithTheDonorsStays() {
    assertThat(rewrite.apply("10.0.0.14 110.0.0.1 10.0.0.1.5"))
        .isEqualTo("10.0.0.14 110.0.0.1 10.0.0.1.5");
  }

  @Test
  void whereAllHostsAreListedTheNewcomerJoinsTheDonor() {
    assertThat(rewrite.apply("Environment=\"NO_PROXY=127.0.0.1,10.0.0.1,10.0.0.2\"\n"))
        .isEqualTo("Environment=\"NO_PROXY=127.0.0.1,10.0.0.1,10.0.0.9,10.0.0.2\"\n");
    assertThat(rewrite.apply("IPAddressAllow=10.0.0.1 10.0.0.2"))
        .isEqualTo("IPAddressAllow=10.0.0.1 10.0.0.9 10.0.0.2");
  }

  @Test
  void aListThatNamesTheNewcomerAlreadyStays() {
    assertThat(rewrite.apply("no_proxy=10.0.0.1,10.0.0.9")).isEqualTo("no_proxy=10.0.0.1,10.0.0.9");
  }

  @Test
  void whatIsRewrittenLeavesNoTrace() {
    String text = "a k8s-node1 b n1 c 10.0.0.1 d 192.168.0.1\n";
    assertThat(rewrite.traces(text)).hasSize(4);
    assertThat(rewrite.traces(rewrite.apply(text))).isEmpty();
  }

  @Test
  void aTraceIsNamedWithItsLine() {
    assertThat(rewrite.traces("one\ntwo 10.0.0.1\n")).containsExactly("10.0.0.1 (line 2)");
  }

  @Test
  void anAddressOfTheSecondFamilyBecomesTheNewcomersOrIsATrace() {
    Identity donor = new Identity(List.of("a"), List.of("10.0.0.1", "fd00::1"));
    Rewrite dual = new Rewrite(donor, new Identity(List.of("b"), List.of("10.0.0.2", "fd00::2")));
    Rewrite single = new Rewrite(donor, new Identity(List.of("b"), List.of("10.0.0.2")));
    assertThat(dual.apply("--node-ip=10.0.0.1,fd00::1")).isEqualTo("--node-ip=10.0.0.2,fd00::2");
    assertThat(single.traces(single.apply("--node-ip=10.0.0.1,fd00::1")))
        .containsExactly("fd00::1 (line 1)");
  }

  @Test
  void aFileThatCarriesNoIdentityIsOnlyGivenTheNewcomerInItsLists() {
    String text = "mirror = http://10.0.0.1:5000\nNO_PROXY=10.0.0.1\n";
    assertThat(rewrite.withNewcomerInLists(text))
        .isEqualTo("mirror = http://10.0.0.1:5000\nNO_PROXY=10.0.0.1,10.0.0.9\n");
    assertThat(rewrite.traces(rewrite.withNewcomerInLists(text)))
        .containsExactly("10.0.0.1 (line 1)");
  }

  @Test
  void twiceIsTheSameAsOnce() {
    String once = rewrite.apply("k8s-node1 10.0.0.1\nNO_PROXY=10.0.0.1\n");
    assertThat(rewrite.apply(once)).isEqualTo(once);
  }

  @Test
  void lineEndsAreKept() {
    assertThat(rewrite.apply("a\r\nb\n\nc")).isEqualTo("a\r\nb\n\nc");
  }
}
