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

/// Growing etcd first and control planes after it, with everything going wrong on the way.
@ExtendWith(OnLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GrowFaultsIT {
  private static final List<String> THREE = List.of("k8s-node1", "k8s-node2", "k8s-node3");

  @TempDir static Path state;
  @TempDir static Path folder;

  private static String etcdOnly() {
    Path file = folder.resolve("etcd-only.ini");
    Shell.write(
        file, Inventories.grown(List.of("k8s-node1"), THREE, List.of("k8s-node4", "k8s-node5")));
    return file.toString();
  }

  private static String all() {
    Path file = folder.resolve("all.ini");
    Shell.write(file, Inventories.grown(THREE, THREE, List.of("k8s-node4", "k8s-node5")));
    return file.toString();
  }

  @Test
  @Order(1)
  void aMemberThatPeersCantReachIsNeverLeftBehindAndQuorumStays(Lab lab) {
    lab.anew();
    // Its peers can't reach it: sent away in silence, as a firewall between hosts would.
    lab.must("k8s-node3", "iptables -I INPUT -p tcp --dport 2380 -j DROP");
    try {
      Kubegraft.Watched apply =
          new Kubegraft(lab, state).watched("apply", "--yes", "-i", etcdOnly());

      assertThat(apply.ended().exit()).as("%s", apply.ended()).isIn(5, 6);
      assertThat(apply.said()).contains("k8s-node3").contains("2380");
      assertThat(new GrownCluster(lab).members("k8s-node1").toString())
          .doesNotContain(Inventories.address("k8s-node3"))
          .doesNotContain("learner");
    } finally {
      lab.must("k8s-node3", "iptables -D INPUT -p tcp --dport 2380 -j DROP");
    }
  }

  @Test
  @Order(2)
  void whereverItIsKilledInEtcdsGrowthTheNextRunGoesOn(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    try (Oracle _ = Oracle.ofEtcd(lab)) {
      kubegraft.killedAt("learner", "adding", "apply", "--yes", "-i", etcdOnly());
      kubegraft.killedAfter("learner", "apply", "--yes", "-i", etcdOnly());
      kubegraft.killedAt("promote", "", "apply", "--yes", "-i", etcdOnly());

      Shell.Ended last = kubegraft.run("apply", "--yes", "-i", etcdOnly());
      assertThat(last.exit()).as("%s", last).isEqualTo(0);
    }
    new GrownCluster(lab).assertEtcdOn("k8s-node1", "k8s-node2", "k8s-node3");
  }

  @Test
  @Order(3)
  void aMemberThatIsDownStopsTheRunBeforeAnythingChanges(Lab lab) {
    lab.must("k8s-node2", "systemctl stop etcd");
    String before = lab.must("k8s-node1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml");
    try {
      Shell.Ended apply = new Kubegraft(lab, state).run("apply", "--yes", "-i", all());

      assertThat(apply.exit()).as("%s", apply).isEqualTo(4);
      assertThat(apply.said()).contains("etcd2");
      assertThat(lab.must("k8s-node1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml"))
          .isEqualTo(before);
      assertThat(lab.nodes()).doesNotContain("k8s-node2", "k8s-node3");
    } finally {
      lab.must("k8s-node2", "systemctl start etcd");
    }
  }

  @Test
  @Order(4)
  void aMemberThatDiesDuringTheRunStopsItBeforeItsNextDisruptiveStep(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    Shell.Running running = kubegraft.start("apply", "--yes", "-i", all());
    kubegraft.awaitEvent(running, "step-done", "files", "");
    lab.must("k8s-node2", "systemctl stop etcd");
    try {
      Shell.Ended apply = running.await();

      assertThat(apply.exit()).as("%s", apply).isIn(5, 6);
      assertThat(apply.said()).contains("etcd2");
    } finally {
      lab.must("k8s-node2", "systemctl start etcd");
    }
  }

  @Test
  @Order(5)
  void whereverItIsKilledInAControlPlanesJoinTheNextRunGoesOn(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    try (Oracle _ = new Oracle(lab)) {
      kubegraft.killedAt("join", "kubeadm join", "apply", "--yes", "-i", all());
      kubegraft.killedAfter("join", "apply", "--yes", "-i", all());
      kubegraft.killedAt("apiserver", "", "apply", "--yes", "-i", all());

      Shell.Ended last = kubegraft.run("apply", "--yes", "-i", all());
      assertThat(last.exit()).as("%s", last).isEqualTo(0);
    }
    GrownCluster cluster = new GrownCluster(lab);
    cluster.assertControlPlanesOn(THREE, THREE);
    cluster.assertProxiesLeadTo(THREE, "k8s-node4", "k8s-node5");
    cluster.assertEtcdOn("k8s-node1", "k8s-node2", "k8s-node3");
    assertThat(lab.tokensOfOurs()).isEmpty();
    lab.anew();
  }
}
