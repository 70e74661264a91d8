package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MendTest {
  @Test
  void aSettingIsToldWithWhatItWas() {
    assertThat(new Mend.Sysctl("net.ipv4.ip_forward", "0", "1").inWords())
        .isEqualTo("set net.ipv4.ip_forward=1 (from 0)");
    assertThat(new Mend.Sysctl("net.ipv4.ip_local_reserved_ports", "", "30000-32767").inWords())
        .isEqualTo("set net.ipv4.ip_local_reserved_ports=30000-32767 (was empty)");
  }
}
