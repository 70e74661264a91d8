package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.Derived.OnHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// disk.sh, run for real against files as Kubespray leaves them.
class DiskProbeTest {
  @TempDir private Path root;
  @TempDir private Path keys;

  @BeforeEach
  void opensslIsHere() {
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash", "dash"})
  void whatFollowsFromTheControlPlanesAndMembersIsReadAndNoKey(String shell) throws IOException {
    assumeTrue(LocalHost.has(shell));
    OpenSsl openssl = new OpenSsl(keys);
    openssl.ca();
    openssl.rsaKey("own");
    openssl.certificate("own");
    file(
        "etc/nginx/nginx.conf",
        """
        stream {
          upstream kube_apiserver {
            least_conn;
            server 10.200.70.11:6443;
            server 10.200.70.12:6443 max_fails=3;
            }
          server {
            listen        127.0.0.1:6443;
            proxy_pass    kube_apiserver;
          }
        }
        """);
    file(
        "etc/kubernetes/kubelet.conf",
        "clusters:\n- cluster:\n    server: https://localhost:6443\n  name: c\n");
    file(
        "etc/etcd.env",
        """
        ETCD_INITIAL_CLUSTER_STATE=existing
        ETCD_INITIAL_CLUSTER=etcd1=https://10.200.70.11:2380,etcd2=https://10.200.70.12:2380
        """);
    file(
        "var/lib/kubelet/pki/kubelet-client-current.pem",
        openssl.text("own.crt") + openssl.text("own.key"));
    file("etc/ssl/etcd/ssl/member-k8s-node1.pem", openssl.text("own.crt"));
    file("etc/ssl/etcd/ssl/member-k8s-node1-key.pem", openssl.text("own.key"));
    LocalHost host = new LocalHost(shell, "-s").rooted(root);

    OnHost found = DiskProbe.read(host);

    assertThat(found)
        .isInstanceOfSatisfying(
            OnHost.Files.class,
            files -> {
              assertThat(files.upstreams())
                  .containsExactly("10.200.70.11:6443", "10.200.70.12:6443");
              assertThat(files.kubeletServer()).isEqualTo(Optional.of("https://localhost:6443"));
              assertThat(files.etcdPeers())
                  .isEqualTo(
                      Map.of(
                          "etcd1", "https://10.200.70.11:2380",
                          "etcd2", "https://10.200.70.12:2380"));
              assertThat(files.certificateEnds().keySet())
                  .extracting(path -> path.replace(root.toString(), ""))
                  .containsExactlyInAnyOrder(
                      "/var/lib/kubelet/pki/kubelet-client-current.pem",
                      "/etc/ssl/etcd/ssl/member-k8s-node1.pem");
            });
  }

  @Test
  void aHostWithNothingOfItHasNothing() {
    assertThat(DiskProbe.read(new LocalHost("sh", "-s").rooted(root)))
        .isEqualTo(new OnHost.Files(java.util.List.of(), Optional.empty(), Map.of(), Map.of()));
  }

  @Test
  void anAnswerThatBreaksOffIsNoAnswer() {
    assertThat(DiskProbe.parse("k8s-node6", "upstream 10.200.70.11:6443\n"))
        .isInstanceOf(OnHost.NotSeen.class);
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
