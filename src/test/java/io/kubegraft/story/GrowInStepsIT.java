package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The operator's own way: a worker, then two control planes, then two etcd members, one inventory
/// edit at a time.
@ExtendWith(OnLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GrowInStepsIT {
  private static final List<String> CONTROL_PLANES = List.of("k8s-node1", "k8s-node2", "k8s-node3");

  private static final String ENCRYPTION = "/etc/kubernetes/ssl/secrets_encryption.yaml";

  @TempDir static Path state;

  @Test
  @Order(1)
  void aWorkerFirst(Lab lab) {
    lab.anew();

    new Kubegraft(lab, state).apply(0, "-i", "examples/2-add-worker.ini");

    lab.assertInService("k8s-node6");
  }

  /// As Kubespray does it with `kube_encrypt_secret_data`.
  @Test
  @Order(2)
  void theControlPlaneThatIsThereEncryptsItsSecrets(Lab lab) {
    lab.must(
        "k8s-node1",
        """
        set -e
        umask 077
        export PATH=$PATH:/usr/local/bin KUBECONFIG=/etc/kubernetes/admin.conf
        cat > %1$s <<END
        apiVersion: apiserver.config.k8s.io/v1
        kind: EncryptionConfiguration
        resources:
        - resources: [secrets]
          providers:
          - secretbox: {keys: [{name: key, secret: $(head -c 32 /dev/urandom | base64)}]}
          - identity: {}
        END
        cd /run
        kubectl -n kube-system get cm kubeadm-config -o "jsonpath={.data.ClusterConfiguration}" \\
          > ClusterConfiguration
        # A map up to v1beta3, a list of names and values from v1beta4 on.
        sed -i -e 's|^    allow-privileged:|    encryption-provider-config: %1$s\\n&|' \\
          -e 's|^\\( *\\)- name: allow-privileged|\\1- name: encryption-provider-config\\n\\1  value: %1$s\\n&|' \\
          ClusterConfiguration
        grep -q encryption-provider-config ClusterConfiguration
        kubectl -n kube-system patch cm kubeadm-config --patch "$(kubectl create cm kubeadm-config \\
          --from-file=ClusterConfiguration --dry-run=client -o yaml)"
        m=/etc/kubernetes/manifests/kube-apiserver.yaml
        sed 's|^\\( *- --\\)allow-privileged=true|&\\n\\1encryption-provider-config=%1$s|' $m > m
        cat m > $m
        rm m ClusterConfiguration
        n=0
        until tr '\\0' ' ' < /proc/$(pgrep -n -x kube-apiserver)/cmdline | grep -q encryption-provider &&
          kubectl get --raw /readyz; do
          n=$((n + 1)); [ $n -lt 240 ]; sleep 0.5
        done 2>/dev/null
        kubectl create secret generic story --from-literal=word=hidden
        """
            .formatted(ENCRYPTION));
  }

  @Test
  @Order(3)
  void twoControlPlanesJoinTheOneThatIsThere(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    String etcd =
        lab.must("k8s-node1", "sha256sum /etc/ssl/etcd/ssl/*node1*.pem /etc/ssl/etcd/ssl/ca*");

    String certs = kubeadmCerts(lab);

    Kubegraft.Watched apply = kubegraft.apply(0, "-i", "examples/3-add-control-plane.ini");

    assertThat(apply.opened()).containsExactlyElementsOf(kubegraft.plannedToOpen());
    GrownCluster cluster = new GrownCluster(lab);
    cluster.assertControlPlanesOn(CONTROL_PLANES, List.of("k8s-node1"));
    cluster.assertEtcdOn("k8s-node1");
    cluster.assertProxiesLeadTo(CONTROL_PLANES, "k8s-node4", "k8s-node5", "k8s-node6");
    for (String host : List.of("k8s-node2", "k8s-node3")) {
      assertThat(lab.ready(host)).isEqualTo("True");
      assertThat(lab.taints(host)).as("it is in kube_node, too: it takes work").isEmpty();
      cluster.assertOwnEtcdCertificate(host);
    }
    assertAllDecrypt(lab);
    assertThat(
            lab.must("k8s-node1", "sha256sum /etc/ssl/etcd/ssl/*node1*.pem /etc/ssl/etcd/ssl/ca*"))
        .isEqualTo(etcd);
    assertThat(lab.tokensOfOurs()).isEmpty();
    assertThat(kubeadmCerts(lab)).as("no keys are stored in the cluster").isEqualTo(certs);
    // Those that lost their group in this inventory are named and kept.
    assertThat(apply.said()).contains("k8s-node5", "k8s-node6", "kept");
    assertThat(lab.nodes()).hasSize(6);
  }

  @Test
  @Order(4)
  void twoEtcdMembersJoinTheOneThatIsThere(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    String started = lab.must("k8s-node1", "systemctl show -p ActiveEnterTimestamp etcd");
    String certificates = lab.must("k8s-node1", "sha256sum /etc/ssl/etcd/ssl/*node1*.pem");

    Kubegraft.Watched apply = kubegraft.apply(0, "-i", "examples/4-add-etcd.ini");

    assertThat(apply.opened()).containsExactlyElementsOf(kubegraft.plannedToOpen());
    GrownCluster cluster = new GrownCluster(lab);
    cluster.assertEtcdOn("k8s-node1", "k8s-node2", "k8s-node3");
    cluster.assertControlPlanesOn(CONTROL_PLANES, CONTROL_PLANES);
    assertThat(lab.must("k8s-node1", "systemctl show -p ActiveEnterTimestamp etcd"))
        .as("the member that was there was not restarted")
        .isEqualTo(started);
    assertThat(lab.must("k8s-node1", "sha256sum /etc/ssl/etcd/ssl/*node1*.pem"))
        .isEqualTo(certificates);
    assertThat(apply.ended().out()).contains("etcd1", "etcd2", "etcd3");
  }

  @Test
  @Order(5)
  void withAnyTwoOfTheThreeTheClusterServes(Lab lab) {
    GrownCluster cluster = new GrownCluster(lab);
    List<String> workers = List.of("k8s-node4", "k8s-node5", "k8s-node6");
    cluster.bringKubectl(workers);
    for (String gone : CONTROL_PLANES) {
      List<String> left = CONTROL_PLANES.stream().filter(host -> !host.equals(gone)).toList();
      lab.off(gone);
      try {
        for (String host : left) {
          cluster.assertServes(
              left.getFirst(), host, "the API server of " + host + " without " + gone);
        }
        for (String worker : workers) {
          cluster.assertServes(
              left.getFirst(), worker, "the proxy of " + worker + " without " + gone);
        }
      } finally {
        lab.on(gone);
        cluster.assertServes(left.getFirst(), gone, "the API server of " + gone + " again");
      }
    }
  }

  @Test
  @Order(6)
  void anotherApplyFindsNothingToDo(Lab lab) {
    Kubegraft.Watched again = new Kubegraft(lab, state).apply(0, "-i", "examples/4-add-etcd.ini");

    assertThat(again.ended().out()).contains("No changes");
    lab.anew();
  }

  /// The same configuration byte for byte, and every server reads what the first has encrypted.
  private static void assertAllDecrypt(Lab lab) {
    String look = "sha256sum %1$s; stat -c '%%U %%G %%a' %1$s".formatted(ENCRYPTION);
    String there = lab.must("k8s-node1", look);
    GrownCluster cluster = new GrownCluster(lab);
    for (String host : CONTROL_PLANES) {
      assertThat(lab.must(host, look)).as("on %s", host).isEqualTo(there);
      assertThat(cluster.kubectlOn(host, host, "get secret story -o jsonpath={.data.word}"))
          .isEqualTo("aGlkZGVu");
    }
    assertThat(
            lab.must(
                "k8s-node1",
                "set -a; . /etc/etcd.env; ETCDCTL_API=3 etcdctl get --print-value-only"
                    + " /registry/secrets/default/story | head -c 17"))
        .isEqualTo("k8s:enc:secretbox");
  }

  /// What `kubeadm init --upload-certs` left there, if anything; empty where there is none.
  private static String kubeadmCerts(Lab lab) {
    return lab.kubectl(
        "-n",
        "kube-system",
        "get",
        "secret",
        "kubeadm-certs",
        "--ignore-not-found",
        "-o",
        "jsonpath={.metadata.resourceVersion}");
  }
}
