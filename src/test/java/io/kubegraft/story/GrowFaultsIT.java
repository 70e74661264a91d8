package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Growing etcd first and control planes after it, with everything going wrong on the way.
@ExtendWith({Rotating.class, OnLab.class})
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

  /// The third host is at fault; the second is well, and must not be left as one of two voters.
  @Test
  @Order(1)
  void aPortThatAFirewallClosesOnTheLastMemberIsFoundBeforeTheFirstIsAdded(Lab lab) {
    lab.anew();
    String rule = "INPUT -p tcp --dport 2380 -j DROP";
    lab.must("k8s-node3", "iptables -I " + rule);
    try {
      assertNobodyIsAdded(
          lab,
          etcdOnly(),
          "10.200.70.13:2380 can't be reached from k8s-node1 (no answer within 3 s)");
      assertThat(failed(lab)).containsExactly("etcd-preflight/k8s-node3");
    } finally {
      lab.must("k8s-node3", "iptables -D " + rule);
    }
  }

  @Test
  @Order(2)
  void aFullDiskOfTheLastMemberIsFoundBeforeTheFirstIsAdded(Lab lab) {
    lab.must(
        "k8s-node3", "mkdir -p /var/lib/etcd && mount -t tmpfs -o size=60m full /var/lib/etcd");
    try {
      assertNobodyIsAdded(lab, etcdOnly(), "disk /var/lib/etcd: found 60 MiB free");
    } finally {
      lab.must("k8s-node3", "umount /var/lib/etcd");
    }
  }

  @Test
  @Order(3)
  void anAddressThatTheLastMemberDoesNotHaveIsFoundBeforeTheFirstIsAdded(Lab lab) {
    Path file = folder.resolve("wrong-address.ini");
    Shell.write(
        file, Shell.read(Path.of(etcdOnly())).replace("ip=10.200.70.13", "ip=10.200.70.99"));

    assertNobodyIsAdded(lab, file.toString(), "give the host that address");
  }

  private static List<String> failed(Lab lab) {
    return new Kubegraft(lab, state)
        .journal().stream()
            .filter(line -> line.path("event").asText().equals("step-failed"))
            .map(line -> line.path("step").asText())
            .toList();
  }

  private static void assertNobodyIsAdded(Lab lab, String inventory, String named) {
    Kubegraft.Watched apply = new Kubegraft(lab, state).watched("apply", "--yes", "-i", inventory);

    assertThat(apply.ended().exit()).as("%s", apply.ended()).isIn(4, 5, 6);
    assertThat(apply.said().replaceAll("\\s+", " ")).contains("k8s-node3").contains(named);
    assertThat(new GrownCluster(lab).members("k8s-node1")).hasSize(1);
  }

  /// A firewall that refuses looks like a port on which nothing listens yet.
  @Test
  @Order(4)
  void aLearnerThatItsPeersCannotReachIsTakenBackAndQuorumStays(Lab lab) {
    String fault = "INPUT -p tcp --dport 2380 -j REJECT --reject-with tcp-reset";
    lab.must("k8s-node2", "iptables -I " + fault);
    try {
      assertNobodyIsAdded(lab, etcdOnly(), "It was taken back");
    } finally {
      lab.must("k8s-node2", "iptables -D " + fault);
    }
  }

  @Test
  @Order(5)
  void killedInMemberAddAndInPromoteTheNextRunGoesOn(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    try (Oracle _ = Oracle.ofEtcd(lab)) {
      kubegraft.killedAt("learner", "adding", "apply", "--yes", "-i", etcdOnly());
      kubegraft.killedAt("promote", "", "apply", "--yes", "-i", etcdOnly());

      Shell.Ended last = kubegraft.run("apply", "--yes", "-i", etcdOnly());
      assertThat(last.exit()).as("%s", last).isEqualTo(0);
    }
    new GrownCluster(lab).assertEtcdOn("k8s-node1", "k8s-node2", "k8s-node3");
  }

  /// systemd calls it started a moment before it answers for its clients.
  private static void startEtcd(Lab lab, String host) {
    lab.must(host, "systemctl start etcd");
    Lab.until(
        "etcd on " + host + " answers",
        Duration.ofMinutes(2),
        () ->
            lab.sh(host, "set -a; . /etc/etcd.env; ETCDCTL_API=3 etcdctl endpoint health --cluster")
                    .exit()
                == 0);
  }

  @Test
  @Order(6)
  void aMemberThatIsDownStopsTheRunBeforeAnythingChanges(Lab lab) {
    lab.must("k8s-node2", "systemctl stop etcd");
    String before = lab.must("k8s-node1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml");
    try (Oracle _ = new Oracle(lab)) {
      Shell.Ended apply = new Kubegraft(lab, state).run("apply", "--yes", "-i", all());

      assertThat(apply.exit()).as("%s", apply).isEqualTo(4);
      assertThat(apply.said()).contains("etcd2");
      assertThat(lab.must("k8s-node1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml"))
          .isEqualTo(before);
      assertThat(lab.nodes()).doesNotContain("k8s-node2", "k8s-node3");
    } finally {
      startEtcd(lab, "k8s-node2");
    }
  }

  @Test
  @Order(7)
  void aMemberThatDiesDuringTheRunStopsItBeforeItsNextDisruptiveStep(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    try (Oracle _ = new Oracle(lab)) {
      Shell.Running running = kubegraft.start("apply", "--yes", "-i", all());
      kubegraft.awaitEvent(running, "step-done", "files", "");
      lab.must("k8s-node2", "systemctl stop etcd");
      Shell.Ended apply = running.await();

      assertThat(apply.exit()).as("%s", apply).isIn(5, 6);
      assertThat(apply.said()).contains("etcd2");
    } finally {
      startEtcd(lab, "k8s-node2");
    }
  }

  @Test
  @Order(8)
  void killedInAJoinTheNextRunGoesOnAndAnApiServerThatDiesStopsItBeforeItsNextDisruptiveStep(
      Lab lab) {
    String manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";
    String certificate = "sha256sum /etc/kubernetes/ssl/apiserver.crt";
    String before = lab.must("k8s-node1", certificate);
    Kubegraft kubegraft = new Kubegraft(lab, state);
    try (Oracle _ = new Oracle(lab)) {
      kubegraft.killedAt("join", "kubeadm join", "apply", "--yes", "-i", all());

      Shell.Running running = kubegraft.start("apply", "--yes", "-i", all());
      kubegraft.awaitEvent(running, "step-done", "join", "k8s-node2");
      lab.must("k8s-node2", "mv " + manifest + " /root/ && pkill -9 -x kube-apiserver");

      Shell.Ended apply = running.await();

      assertThat(apply.exit()).as("%s", apply).isIn(5, 6);
      assertThat(apply.said()).contains("API server", "k8s-node2", "kubegraft apply");
      assertThat(lab.must("k8s-node1", certificate)).as("nothing else was begun").isEqualTo(before);
    }
    lab.must("k8s-node2", "mv /root/kube-apiserver.yaml " + manifest);
  }

  @Test
  @Order(9)
  void killedWhileAnApiServerIsBroughtUpToDateTheNextRunGoesOnToTheEnd(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    try (Oracle _ = new Oracle(lab)) {
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
