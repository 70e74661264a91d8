package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamsTest {
  private static final List<String> THREE =
      List.of("10.0.0.1:6443", "10.0.0.2:6443", "[fd00::3]:6443");

  /// As Kubespray 2.16 writes it, its odd closing brace included.
  private static final String CONF =
      """
      error_log stderr notice;
      stream {
        upstream kube_apiserver {
          least_conn;
      %s    }

        server {
          listen        127.0.0.1:6443;
          listen        [::1]:6443;
          proxy_pass    kube_apiserver;
        }
      }
      http {
        server {
          listen 8081;
        }
      }
      """;

  @Test
  void onlyTheServersOfTheUpstreamAreReplaced() {
    Upstreams one = upstreams("    server 10.0.0.1:6443;\n");
    assertThat(one.leadingTo(THREE))
        .isEqualTo(
            CONF.formatted(
                """
                    server 10.0.0.1:6443;
                    server 10.0.0.2:6443;
                    server [fd00::3]:6443;
                """));
  }

  @Test
  void fewerServersReplaceMore() {
    Upstreams three =
        upstreams(
            "    server 10.0.0.1:6443;\n    server 10.0.0.2:6443;\n    server 10.0.0.3:6443;\n");
    assertThat(three.leadingTo(List.of("10.0.0.2:6443")))
        .isEqualTo(CONF.formatted("    server 10.0.0.2:6443;\n"));
  }

  @Test
  void whatAServerLineSaysBesidesGoesForAll() {
    assertThat(
            upstreams("    server 10.0.0.1:6443 max_fails=3 fail_timeout=5s;\n")
                .leadingTo(List.of("10.0.0.1:6443", "10.0.0.2:6443")))
        .contains("server 10.0.0.2:6443 max_fails=3 fail_timeout=5s;\n");
  }

  @Test
  void doneTwiceChangesNothing() {
    String once = upstreams("    server 10.0.0.1:6443;\n").leadingTo(THREE);
    Upstreams again = new Upstreams("k8s-node4", once);
    assertThat(again.leadTo(THREE)).isTrue();
    assertThat(again.leadingTo(THREE)).isEqualTo(once);
  }

  @Test
  void theSameServersInAnotherOrderNeedNothing() {
    assertThat(
            upstreams("    server b:6443;\n    server a:6443;\n")
                .leadTo(List.of("a:6443", "b:6443")))
        .isTrue();
    assertThat(upstreams("    server b:6443;\n").leadTo(List.of("a:6443", "b:6443"))).isFalse();
  }

  @Test
  void itsDoorIsWhereTheStreamListens() {
    assertThat(upstreams("    server a:6443;\n").door()).isEqualTo(new Door("127.0.0.1", 6443));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "stream { upstream other { server a:1; } }", "http {}"})
  void whatIsNotKubespraysIsRefused(String text) {
    assertThatThrownBy(() -> new Upstreams("k8s-node4", text).leadTo(THREE))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node4")
        .hasMessageContaining("no upstream kube_apiserver");
  }

  private static Upstreams upstreams(String servers) {
    return new Upstreams("k8s-node4", CONF.formatted(servers));
  }
}
