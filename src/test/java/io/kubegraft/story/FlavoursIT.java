package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Hosts that aren't all alike, beside a cluster of plain Debian 12 (or whatever the lab's machine
/// runs): each is taken as it is, mended, or refused with words. `lab/flavours` has one folder for
/// each. Two stories are told at a time; `-Dkubegraft.stories=all` tells all.
@ExtendWith({Rotating.class, OnLab.class})
class FlavoursIT {
  private static final String BY_SUDO =
      " ansible_user=operator ansible_become=true ansible_become_password=operator";

  @TempDir Path state;
  @TempDir Path folder;

  @Test
  void hostsOfDebian13WithItsSudoOrInRustOrWithUutilsBecomeWorkers(Lab lab) {
    lab.blank();
    lab.flavour("k8s-node2", "debian-13");
    lab.flavour("k8s-node3", "sudo-rs");
    lab.flavour("k8s-node6", "uutils");

    graft(lab, "k8s-node2", "k8s-node3" + BY_SUDO, "k8s-node6");

    for (String host : new String[] {"k8s-node2", "k8s-node3", "k8s-node6"}) {
      assertThat(lab.kubectl("get", "node", host, "-o", "jsonpath={.status.nodeInfo.osImage}"))
          .startsWith("Debian GNU/Linux 13");
    }
    // Its systemd doesn't read /etc/sysctl.conf: what a node needs must be there after a boot.
    lab.off("k8s-node2");
    lab.on("k8s-node2");
    assertThat(lab.must("k8s-node2", "cat /proc/sys/net/ipv4/ip_forward")).isEqualTo("1\n");
  }

  @Test
  void hostsWithBusyboxOrWithoutIptablesOrInAnotherLanguageBecomeWorkers(Lab lab) {
    lab.blank();
    lab.flavour("k8s-node2", "busybox");
    lab.flavour("k8s-node3", "bare");
    lab.flavour("k8s-node6", "locale");
    assertThat(lab.sh("k8s-node3", "command -v iptables").exit()).isNotEqualTo(0);

    String said = graft(lab, "k8s-node2", "k8s-node3", "k8s-node6" + BY_SUDO);

    assertThat(oneLine(said)).contains("install iptables");
    lab.must("k8s-node3", "command -v iptables");
    assertThat(lab.must("k8s-node6", "date +%z")).isEqualTo("+0530\n");
  }

  @Test
  void firewallsAreTurnedOffWhereTheDonorHasNoneAndAnyPortOfSshdWillDo(Lab lab) {
    lab.blank();
    lab.flavour("k8s-node2", "firewall-nft");
    lab.flavour("k8s-node3", "firewall-ufw");
    lab.flavour("k8s-node6", "ssh-port");

    String said = graft(lab, "k8s-node2", "k8s-node3", "k8s-node6 ansible_port=2222");

    assertThat(oneLine(said)).contains("nftables", "ufw");
    assertThat(lab.must("k8s-node2", "nft list tables")).doesNotContain("inet filter");
    assertThat(lab.must("k8s-node3", "ufw status")).contains("inactive");
  }

  @Test
  void sshdWithOneSessionOrOnlyNewAlgorithmsOrOverIpv6IsWorkedWith(Lab lab) {
    lab.blank();
    lab.flavour("k8s-node2", "ssh-sessions");
    lab.flavour("k8s-node3", "ssh-algorithms");
    lab.flavour("k8s-node6", "ipv6");

    graft(
        lab,
        "k8s-node2",
        "k8s-node3",
        "k8s-node6 ansible_host=" + Inventories.address6("k8s-node6"));

    assertThat(
            lab.kubectl(
                "get",
                "node",
                "k8s-node6",
                "-o",
                "jsonpath={.status.addresses[?(@.type==\"InternalIP\")].address}"))
        .isEqualTo(Inventories.address("k8s-node6"));
  }

  /// Swap is the kernel's, which the lab's hosts share, so whoever is grafted beside it sees it.
  @Test
  void swapIsTurnedOffAndHostsWithTooSmallAVarOrWithoutIpv4AreLeftOut(Lab lab) {
    lab.blank();
    lab.flavour("k8s-node2", "small-var");
    lab.flavour("k8s-node3", "ipv6-alone");
    lab.flavour("k8s-node6", "swap");
    String six = Inventories.address6("k8s-node3");
    Path inventory =
        Inventories.write(
            folder, "k8s-node2", "k8s-node3 ansible_host=" + six + " ip=" + six, "k8s-node6");

    Kubegraft.Watched apply = new Kubegraft(lab, state).apply(5, "-i", inventory.toString());

    assertThat(oneLine(apply.said())).contains("k8s-node2", "disk /var/lib/kubelet", "2 GiB free");
    assertThat(oneLine(apply.said()))
        .contains(
            "k8s-node3 is left out: it has no IPv4 address", "give k8s-node3 an IPv4 address");
    assertThat(lab.nodes()).doesNotContain("k8s-node2", "k8s-node3");
    lab.assertInService("k8s-node6");
    assertThat(lab.must("k8s-node6", "grep -c / /proc/swaps || true")).isEqualTo("0\n");
    assertThat(lab.must("k8s-node6", "grep -c '^[^#].*swap' /etc/fstab || true")).isEqualTo("0\n");
  }

  /// All of them in one apply, and all in service.
  private String graft(Lab lab, String... workers) {
    Path inventory = Inventories.write(folder, workers);
    Kubegraft.Watched apply = new Kubegraft(lab, state).apply(0, "-i", inventory.toString());
    for (String worker : workers) {
      lab.assertInService(worker.split(" ", 2)[0]);
    }
    return apply.said();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
