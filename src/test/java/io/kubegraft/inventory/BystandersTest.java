package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Inventories that work with Ansible and Kubespray, and have something in or beside them that is
/// no business of a cluster.
final class BystandersTest {
  private static final String HOSTS =
      """
      [all]
      m1 ansible_host=192.0.2.11
      w1 ansible_host=192.0.2.21
      [kube_control_plane]
      m1
      [etcd]
      m1
      [kube_node]
      w1
      """;

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void anInventory() throws IOException {
    put("hosts", HOSTS);
  }

  private Path put(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(folder.resolve(name).getParent());
    return Files.writeString(file, text);
  }

  private static ClusterSpec spec(Path source) {
    return ClusterSpec.of(InventoryReader.read(List.of(source), List.of()));
  }

  private static List<String> names(List<HostSpec> hosts) {
    return hosts.stream().map(HostSpec::name).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lb1",
        "lb1 ip=lb1.example.com",
        "lb1 ip=192.0.2.11",
        "lb1 ip=\"{{ lookup('dig', 'lb1') }}\"",
        "lb1 ansible_host=\"{{ nowhere }}\"",
        "Under_Score kube_override_hostname=\"{{ x | y }}\"",
        "lb1 node_labels=word node_taints=word"
      })
  void aHostWithoutARoleStopsNothing(String line) throws IOException {
    ClusterSpec spec = spec(put("hosts", HOSTS + "[haproxy]\n" + line + "\n"));

    assertThat(names(spec.hosts())).contains("m1", "w1").hasSize(3);
    assertThat(names(spec.withoutRole())).containsExactly(line.split(" ")[0]);
  }

  @ParameterizedTest
  @CsvSource({"host_vars/lb1.yml", "group_vars/haproxy.yml", "group_vars/haproxy/deep/secret.yml"})
  void filesThatSpeakOnlyOfHostsWithoutARoleStopNothing(String file) throws IOException {
    put(file, "$ANSIBLE_VAULT;1.1;AES256\n3132\n");

    ClusterSpec spec = spec(put("hosts", HOSTS + "[haproxy]\nlb1\n"));

    assertThat(names(spec.withoutRole())).containsExactly("lb1");
    Inventory inventory = InventoryReader.read(List.of(folder.resolve("hosts")), List.of());
    assertThatThrownBy(() -> inventory.string("lb1", "ip"))
        .isInstanceOf(InventoryException.class)
        .hasMessageContaining(file + ":1: Is encrypted");
  }

  @ParameterizedTest
  @CsvSource({"host_vars/w1.yml", "group_vars/kube_node.yml", "group_vars/all/secret.yml"})
  void filesThatSpeakOfAHostWithARoleAreNeeded(String file) throws IOException {
    put(file, "$ANSIBLE_VAULT;1.1;AES256\n3132\n");

    assertThatThrownBy(() -> spec(folder.resolve("hosts")))
        .isInstanceOf(InventoryException.class)
        .hasMessageContaining(file + ":1: Is encrypted");
  }

  @Test
  void whatKubesprayLeavesInTheFolderIsNoInventoryAndThatIsSaid() throws IOException {
    put("credentials/kubeadm_certificate_key.creds", "c0ffee\n");
    put("credentials/kube_encrypt_token", "c0ffee\n");
    put("artifacts/admin.conf", "apiVersion: v1\nkind: Config\n");
    put("artifacts/kubectl.sh", "#!/bin/bash\n");
    put("patches/kube-apiserver+merge.yaml", "---\nspec: {}\n");
    put("top.creds", "c0ffee\n");
    put("vault_pass", "c0ffee\n");
    put("cluster.tfvars", "number_of_k8s_nodes = 1\n");
    put("admin.conf", "apiVersion: v1\n");
    put("group_vars/all/all.yml", "ip: \"{{ ansible_host }}\"\n");

    Inventory inventory = InventoryReader.read(List.of(folder), List.of());

    assertThat(inventory.hosts()).containsExactly("m1", "w1");
    assertThat(inventory.string("m1", "ip")).hasValue("192.0.2.11");
    assertThat(inventory.warnings()).isEmpty();
    assertThat(inventory.notes())
        .containsExactly(
            folder
                + ": not read as inventory: admin.conf, artifacts/, cluster.tfvars, credentials/,"
                + " patches/, top.creds, vault_pass");
  }

  @Test
  void variablesOfASecretsNameInAFolderAreRead() throws IOException {
    put("secrets.yml", "all:\n  vars:\n    ansible_user: admin\n");

    Inventory inventory = InventoryReader.read(List.of(folder), List.of());

    assertThat(inventory.string("m1", "ansible_user")).hasValue("admin");
    assertThat(inventory.notes()).isEmpty();
  }

  @Test
  void aFolderWithNothingElseSaysSo() throws IOException {
    Files.delete(folder.resolve("hosts"));
    put("credentials/a.creds", "c0ffee\n");

    assertThatThrownBy(() -> spec(folder))
        .isInstanceOf(InventoryException.class)
        .hasMessageContaining("holds no inventory file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ansible_default_ipv4.address }}",
        "{{ ansible_default_ipv4['address'] }}",
        "{{ansible_facts.default_ipv4.address}}",
        "{{ hostvars[inventory_hostname]['ansible_default_ipv4']['address'] }}",
        "{{ fallback_ip }}",
        "{{ ansible_default_ipv4.address | default(ansible_host) }}",
        "{{ access_ip | default(ansible_default_ipv4.address) }}"
      })
  void theHostsOwnFactIsAsIfIpWereNotSet(String value) throws IOException {
    put("group_vars/all.yml", "ip: \"" + value + "\"\nip6: \"{{ ip }}\"\n");

    HostSpec host = spec(folder.resolve("hosts")).host("w1").orElseThrow();

    assertThat(host.ip()).isEmpty();
    assertThat(host.ip6()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{ ansible_host | default(ansible_default_ipv4.address) }}; 192.0.2.21",
        "{{ ansible_host|d('192.0.2.9') }}; 192.0.2.21",
        "{{ access_ip | default(ansible_host) }}; 192.0.2.21",
        "{{ access_ip | default(ip6) | default(ansible_host) }}; 192.0.2.21",
        "{{ hostvars['m1'].ansible_host | default('x') }}; 192.0.2.11",
        "{{ hostvars['m1'].ansible_ssh_host | default('192.0.2.8') }}; 192.0.2.8",
        "{{ none_such.address | default('192.0.2.8', true) }}; 192.0.2.8",
        "{{ none_such.empty | default('192.0.2.8', true) }}; 192.0.2.8",
        "{% if ansible_host is defined %}{{ ansible_host }}{% else %}x{% endif %}; 192.0.2.21",
        "{% if access_ip is not defined %}192.0.2.7{% endif %}; 192.0.2.7",
        "{%- if 'm1' in groups['etcd'] -%} 192.0.2.6 {%- endif -%}; 192.0.2.6",
        "{% if 'm1' not in groups['etcd'] %}x{% else %}192.0.2.5{% endif %}; 192.0.2.5",
        "{# why #}192.0.2.4; 192.0.2.4"
      })
  void whatIsSimpleEnoughIsResolved(String value, String ip) throws IOException {
    put("group_vars/all.yml", "none_such: {empty: ''}\n");
    put("group_vars/kube_node.yml", "ip: \"" + value + "\"\n");

    assertThat(spec(folder.resolve("hosts")).host("w1").orElseThrow().ip()).hasValue(ip);
  }
}
