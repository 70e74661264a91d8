package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Inventories that nobody can read without Ansible, and the real one to ask.
final class ReadByAnsibleTest {
  private static final String PATH = System.getenv().getOrDefault("PATH", "");
  private static final String GROUPS =
      "[kube_control_plane]\nm1\n[etcd]\nm1\n[kube_node]\nw1\n[lb]\nlb1\n";

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void ansibleIsThere() {
    assumeTrue(
        OwnAnsible.on(PATH, List.of(), AnsibleConfig.none()).isThere(),
        "no ansible and ansible-inventory on PATH (Debian: apt-get install ansible-core)");
  }

  private Path put(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(folder.resolve(name).getParent());
    return Files.writeString(file, text);
  }

  private Path script(String name, String json) throws IOException {
    Path file = put(name, "#!/bin/sh\ncat <<'END'\n" + json + "\nEND\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Inventory read(Path source, String... vaultOptions) {
    return InventoryReader.read(
            List.of(source),
            List.of(),
            OwnAnsible.on(PATH, List.of(vaultOptions), AnsibleConfig.none()))
        .withKubesprayGroups();
  }

  /// A vault's password in a file, and what `ansible-vault` makes of a text with it.
  private Path password() throws IOException {
    return put("../" + folder.getFileName() + ".pw", "open sesame\n");
  }

  private void encrypt(Path file) throws IOException {
    run(
        "ansible-vault",
        "encrypt",
        "--vault-password-file",
        password().toString(),
        file.toString());
  }

  private String encrypted(String name, String text) throws IOException {
    return run(
                "ansible-vault",
                "encrypt_string",
                "--vault-password-file",
                password().toString(),
                "--name",
                name,
                text)
            .strip()
        + "\n";
  }

  private static String run(String... words) throws IOException {
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(String.join(" ", words)).isZero();
      return text;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aScriptIsRunByAnsibleAndGroupVarsBesideItCount() throws IOException {
    Path source =
        script(
            "hosts",
            """
            {"kube_control_plane": {"hosts": ["m1"]}, "etcd": {"children": ["kube_control_plane"]},
             "kube_node": {"hosts": ["w1"], "vars": {"role": "worker"}},
             "_meta": {"hostvars": {"m1": {"ip": "192.0.2.11"}, "w1": {"ansible_port": 2222}}}}
            """);
    put("group_vars/all.yml", "ansible_user: all\nbin_dir: /opt/bin\n");

    Inventory inventory = read(source);

    assertThat(inventory.hostsOf("etcd")).containsExactly("m1");
    assertThat(inventory.string("m1", "ip")).hasValue("192.0.2.11");
    assertThat(inventory.string("m1", "ansible_user")).hasValue("all");
    assertThat(inventory.string("w1", "role")).hasValue("worker");
    assertThat(inventory.integer("w1", "ansible_port")).hasValue(2222);
    assertThat(inventory.notes())
        .singleElement()
        .asString()
        .startsWith("read by ansible-inventory: " + source);
    assertThat(ClusterSpec.of(inventory).wishes()).containsKey("bin_dir");
  }

  @Test
  void aScriptInAFolderIsReadWithoutWhatKubesprayLeavesThere() throws IOException {
    script("hosts", "{\"kube_control_plane\": {\"hosts\": [\"m1\"]}}");
    put("credentials/kubeadm_certificate_key.creds", "c0ffee\n");
    put("vault_pass", "c0ffee\n");
    put("artifacts/admin.conf", "apiVersion: v1\n");

    assertThat(read(folder).hosts()).containsExactly("m1");
  }

  @Test
  void aScriptThatFailsIsRefusedWithWhatAnsibleSays() throws IOException {
    Path source = script("hosts", "no json");

    assertThatThrownBy(() -> read(source))
        .isInstanceOf(InventoryException.class)
        .hasMessageContainingAll(
            source + ":1: Is a program", "ansible-inventory was asked, and failed");
  }

  @Test
  void aFileOfAVaultIsReadWithItsPassword() throws IOException {
    Path source = put("hosts.ini", GROUPS);
    encrypt(put("group_vars/all/secret.yml", "ansible_user: admin\nansible_password: hunter2\n"));

    Inventory inventory = read(source, "--vault-password-file", password().toString());

    assertThat(inventory.string("w1", "ansible_user")).hasValue("admin");
    assertThat(inventory.string("w1", "ansible_password")).hasValue("hunter2");
    assertThat(inventory.notes().toString()).contains("read by ansible-inventory");
  }

  @Test
  void withoutItsPasswordTheNextCommandNamesTheOption() throws IOException {
    Path source = put("hosts.ini", GROUPS);
    encrypt(put("group_vars/all/secret.yml", "ansible_user: admin\n"));

    assertThatThrownBy(() -> read(source))
        .isInstanceOf(InventoryException.class)
        .hasMessageContainingAll("secret.yml:1: Is encrypted", "--ask-vault-pass");
  }

  @Test
  void aValueOfAVaultIsResolvedWhereItIsNeeded() throws IOException {
    Path source = put("hosts.ini", GROUPS);
    put(
        "group_vars/all.yml",
        encrypted("the_pw", "hunter{{2}}") + "ansible_become_password: \"{{ the_pw }}\"\n");

    Inventory inventory = read(source, "--vault-password-file", password().toString());

    assertThat(inventory.string("m1", "ansible_become_password")).hasValue("hunter{{2}}");
    assertThat(inventory.notes()).containsExactly("resolved by ansible: ansible_become_password");
    assertThatThrownBy(() -> read(source))
        .isInstanceOf(InventoryException.class)
        .hasMessageContainingAll("all.yml:", "is encrypted", "--ask-vault-pass");
  }

  @Test
  void jinjaThatIsAProgramIsResolvedHostByHost() throws IOException {
    Path source = put("hosts.ini", GROUPS);
    put("group_vars/all.yml", "ip: \"192.0.2.{{ inventory_hostname[1:] | int + 10 }}\"\n");

    Inventory inventory = read(source);

    assertThat(inventory.string("m1", "ip")).hasValue("192.0.2.11");
    assertThat(inventory.string("w1", "ip")).hasValue("192.0.2.11");
    assertThat(inventory.notes()).containsExactly("resolved by ansible: ip");
  }

  @Test
  void whatAnsibleCannotTellEitherIsRefusedAtItsPlace() throws IOException {
    Path source = put("hosts.ini", GROUPS);
    Path vars = put("group_vars/all.yml", "ip: \"{{ ansible_eth1.ipv4.address | upper }}\"\n");

    assertThatThrownBy(() -> read(source))
        .isInstanceOf(InventoryException.class)
        .hasMessageContainingAll(vars + ":1: ip of m1", "Ansible was asked, and can't tell either");
  }

  @Test
  void whatARoleMaySetIsNotAskedOfAnsible() throws IOException {
    Path source = put("hosts.ini", GROUPS);
    put("group_vars/all.yml", "bin_dir: \"{{ (my_dir | default('/x')) ~ '/bin' }}\"\n");

    assertThatThrownBy(() -> ClusterSpec.of(read(source)))
        .isInstanceOf(InventoryException.class)
        .hasMessageContaining("more than a reference");
  }

  @Test
  void whatNoHostWithARoleNeedsIsNoReasonToAsk() throws IOException {
    Path source = put("hosts.ini", GROUPS);
    put("host_vars/lb1.yml", "$ANSIBLE_VAULT;1.1;AES256\n3132\n");
    put("group_vars/all.yml", "motd: \"{{ lookup('file', '/none') }}\"\n");

    Inventory inventory = read(source);

    assertThat(inventory.notes()).isEmpty();
    assertThat(inventory.hostsOf("kube_node")).containsExactly("w1");
  }
}
