package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResolvConfTest {
  /// As Kubespray v2.31 leaves it.
  private static final String DONOR =
      """
      # Ansible entries BEGIN
      domain cluster.local
      search default.svc.cluster.local svc.cluster.local
      nameserver 10.233.0.3
      nameserver 10.200.71.1
      options ndots:2 timeout:2 attempts:2
      # Ansible entries END
      # The site resolver.
      """;

  @Test
  void aNewcomerWithTheSameResolverGetsTheDonorsBlockAndKeepsItsComments() {
    assertThat(ResolvConf.forNewcomer(DONOR, "# The site resolver.\nnameserver 10.200.71.1\n"))
        .contains(DONOR);
  }

  @Test
  void whatANewcomerAskedBeforeItGoesOnAskingBehindTheOthers() {
    assertThat(
            ResolvConf.forNewcomer(
                DONOR, "domain old\nsearch office.example\nnameserver 10.9.9.9\noptions rotate\n"))
        .contains(
            """
            # Ansible entries BEGIN
            domain cluster.local
            search default.svc.cluster.local svc.cluster.local office.example
            nameserver 10.233.0.3
            nameserver 10.200.71.1
            nameserver 10.9.9.9
            options ndots:2 timeout:2 attempts:2
            # Ansible entries END
            """);
  }

  @Test
  void aSecondTimeChangesNothing() {
    String once =
        ResolvConf.forNewcomer(DONOR, "search a.example\nnameserver 10.9.9.9\n# x\n").orElseThrow();

    assertThat(ResolvConf.forNewcomer(DONOR, once)).contains(once);
  }

  @Test
  void aDonorWithoutABlockOrWithoutAServerInItHasNothingToGive() {
    assertThat(ResolvConf.forNewcomer("nameserver 10.233.0.3\n", "")).isEmpty();
    assertThat(ResolvConf.forNewcomer("# Ansible entries BEGIN\n# Ansible entries END\n", ""))
        .isEmpty();
  }
}
