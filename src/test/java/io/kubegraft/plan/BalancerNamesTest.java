package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalancerNamesTest {
  private static final List<String> LINES =
      List.of(
          "127.0.0.1 localhost",
          "# 10.0.0.1 lb.local",
          "  10.0.0.9\tlb.local  lb2.local # the balancer",
          "fd00::9 six.local");

  @ParameterizedTest
  @CsvSource({
    "lb.local:8383,10.0.0.9:8383",
    "lb2.local:6443,10.0.0.9:6443",
    "six.local:6443,[fd00::9]:6443"
  })
  void anEndpointIsAskedForAtTheAddressOfItsName(String endpoint, String byAddress) {
    assertThat(BalancerNames.byAddress(endpoint, LINES)).contains(byAddress);
  }

  @Test
  void aNameThatStandsNowhereIsLeftToTheHostsResolver() {
    assertThat(BalancerNames.byAddress("lb.example.com:6443", LINES)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"lb.local:8383,true", "10.0.0.9:6443,false", "[fd00::9]:6443,false"})
  void anAddressIsNoName(String endpoint, boolean name) {
    assertThat(BalancerNames.isName(endpoint)).isEqualTo(name);
  }
}
