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

  @TempDir static Path state;

  @Test
  @Order(1)
  void aWorkerFirst(Lab lab) {
    lab.anew();

    new Kubegraft(lab, state).apply(0, "-i", "examples/2-add-worker.ini");

    lab.assertInService("k8s-node6");
  }

  @Test
  @Order(2)
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
  @Order(3)
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
  @Order(4)
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
  @Order(5)
  void anotherApplyFindsNothingToDo(Lab lab) {
    Kubegraft.Watched again = new Kubegraft(lab, state).apply(0, "-i", "examples/4-add-etcd.ini");

    assertThat(again.ended().out()).contains("No changes");
    lab.anew();
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
