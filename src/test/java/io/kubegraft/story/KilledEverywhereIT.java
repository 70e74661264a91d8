package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Control planes and etcd grow from one to three, ended without warning after every kind of step
/// that changes the cluster, and begun again each time.
@ExtendWith({Rotating.class, OnLab.class})
class KilledEverywhereIT {
  private static final List<String> THREE = List.of("k8s-node1", "k8s-node2", "k8s-node3");
  private static final List<String> NEW = List.of("k8s-node2", "k8s-node3");

  /// They go side by side with the others, and touch nobody but a newcomer.
  private static final List<String> ASIDE =
      List.of(
          "prepare",
          "files",
          "runtime",
          "images",
          "shared",
          "etcd-certificates",
          "kubelet",
          "finish");

  @TempDir Path state;
  @TempDir Path folder;

  @AfterEach
  void asItWas(Lab lab) {
    lab.anew();
  }

  @Test
  void afterEveryKindOfStepTheNextRunGoesOnAndClientsAreServedAllTheWhile(Lab lab) {
    lab.anew();
    Path inventory = folder.resolve("inventory.ini");
    Shell.write(inventory, Inventories.grown(THREE, THREE, List.of("k8s-node4", "k8s-node5")));
    Kubegraft kubegraft = new Kubegraft(lab, state);
    Set<String> survived = new TreeSet<>(ASIDE);
    try (Oracle _ = new Oracle(lab)) {
      while (kubegraft.killedAfterAnythingBut(
          survived, "apply", "--yes", "-i", inventory.toString())) {
        assertThat(survived).as("kinds of steps").hasSizeLessThan(30);
      }
    }

    // kubeadm-config and etcd-env are done in the same moment: one of them ended that run.
    assertThat(survived)
        .contains("etcd-files", "snapshot", "learner", "promote", "join", "proxy", "apiserver");
    GrownCluster cluster = new GrownCluster(lab);
    cluster.assertEtcdOn("k8s-node1", "k8s-node2", "k8s-node3");
    cluster.assertControlPlanesOn(THREE, THREE);
    cluster.assertProxiesLeadTo(THREE, "k8s-node4", "k8s-node5");
    for (String host : NEW) {
      assertThat(lab.ready(host)).isEqualTo("True");
      assertThat(lab.taints(host)).doesNotContain("kubegraft");
      assertThat(
              lab.must(
                  "k8s-node1",
                  "journalctl -u etcd --no-pager -o cat | grep -vE 'from store|already added' | grep -c 'added member.*"
                      + Inventories.address(host)
                      + ":2380' || true"))
          .as("how often %s was added", host)
          .isEqualTo("1\n");
    }
    for (String host : Lab.HOSTS) {
      assertThat(
              lab.must(
                  host,
                  "find /run /etc /var/lib/etcd /opt/cni /usr/local/bin -xdev -name '*kubegraft*'"
                      + " ! -path /etc/sysctl.d/90-kubegraft.conf 2>/dev/null || true"))
          .as("what is left on %s", host)
          .isEmpty();
    }
    assertThat(lab.tokensOfOurs()).isEmpty();
    assertThat(lab.kubectl("-n", "kube-system", "get", "lease,configmap", "-o", "name"))
        .doesNotContain("kubegraft");
  }
}
