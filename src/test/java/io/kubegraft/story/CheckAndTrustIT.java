package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What is done with hosts before they are anybody's.
@ExtendWith(OnLab.class)
class CheckAndTrustIT {
  @TempDir Path state;
  @TempDir Path folder;

  @Test
  void checkLooksAtSixHostsAndNeverSaysHowToWipeALiveOne(Lab lab) {
    lab.blank("k8s-node2", "k8s-node3", "k8s-node6");
    Instant begin = Instant.now();

    Shell.Ended check = new Kubegraft(lab, state).run("check", "-i", "examples/4-add-etcd.ini");

    assertThat(check.exit()).as("%s", check).isEqualTo(5);
    assertThat(check.out())
        .contains(Lab.HOSTS)
        .contains("0 fit, 3 to mend with --fix, 3 unfit or out of reach")
        .doesNotContain("rm -rf", "kubeadm reset");
    assertThat(lab.openedSince(begin)).containsExactlyElementsOf(Lab.HOSTS);
  }

  @Test
  void checkFixMendsABlankHostAndTheNextCheckCallsItFit(Lab lab) {
    lab.blank("k8s-node2");
    Kubegraft kubegraft = new Kubegraft(lab, state);
    String[] check = {"check", "-i", "examples/4-add-etcd.ini", "k8s-node2"};
    assertThat(kubegraft.run(check).exit()).isEqualTo(2);

    Shell.Ended fix = kubegraft.run("check", "--fix", "-i", "examples/4-add-etcd.ini", "k8s-node2");

    assertThat(fix.exit()).as("%s", fix).isEqualTo(0);
    assertThat(fix.out()).contains("mended: set net.ipv4.ip_forward=1 (from 0)");
    assertThat(lab.must("k8s-node2", "cat /proc/sys/net/ipv4/ip_forward")).isEqualTo("1\n");
    assertThat(kubegraft.run(check).exit()).isEqualTo(0);
  }

  @Test
  void trustPinsTheHostKeyAndPutsTheOperatorsKeyInPlace(Lab lab) {
    lab.blank("k8s-node3");
    lab.must("k8s-node3", "rm -f /root/.ssh/authorized_keys");
    Path known = folder.resolve("known_hosts");
    Shell.write(known, "");
    String inventory =
        Inventories.write(
                folder, "k8s-node3 ansible_ssh_common_args='-o UserKnownHostsFile=" + known + "'")
            .toString();
    Kubegraft kubegraft = new Kubegraft(lab, state).with("KUBEGRAFT_SSH_PASSWORD", "lab-root");

    Shell.Ended trust = kubegraft.run("trust", "-k", "-y", "-i", inventory, "k8s-node3");

    assertThat(trust.exit()).as("%s", trust).isEqualTo(0);
    assertThat(trust.out())
        .contains(
            lab.must("k8s-node3", "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub").split(" ")[1])
        .contains("your public key is in place now");
    lab.in(
            Map.of(),
            List.of(
                "ssh",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=yes",
                "-o",
                "UserKnownHostsFile=" + known,
                "root@" + Inventories.address("k8s-node3"),
                "true"))
        .await()
        .mustBeOk();
    Shell.Ended again = kubegraft.run("trust", "-y", "-i", inventory, "k8s-node3");
    assertThat(again.exit()).as("%s", again).isEqualTo(0);
    assertThat(again.out()).contains("is known", "was in place already");
  }
}
