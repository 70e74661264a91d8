package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.inventory.AnsibleConfig.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The one ansible.cfg that Ansible would read, and what of it counts.
final class AnsibleConfigTest {
  @TempDir private Path root = Path.of("");
  private Path folder = Path.of("");
  private Path home = Path.of("");

  @BeforeEach
  void folders() throws IOException {
    folder = Files.createDirectory(root.resolve("work"));
    home = Files.createDirectory(root.resolve("home"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path user(Path file, String user) throws IOException {
    return Files.writeString(file, "[defaults]\nremote_user = " + user + "\n");
  }

  private AnsibleConfig read(Map<String, String> environment) {
    return AnsibleConfig.read(environment, folder, home);
  }

  @Test
  void theFirstOfTheFilesIsReadAndNoOther() throws IOException {
    Path named = user(root.resolve("named.cfg"), "named");
    Path inFolder = user(Files.createDirectory(root.resolve("dir")).resolve("ansible.cfg"), "dir");
    user(home.resolve(".ansible.cfg"), "home");
    assertThat(read(Map.of()).value(Setting.REMOTE_USER)).hasValue("home");

    user(folder.resolve("ansible.cfg"), "here");
    assertThat(read(Map.of()).value(Setting.REMOTE_USER)).hasValue("here");
    assertThat(read(Map.of("ANSIBLE_CONFIG", named.toString())).value(Setting.REMOTE_USER))
        .hasValue("named");
    assertThat(read(Map.of("ANSIBLE_CONFIG", "~/.ansible.cfg")).value(Setting.REMOTE_USER))
        .hasValue("home");
    assertThat(
            read(Map.of("ANSIBLE_CONFIG", String.valueOf(inFolder.getParent())))
                .value(Setting.REMOTE_USER))
        .hasValue("dir");
    assertThat(read(Map.of("ANSIBLE_CONFIG", "/none")).value(Setting.REMOTE_USER)).hasValue("here");
  }

  @Test
  void aFolderThatAnybodyMayWriteInIsPassedOverAndThatIsSaid() throws IOException {
    user(folder.resolve("ansible.cfg"), "here");
    user(home.resolve(".ansible.cfg"), "home");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

    AnsibleConfig config = read(Map.of());

    assertThat(config.value(Setting.REMOTE_USER)).hasValue("home");
    assertThat(config.notes())
        .containsExactly(
            folder.resolve("ansible.cfg")
                + " is not read, as with Ansible: anybody may write in its folder",
            "read from " + home.resolve(".ansible.cfg") + ": remote_user=home");
  }

  @Test
  void whatCountsIsReadAsPythonReadsItAndSaid() throws IOException {
    Files.writeString(
        folder.resolve("ansible.cfg"),
        """
        # made by hand
        [defaults]
        remote_user: deploy      ; who
        remote_port = 2222
        private_key_file = keys/id
        host_key_checking=False
        forks = 50
        vault_password_file = /secret
        [ssh_connection]
        ssh_args = -o ControlMaster=auto
          -o ControlPersist=30m
        pipelining = True
        [privilege_escalation]
        become = yes
        become_user=root
        become_method: sudo
        [inventory]
        ignore_patterns = ^old, \\.new$
        ignore_extensions = .one, .two
        """);

    AnsibleConfig config = read(Map.of());

    assertThat(config.value(Setting.REMOTE_USER)).hasValue("deploy");
    assertThat(config.value(Setting.REMOTE_PORT)).hasValue("2222");
    assertThat(config.value(Setting.PRIVATE_KEY_FILE))
        .hasValue(folder.resolve("keys/id").toString());
    assertThat(config.bool(Setting.HOST_KEY_CHECKING)).hasValue(false);
    assertThat(config.value(Setting.SSH_ARGS))
        .hasValue("-o ControlMaster=auto -o ControlPersist=30m");
    assertThat(config.bool(Setting.BECOME)).hasValue(true);
    assertThat(config.ignoredExtensions()).hasValue(List.of(".one", ".two"));
    assertThat(config.notes())
        .singleElement()
        .asString()
        .startsWith("read from " + folder.resolve("ansible.cfg") + ": remote_user=deploy, ")
        .contains("host_key_checking=False", "become=yes")
        .doesNotContain("forks", "/secret");
  }

  @Test
  void theEnvironmentWins() throws IOException {
    user(folder.resolve("ansible.cfg"), "file");

    AnsibleConfig config = read(Map.of("ANSIBLE_REMOTE_USER", "environment"));

    assertThat(config.value(Setting.REMOTE_USER)).hasValue("environment");
    assertThat(config.notes()).last().asString().contains("environment: remote_user=environment");
  }

  @Test
  void aFileThatSaysNothingOfUseIsNotSpokenOf() throws IOException {
    Files.writeString(folder.resolve("ansible.cfg"), "[defaults]\nforks = 5\n#remote_user = x\n");

    assertThat(read(Map.of()).notes()).isEmpty();
  }

  @Test
  void whatIsWrongIsRefusedAtItsPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("ansible.cfg"), "[defaults]\nword\n");
    assertThatThrownBy(() -> read(Map.of()))
        .isInstanceOf(InventoryException.class)
        .hasMessageStartingWith(file + ":2: Is not a setting");

    Files.writeString(file, "[privilege_escalation]\nbecome = perhaps\n");
    AnsibleConfig config = read(Map.of());
    assertThatThrownBy(() -> config.bool(Setting.BECOME))
        .isInstanceOf(InventoryException.class)
        .hasMessageStartingWith(file + ":2: become must be true or false");
  }

  @Test
  void aFolderOfInventoriesIsReadByItsPatternsAndEndings() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("ansible.cfg"),
            "[inventory]\nignore_patterns = ^old\nignore_extensions = .off\n");
    Path inventories = Files.createDirectory(root.resolve("inventories"));
    Files.writeString(inventories.resolve("hosts.ini"), "n1\n");
    Files.writeString(inventories.resolve("hosts.off"), "n2\n");
    Files.writeString(inventories.resolve("old-hosts"), "n3\n");

    Inventory inventory =
        InventoryReader.read(
            List.of(inventories),
            List.of(),
            OwnAnsible.on("", List.of(), read(Map.of("ANSIBLE_CONFIG", config.toString()))));

    assertThat(inventory.hosts()).containsExactly("n1");
  }
}
