package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Hosts and clusters that are not as they should be: refused or left out, with what was found and
/// what to do, and nothing changed.
@ExtendWith(OnLab.class)
class BadHostsIT {
  @TempDir Path state;
  @TempDir Path folder;

  @Test
  void hostsWithAChangedOrAnUnknownHostKeyAreLeftOut(Lab lab) {
    lab.blank("k8s-node2", "k8s-node3");
    Path changed = folder.resolve("changed");
    Path empty = folder.resolve("empty");
    String other = lab.must("k8s-node1", "cat /etc/ssh/ssh_host_ed25519_key.pub");
    Shell.write(changed, Inventories.address("k8s-node2") + " " + other);
    Shell.write(empty, "");
    Path inventory =
        Inventories.write(
            folder, "k8s-node2 " + knownHosts(changed), "k8s-node3 " + knownHosts(empty));

    Kubegraft.Watched apply = new Kubegraft(lab, state).apply(6, "-i", inventory.toString());

    assertThat(apply.said())
        .contains("k8s-node2", "k8s-node3", "kubegraft trust")
        .containsPattern("(?i)host key");
    assertThat(lab.must("k8s-node2", "journalctl -u ssh --no-pager -o cat"))
        .doesNotContain("Accepted");
    assertThat(lab.nodes()).containsExactly("k8s-node1", "k8s-node4", "k8s-node5");
  }

  @Test
  void leftoversOfAnotherClusterAreNamedWithWhatCleansThemAndNothingIsTouched(Lab lab) {
    lab.blank("k8s-node2", "k8s-node3");
    lab.must(
        "k8s-node2",
        """
        set -e
        mkdir -p /etc/kubernetes
        openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=kubernetes \
          -out /run/other-ca.crt 2>/dev/null
        cat >/etc/kubernetes/kubelet.conf <<END
        apiVersion: v1
        kind: Config
        clusters:
        - cluster:
            certificate-authority-data: $(base64 -w0 </run/other-ca.crt)
            server: https://192.0.2.7:6443
          name: other
        END
        """);
    lab.must("k8s-node3", "mkdir -p /var/lib/etcd/member/snap; echo data >/var/lib/etcd/member/db");
    String inventory = Inventories.write(folder, "k8s-node2", "k8s-node3").toString();
    String before = lab.must("k8s-node2", "find /etc /usr/local -type f | xargs sha256sum");

    Kubegraft.Watched apply = new Kubegraft(lab, state).apply(6, "-i", inventory);

    assertThat(oneLine(apply.said()))
        .contains("of another cluster", "https://192.0.2.7:6443", "kubeadm reset -f")
        .contains("data of an etcd member in /var/lib/etcd", "systemctl disable --now etcd");
    assertThat(lab.must("k8s-node2", "find /etc /usr/local -type f | xargs sha256sum"))
        .isEqualTo(before);
    assertThat(lab.must("k8s-node3", "cat /var/lib/etcd/member/db")).isEqualTo("data\n");
  }

  @Test
  void aJoinThatFailsIsToldWithItsLogAndGoneOnWithOnceItIsMended(Lab lab) {
    lab.blank("k8s-node6");
    lab.must("k8s-node6", "rm -rf /var/lib/kubelet; echo 'not a folder' >/var/lib/kubelet");
    String inventory = Inventories.write(folder, "k8s-node6").toString();
    Kubegraft kubegraft = new Kubegraft(lab, state);

    Kubegraft.Watched failed = kubegraft.apply(6, "-i", inventory);

    assertThat(oneLine(failed.said()))
        .contains("kubeadm join failed", "/var/lib/kubelet", "kubegraft apply");
    assertThat(lab.tokensOfOurs()).isEmpty();
    assertThat(lab.must("k8s-node6", "ls -A /run")).doesNotContain("kubegraft");
    assertThat(kubegraft.journal())
        .filteredOn(line -> line.path("event").asText().equals("step-failed"))
        .singleElement()
        .satisfies(line -> assertThat(line.path("kind").asText()).isEqualTo("join"));

    lab.must("k8s-node6", "rm /var/lib/kubelet");
    kubegraft.apply(0, "-i", inventory);

    lab.assertInService("k8s-node6");
  }

  @Test
  void aVersionThatTheClusterHasNotIsRefused(Lab lab) {
    Shell.Ended plan =
        new Kubegraft(lab, state)
            .run("apply", "-y", "-i", "examples/2-add-worker.ini", "-e", "kube_version=v1.21.0");

    assertThat(plan.exit()).as("%s", plan).isEqualTo(4);
    assertThat(plan.said()).contains("v1.21.0", lab.version());
    assertThat(state.resolve("kubegraft")).doesNotExist();
  }

  @Test
  void aControlPlaneThatIsNotThereIsNamedWithWhatWasSeen(Lab lab) {
    lab.off("k8s-node1");
    try {
      Shell.Ended plan =
          new Kubegraft(lab, state).run("plan", "-T", "3", "-i", "examples/2-add-worker.ini");

      assertThat(plan.exit()).as("%s", plan).isEqualTo(4);
      assertThat(oneLine(plan.said())).contains("the cluster can't be reached", "k8s-node1");
    } finally {
      lab.on("k8s-node1");
    }
    awaitApi(lab);
  }

  @Test
  void anApiServerThatIsDownIsToldApartFromAHostThatIs(Lab lab) {
    lab.must(
        "k8s-node1",
        "systemctl stop kubelet; kill -STOP $(pidof kube-controller-manager kube-scheduler);"
            + " kill -KILL $(pidof kube-apiserver)");
    try {
      Shell.Ended plan = new Kubegraft(lab, state).run("plan", "-i", "examples/2-add-worker.ini");

      assertThat(plan.exit()).as("%s", plan).isEqualTo(4);
      assertThat(oneLine(plan.said()))
          .contains("the cluster can't be read", "k8s-node1: up, its API server is");
    } finally {
      lab.must(
          "k8s-node1",
          "kill -CONT $(pidof kube-controller-manager kube-scheduler); systemctl start kubelet");
    }
    awaitApi(lab);
  }

  /// The next story wants a cluster as this one found it.
  private static void awaitApi(Lab lab) {
    Lab.until(
        "the API server is back and every node Ready",
        Duration.ofMinutes(2),
        () ->
            lab.sh("k8s-node1", "kubectl get --raw /readyz").out().equals("ok")
                && List.of("k8s-node1", "k8s-node4", "k8s-node5").stream()
                    .allMatch(node -> lab.ready(node).equals("True")));
  }

  private static String knownHosts(Path file) {
    return "ansible_ssh_common_args='-o UserKnownHostsFile=" + file + "'";
  }

  /// Long lines are wrapped for the eye.
  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
