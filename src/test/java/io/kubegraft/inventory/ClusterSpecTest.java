package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kubespray's meaning of groups and host variables.
final class ClusterSpecTest {
  @TempDir private Path directory = Path.of("");

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(directory.resolve(name).getParent());
    return Files.writeString(file, text);
  }

  private ClusterSpec spec(String inventory, String... extraVars) throws IOException {
    Path file = write("hosts.ini", inventory);
    return ClusterSpec.of(InventoryReader.read(List.of(file), List.of(extraVars)));
  }

  private static HostSpec host(ClusterSpec spec, String name) {
    return spec.host(name).orElseThrow();
  }

  @Test
  void oldGroupNamesMeanTheirNewOnes() throws IOException {
    ClusterSpec spec = spec("[kube-master]\nm1\n[kube-node]\nw1\n[calico-rr]\nr1\n[etcd]\nm1\n");
    assertThat(host(spec, "m1").roles()).containsExactly(Role.CONTROL_PLANE, Role.ETCD);
    assertThat(host(spec, "w1").roles()).containsExactly(Role.WORKER);
    assertThat(host(spec, "r1").roles()).isEmpty();
    assertThat(spec.routeReflectors()).containsExactly("r1");
  }

  @Test
  void variablesOfK8sClusterCountThoughTheInventoryDoesNotNameThatGroup() throws IOException {
    Path vars = write("group_vars/k8s_cluster/k8s-cluster.yml", "---\nkube_version: 1.33.4\n");
    ClusterSpec spec = spec("[kube_control_plane]\nm1\n[etcd]\ne1\n");
    assertThat(spec.wishes())
        .containsExactly(Map.entry("kube_version", new Wish("1.33.4", new Origin(vars, 2))));
  }

  @Test
  void variablesOfANewGroupNameReachHostsOfTheOldOne() throws IOException {
    write("group_vars/kube_node.yml", "node_labels: {a: b}\n");
    assertThat(host(spec("[kube-master]\nm1\n[kube-node]\nw1\n"), "w1").labels())
        .containsExactly(Map.entry("a", "b"));
  }

  @Test
  void wishesAreWhatIsSetAndSayWhere() throws IOException {
    Path all =
        write("group_vars/all/all.yml", "bin_dir: /usr/local/bin\nkube_apiserver_port: 6443\n");
    Path cluster =
        write(
            "group_vars/k8s_cluster.yml",
"""
kube_config_dir: /etc/kubernetes
kube_cert_dir: "{{ kube_config_dir }}/ssl"
container_manager:
kube_pods_subnet: 10.233.64.0/18
""");
    Path etcd = write("group_vars/etcd.yml", "etcd_data_dir: /data/etcd\n");
    assertThat(
            spec(
                    "[kube_control_plane]\nm1\n[etcd]\nm1\n[kube_node]\nw1\n",
                    "kube_network_plugin=calico")
                .wishes())
        .containsOnly(
            Map.entry("bin_dir", new Wish("/usr/local/bin", new Origin(all, 1))),
            Map.entry("kube_apiserver_port", new Wish("6443", new Origin(all, 2))),
            Map.entry("kube_config_dir", new Wish("/etc/kubernetes", new Origin(cluster, 1))),
            Map.entry("kube_cert_dir", new Wish("/etc/kubernetes/ssl", new Origin(cluster, 2))),
            Map.entry("kube_pods_subnet", new Wish("10.233.64.0/18", new Origin(cluster, 4))),
            Map.entry("kube_network_plugin", new Wish("calico", new Origin(Path.of("-e"), 0))),
            Map.entry("etcd_data_dir", new Wish("/data/etcd", new Origin(etcd, 1))));
  }

  @Test
  void versionsWithAndWithoutVAreOneWish() throws IOException {
    assertThat(
            spec("[kube_control_plane]\nm1 kube_version=v1.33.4\n[kube_node]\nw1 kube_version=1.33.4\n")
                .wishes()
                .get("kube_version"))
        .extracting(Wish::value)
        .isEqualTo("v1.33.4");
  }

  @Test
  void anEtcdOnlyHostMayHaveAnotherContainerManager() throws IOException {
    assertThat(
            spec("[kube_control_plane]\nm1 container_manager=containerd\n[etcd]\ne1 container_manager=docker\n")
                .wishes()
                .get("container_manager"))
        .extracting(Wish::value)
        .isEqualTo("containerd");
  }

  @Test
  void labelsAndTaintsAreTextsAsKubesprayWouldPrintThem() throws IOException {
    HostSpec host =
        host(
            spec(
                "[kube_control_plane]\nm1 node_labels=\"{'a.io/b': True, 'n': 5, 'e': ''}\""
                    + " node_taints=\"['k=v:NoSchedule', 'x:NoExecute', 'y=:PreferNoSchedule']\"\n"),
            "m1");
    assertThat(host.labels())
        .containsExactly(Map.entry("a.io/b", "True"), Map.entry("n", "5"), Map.entry("e", ""));
    assertThat(host.taints())
        .containsExactly(
            new Taint("k", Optional.of("v"), "NoSchedule"),
            new Taint("x", Optional.empty(), "NoExecute"),
            new Taint("y", Optional.empty(), "PreferNoSchedule"));
    assertThat(host.taints())
        .extracting(Taint::toString)
        .startsWith("k=v:NoSchedule", "x:NoExecute");
  }

  @Test
  void addressesComeFromTheInventoryOnly() throws IOException {
    ClusterSpec spec =
        spec(
"""
[all]
m1 ansible_host=m1.lan ip=10.0.0.1 access_ip=1.2.3.4
m2 ip="{{ ansible_host }}" ansible_host=10.0.0.2
m3
[kube_control_plane]
m1
m2
m3
""");
    assertThat(host(spec, "m1").connectAddress()).isEqualTo("m1.lan");
    assertThat(host(spec, "m1").ip()).hasValue("10.0.0.1");
    assertThat(host(spec, "m1").accessIp()).hasValue("1.2.3.4");
    assertThat(host(spec, "m1").address()).hasValue("1.2.3.4");
    assertThat(host(spec, "m2").ip()).hasValue("10.0.0.2");
    assertThat(host(spec, "m3").connectAddress()).isEqualTo("m3");
    assertThat(host(spec, "m3").address()).isEmpty();
  }

  @Test
  void theNodeNameIsTheInventoryNameUnlessOverridden() throws IOException {
    ClusterSpec spec =
        spec(
            "[kube_control_plane]\nm1\nM_2 kube_override_hostname=m2 etcd_member_name=etcd2\n[etcd]\nM_2\n");
    assertThat(host(spec, "m1").nodeName()).isEqualTo("m1");
    assertThat(host(spec, "M_2").nodeName()).isEqualTo("m2");
    assertThat(host(spec, "M_2").etcdMemberName()).hasValue("etcd2");
  }

  @Test
  void theBastionIsNoHostOfTheClusterUnlessItHasARole() throws IOException {
    String text = "[kube_control_plane]\nm1\n[bastion]\njump ansible_host=1.2.3.4\n";
    ClusterSpec spec = spec(text);
    assertThat(spec.bastion().map(HostSpec::connectAddress)).hasValue("1.2.3.4");
    assertThat(spec.hosts()).extracting(HostSpec::name).containsExactly("m1");
    assertThat(spec(text + "[kube_node]\njump\n").hosts())
        .extracting(HostSpec::name)
        .containsExactlyInAnyOrder("m1", "jump");
  }

  @Test
  void hostsThatOnlyWaitInAllAreKeptWithoutRole() throws IOException {
    ClusterSpec spec = spec("[all]\nm1\nspare\nOdd_Name\n[kube_control_plane]\nm1\n");
    assertThat(spec.withoutRole()).extracting(HostSpec::name).containsExactly("spare", "Odd_Name");
  }

  @Test
  void aHostOutsideAllIsWelcomeWhenSomethingIsSaidOfIt() throws IOException {
    assertThat(
            spec("[all]\nm1\n[kube_control_plane]\nm1\n[kube_node]\nw1 ansible_host=10.0.0.9\n")
                .with(Role.WORKER))
        .hasSize(1);
  }
}
