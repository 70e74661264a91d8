package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.inventory.AnsibleConfig;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.inventory.InventoryException;
import io.kubegraft.inventory.InventoryReader;
import io.kubegraft.inventory.OwnAnsible;
import io.kubegraft.remote.Access;
import io.kubegraft.remote.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a host is logged in to, by what the inventory and the flags say.
class LoginsTest {
  private static final Logins.Flags FLAGS =
      new Logins.Flags(
          Optional.of("flag"),
          Optional.of(Path.of("/flag")),
          Optional.empty(),
          false,
          Optional.empty(),
          Duration.ofSeconds(3));

  private static final String BASTION =
      "[bastion]\nbastion ansible_host=192.0.2.1 ansible_user=jump\n";

  @TempDir private Path folder;

  private Inventory inventory(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("hosts.ini"), text);
    return InventoryReader.read(List.of(file), List.of()).withKubesprayGroups();
  }

  private Inventory ofOne(String variables) throws IOException {
    return inventory("[kube_control_plane]\nn1 " + variables + "\n");
  }

  private Access login(String variables) throws IOException {
    return new Logins(ofOne(variables), FLAGS).to("n1");
  }

  @Test
  void variablesWinOverFlagsAndOldNamesOverNewOnes() throws IOException {
    Access access =
        login(
            "ansible_host=192.0.2.9 ansible_ssh_host=192.0.2.10 ansible_port=22"
                + " ansible_ssh_port=2222 ansible_user=new ansible_ssh_user=old"
                + " ansible_password=new ansible_ssh_pass=old"
                + " ansible_ssh_private_key_file=/old ansible_private_key_file=/new"
                + " ansible_become=yes ansible_become_password=new ansible_become_pass=old");

    assertThat(access.address()).isEqualTo("192.0.2.10");
    assertThat(access.port()).hasValue(2222);
    assertThat(access.user()).hasValue("old");
    assertThat(access.keyFiles()).containsExactly(Path.of("/old"));
    assertThat(access.password().map(Secret::reveal)).hasValue("old");
    assertThat(access.become().password().map(Secret::reveal)).hasValue("old");
    assertThat(ClusterSpec.of(ofOne("ansible_host=192.0.2.9 ansible_ssh_host=192.0.2.10")).hosts())
        .extracting(HostSpec::connectAddress)
        .containsExactly("192.0.2.10");
  }

  @Test
  void whatNoVariableSaysTheFlagsSay() throws IOException {
    Access access = login("ansible_port=22");

    assertThat(access.address()).isEqualTo("n1");
    assertThat(access.user()).hasValue("flag");
    assertThat(access.keyFiles()).containsExactly(Path.of("/flag"));
    assertThat(access.become().wanted()).isFalse();
  }

  @Test
  void aUserSetToNothingIsLeftToSsh() throws IOException {
    assertThat(login("ansible_user=''").user()).isEmpty();
  }

  @Test
  void sshArgsComeFirstAndTheOthersLast() throws IOException {
    Access access =
        login(
            "ansible_ssh_args='-o A=1' ansible_ssh_common_args='-o B=1'"
                + " ansible_ssh_extra_args='-o C=1'");

    assertThat(access.firstArgs()).containsExactly("-o", "A=1");
    assertThat(access.commonArgs()).containsExactly("-o", "B=1", "-o", "C=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ansible_connection=ssh",
        "ansible_connection=smart",
        "ansible_connection=paramiko",
        "ansible_connection=ansible.builtin.ssh",
        "ansible_ssh_executable=/usr/bin/ssh",
        "ansible_become=yes ansible_become_method=sudo ansible_become_user=root",
        "ansible_become=yes ansible_become_method=ansible.builtin.sudo",
        "ansible_become=no ansible_become_method=su"
      })
  void whatAmountsToSshAndSudoIsHonoured(String variables) throws IOException {
    assertThat(login(variables).name()).isEqualTo("n1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ansible_connection=local|ansible_connection of n1 is local|ansible_host=127.0.0.1",
        "ansible_connection=community.docker.docker|is community.docker.docker|connection=ssh",
        "ansible_ssh_executable=/opt/wrap|ansible_ssh_executable of n1 is /opt/wrap|~/.ssh/config",
        "ansible_become_method=su|ansible_become_method of n1 is su|ansible_become_method=sudo",
        "ansible_become=yes ansible_become_method=doas|is doas|ansible_user=root",
        "ansible_become=yes ansible_become_user=admin|ansible_become_user of n1 is admin|root",
        "ansible_become=yes ansible_sudo_user=admin|ansible_sudo_user of n1 is admin|root",
        "ansible_become_exe=/usr/bin/dzdo|ansible_become_exe of n1 is /usr/bin/dzdo|sudo",
        "ansible_ssh_args='-o \"A'|ansible_ssh_args of n1 can't be split|quotes"
      })
  void whatOnlyAnsibleCouldDoIsRefusedByName(String variables, String problem, String mend)
      throws IOException {
    assertThatThrownBy(() -> login(variables))
        .isInstanceOfSatisfying(
            InventoryException.class,
            e -> {
              assertThat(e.line()).isEqualTo(2);
              assertThat(e.problem()).contains(problem);
              assertThat(e.mend()).contains(mend);
            });
  }

  private Inventory configured(String variables, String... environment) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("hosts.ini"), "[kube_control_plane]\nn1 " + variables + "\n" + BASTION);
    Map<String, String> settings = new HashMap<>(Map.of("ANSIBLE_CONFIG", "/dev/null"));
    for (String setting : environment) {
      settings.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    return InventoryReader.read(
            List.of(file),
            List.of(),
            OwnAnsible.on("", List.of(), AnsibleConfig.read(settings, folder, folder)))
        .withKubesprayGroups();
  }

  @Test
  void whatNeitherVariablesNorFlagsSayAnsibleCfgSays() throws IOException {
    String[] settings = {
      "ANSIBLE_REMOTE_USER=cfg",
      "ANSIBLE_REMOTE_PORT=2022",
      "ANSIBLE_PRIVATE_KEY_FILE=/cfg",
      "ANSIBLE_BECOME=True",
      "ANSIBLE_SSH_ARGS=-o A=1",
      "ANSIBLE_SSH_COMMON_ARGS=-o B=1"
    };
    Logins.Flags none =
        new Logins.Flags(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Duration.ofSeconds(3));

    Access access = new Logins(configured("", settings), none).to("n1");
    assertThat(access.user()).hasValue("cfg");
    assertThat(access.port()).hasValue(2022);
    assertThat(access.keyFiles()).containsExactly(Path.of("/cfg"));
    assertThat(access.become().wanted()).isTrue();
    assertThat(access.firstArgs()).containsExactly("-o", "A=1");
    assertThat(access.commonArgs()).containsExactly("-o", "B=1");

    Access flagged = new Logins(configured("ansible_become=no", settings), FLAGS).to("n1");
    assertThat(flagged.user()).hasValue("flag");
    assertThat(flagged.become().wanted()).isFalse();
    Access said =
        new Logins(
                configured(
                    "ansible_user=var ansible_port=1 ansible_ssh_args='' ansible_ssh_common_args=''",
                    settings),
                FLAGS)
            .to("n1");
    assertThat(said.user()).hasValue("var");
    assertThat(said.port()).hasValue(1);
    assertThat(said.firstArgs()).isEmpty();
    assertThat(said.commonArgs()).isEmpty();
  }

  @Test
  void commonArgsOfAnsibleCfgGiveWayToTheBastionAndAWayInItsSshArgsDoesNot() throws IOException {
    assertThat(configured("", "ANSIBLE_SSH_COMMON_ARGS=-o ProxyJump=j").jump("n1"))
        .hasValue("bastion");
    assertThat(configured("", "ANSIBLE_SSH_ARGS=-o ProxyJump=j").jump("n1")).isEmpty();
  }

  @Test
  void whatAnsibleCfgSaysAndCannotBeHonouredIsRefusedToo() throws IOException {
    for (String setting :
        List.of(
            "ANSIBLE_BECOME_METHOD=su",
            "ANSIBLE_BECOME_USER=admin",
            "ANSIBLE_TRANSPORT=local",
            "ANSIBLE_SSH_EXECUTABLE=/x/wrap",
            "ANSIBLE_REMOTE_PORT=many")) {
      Logins logins = new Logins(configured("", setting), FLAGS);
      assertThatThrownBy(() -> logins.to("n1"))
          .isInstanceOf(InventoryException.class)
          .hasMessageStartingWith(setting.split("=", 2)[0] + ": ");
    }
  }

  @Test
  void theBastionIsTheWayToEveryOtherHost() throws IOException {
    Inventory inventory =
        inventory(
            "[all]\nn1 ansible_ssh_private_key_file=/k\nn2\n" + BASTION + "[kube_node]\nn1\nn2\n");
    Logins logins = new Logins(inventory, FLAGS);

    assertThat(logins.to("n1").jump())
        .hasValue(
            new Access.Jump(
                "bastion",
                "192.0.2.1",
                22,
                Optional.of("jump"),
                List.of(Path.of("/flag"), Path.of("/k")),
                Optional.empty()));
    assertThat(logins.to("n2").jump().map(Access.Jump::name)).hasValue("bastion");
    assertThat(logins.to("bastion").jump()).isEmpty();
    assertThat(inventory.warnings()).isEmpty();
    assertThat(inventory.sidesteps()).isEmpty();
  }

  @Test
  void ofTwoBastionsTheFirstLeadsAndNeitherLeadsToTheOther() throws IOException {
    Inventory inventory =
        inventory("[kube_node]\nn1\n[bastion]\nj1 ansible_port=2022\nj2 ansible_host=192.0.2.2\n");
    Logins logins = new Logins(inventory, FLAGS);

    assertThat(logins.to("n1").jump().map(Access.Jump::address)).hasValue("j1");
    assertThat(logins.to("n1").jump().map(Access.Jump::port)).hasValue(2022);
    assertThat(logins.to("j2").jump()).isEmpty();
  }

  @Test
  void aHostCalledBastionLeadsWithoutAGroup() throws IOException {
    Inventory inventory = inventory("[all]\nbastion ansible_host=192.0.2.1\n[kube_node]\nn1\n");

    assertThat(inventory.jump("n1")).hasValue("bastion");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ansible_ssh_common_args='-o ProxyCommand=\"ssh -W %h:%p j\"'|0",
        "ansible_ssh_common_args='-J j'|0",
        "ansible_ssh_args='-o ProxyJump=j'|0",
        "ansible_ssh_extra_args='-qJ j'|0",
        "ansible_ssh_common_args=''|1",
        "ansible_ssh_common_args='-o StrictHostKeyChecking=no'|1"
      })
  void hostsWithArgumentsOfTheirOwnKeepTheirWayAndThatIsSaidWhereItIsOdd(String own, int notes)
      throws IOException {
    Inventory inventory =
        inventory("[kube_control_plane]\nn1 " + own + "\n[kube_node]\nn2\n" + BASTION);

    assertThat(inventory.jump("n1")).isEmpty();
    assertThat(inventory.jump("n2")).hasValue("bastion");
    assertThat(inventory.sidesteps()).hasSize(notes);
    assertThat(inventory.sidesteps())
        .allMatch(note -> note.startsWith("bastion is not the way to n1: ansible_ssh_common_args"));
  }

  @Test
  void argumentsThatNameNoWayLeaveTheBastionWhereItIs() throws IOException {
    Inventory inventory =
        inventory("[kube_node]\nn1 ansible_ssh_args='-o ControlPersist=5m -F x'\n" + BASTION);

    assertThat(inventory.jump("n1")).hasValue("bastion");
  }

  @Test
  void theSpecNamesTheJumpHost() throws IOException {
    ClusterSpec spec = ClusterSpec.of(inventory("[kube_control_plane]\nn1\n" + BASTION));

    assertThat(spec.host("n1").flatMap(HostSpec::jump)).hasValue("bastion");
    assertThat(spec.hosts()).extracting(HostSpec::name).containsExactly("n1");
  }
}
