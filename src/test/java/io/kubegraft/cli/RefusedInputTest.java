package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is typed wrongly is refused with exit code 3 before anything is connected to. Every host of
/// the inventory leads to a door that counts who knocks.
@Timeout(60)
class RefusedInputTest {
  private static final String HOSTS =
      """
      [all]
      k8s-node1
      k8s-node4

      [kube_control_plane]
      k8s-node1

      [etcd]
      k8s-node1

      [kube_node]
      k8s-node4

      [calico_rr]
      """;

  @TempDir private Path folder;
  private Door door = new Door();

  @BeforeEach
  void anInventory() throws IOException {
    put("hosts.ini", HOSTS);
    Files.createDirectory(folder.resolve("group_vars"));
    put(
        "group_vars/all.yml",
        "ansible_host: 127.0.0.1\nansible_port: " + door.port() + "\nansible_user: root\n");
  }

  @AfterEach
  void shutTheDoor() {
    door.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "apply", "status"})
  void theSameInventoryWithoutAMistakeIsConnectedTo(String command) {
    Cli ran = run(command, "-T", "1");

    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(ran.complaint()).contains("no control plane of the inventory answers", "k8s-node1");
    assertThat(door.knocks()).isPositive();
  }

  static Stream<Arguments> inventories() {
    return Stream.of(
        Arguments.of("group_vars/k8s_cluster.yml", "a: 1\na: 2\n", "k8s_cluster.yml:2"),
        // What is put where, and what must be said.
        Arguments.of("hosts.ini", "[kube_node\nk8s-node4\n", "hosts.ini:1"),
        Arguments.of("hosts.ini", HOSTS + "[a:children]\nb\n[b:children]\na\n", "hosts.ini:18"),
        Arguments.of("hosts.ini", HOSTS + "[kube_node]\nk8s-node[9:7]\n", "hosts.ini:16"),
        Arguments.of("hosts.ini", "[kube_node]\nk8s-node4\n", "kube_control_plane"),
        Arguments.of("group_vars/k8s_cluster.yml", "a: 1\nb: [\n", "k8s_cluster.yml:"),
        Arguments.of(
            "group_vars/k8s_cluster.yml",
            "---\nansible_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n",
            "k8s_cluster.yml:2"),
        Arguments.of(
            "group_vars/k8s_cluster.yml",
            "---\n\nansible_user: \"{{ lookup('env', 'USER') | default('root') }}\"\n",
            "k8s_cluster.yml:3"),
        Arguments.of("group_vars/k8s_cluster.yml", "ansible_port: many\n", "k8s_cluster.yml:1"),
        Arguments.of(
            "group_vars/etcd.yml", "ansible_connection: local\n", "etcd.yml:1: ansible_connection"),
        Arguments.of(
            "group_vars/etcd.yml",
            "ansible_become_method: su\n",
            "ansible_become_method of k8s-node1"),
        Arguments.of(
            "group_vars/etcd.yml",
            "ansible_become_user: admin\n",
            "ansible_become_user of k8s-node1"),
        Arguments.of(
            "group_vars/etcd.yml",
            "ansible_ssh_executable: /x/wrap\n",
            "ansible_ssh_executable of"),
        Arguments.of(
            "group_vars/k8s_cluster.yml",
            "ansible_ssh_common_args: \"-o 'User=x\"\n",
            "a quote is not closed"));
  }

  @ParameterizedTest
  @MethodSource("inventories")
  void anInventoryThatCannotBeUsedIsRefusedAtItsPlace(String file, String text, String said)
      throws IOException {
    put(file, text);

    for (String command : List.of("plan", "apply", "status")) {
      refused(run(command), said);
    }
  }

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of("--frobnicate", "Unknown option: '--frobnicate'"),
        Arguments.of("-o yaml", "is yaml; it must be text or json"),
        Arguments.of("-f 0", "--forks is 0; it must be 1 or more"),
        Arguments.of("--forks -3", "--forks is -3; it must be 1 or more"),
        Arguments.of("-f many", "'many' is not an int"),
        Arguments.of("-T 0", "--timeout is 0; it must be 1 or more"),
        Arguments.of("k8s-node6", "Unmatched argument"),
        Arguments.of("-i nowhere.ini", "nowhere.ini"),
        Arguments.of("-e @nowhere.yml", "nowhere.yml"));
  }

  @ParameterizedTest
  @MethodSource("words")
  void aCommandLineThatMakesNoSenseIsRefusedWithWhatIsWrong(String words, String said) {
    for (String command : List.of("plan", "apply", "status")) {
      refused(run(command, words.split(" ")), said);
    }
  }

  static Stream<Arguments> limits() {
    return Stream.of(
        Arguments.of("k8s-node7", "--limit k8s-node7 matches no host of the inventory"),
        Arguments.of("all:!k8s-nod4", "--limit all:!k8s-nod4: !k8s-nod4 matches no host or group"),
        Arguments.of("k8s-node4,k8s-nod1", "k8s-nod1 matches no host or group"),
        Arguments.of("kube_node:&ectd", "&ectd matches no host or group"),
        Arguments.of("a:b:k8s-node4", "a and b match no host or group"),
        Arguments.of("x*:all", "x* matches no host or group"),
        Arguments.of("calico_rr", "--limit calico_rr matches no host of the inventory"),
        Arguments.of("all:!all", "--limit all:!all matches no host of the inventory"),
        Arguments.of("~[", "a sign without a name"),
        Arguments.of("~(", "~( is no regular expression"));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void aSlipOfTheFingerInALimitIsNamedAndNeverAnotherChoice(String limit, String said) {
    for (String command : List.of("plan", "apply")) {
      refused(run(command, "--limit", limit), said);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"all:!calico_rr", "k8s_cluster", "kube_node", "k8s-node?", "all"})
  void aLimitThatNamesWhatIsThereIsNoMistake(String limit) {
    Cli ran = run("plan", "-T", "1", "--limit", limit);

    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(door.knocks()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k8s-nod4", "all:!k8s-nod4", "k8s-node4,k8s-nod1"})
  void aSlipOfTheFingerInAHostToCheckIsNamed(String pattern) {
    refused(run("check", pattern), "k8s-nod");
    refused(run("check", "k8s-node4", pattern), "k8s-nod");
    refused(run("check", "-f", "0"), "--forks is 0");
  }

  @Test
  void nothingIsMendedWhereNoHostIsNamed() {
    refused(run("check", "--fix"), "--fix changes hosts, and none is named");
  }

  @Test
  void withoutHostsAndInventoryThereIsNothingToCheck() {
    refused(Cli.run("check"), "neither hosts nor an inventory are named");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "apply", "status"})
  void withoutAnInventoryNothingIsDone(String command) {
    refused(Cli.run(command), "No inventory is given");
  }

  @Test
  void aCommandThatThereIsNotIsNamed() {
    refused(Cli.run("aply", "-i", "x"), "aply");
  }

  @Test
  void withoutATerminalNoPasswordIsAskedFor() {
    refused(run("status", "-k"), "KUBEGRAFT_SSH_PASSWORD");
    refused(run("status", "-K"), "KUBEGRAFT_BECOME_PASSWORD");
  }

  @Test
  void aCodeThatThereIsNotIsRefusedWithWhereAllAre() {
    refused(Cli.run("explain", "KG-NOTHING"), "there is no code KG-NOTHING");
    assertThat(Cli.run("explain", "etcd-leftover").out()).startsWith("KG-ETCD-LEFTOVER: ");
  }

  @Test
  void whatIsAdvisedNamesTheInventoryAsItWasGivenAndShowsNoVariable() {
    Cli ran =
        run(
            "plan",
            "-T",
            "1",
            "-e",
            "some_variable=hunter2",
            "--limit",
            "k8s-node4",
            "-u",
            "operator",
            "-b");

    assertThat(ran.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(ran.err())
        .contains("kubegraft status -i " + folder.resolve("hosts.ini") + " -e … -u operator -b")
        .doesNotContain("hunter2");
  }

  @Test
  void whatIsOddButReadableIsToldAndGoneOverOnStandardError() throws IOException {
    put("hosts.ini", HOSTS + "[k8s-node4]\nk8s-node1\n");

    Cli ran = run("status", "-T", "1", "-o", "json");

    assertThat(ran.complaint()).startsWith("Warning: k8s-node4 names a group and a host");
    assertThat(ran.out()).startsWith("{");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "check", "plan"})
  void howToLogInMayStandInTheGroupThatKubesprayMakesItself(String command) throws IOException {
    Files.delete(folder.resolve("group_vars/all.yml"));
    put(
        "group_vars/k8s_cluster.yml",
        "ansible_host: 127.0.0.1\nansible_port: " + door.port() + "\nansible_user: root\n");

    run(command, "-T", "1");

    assertThat(door.knocks()).isPositive();
  }

  private void refused(Cli ran, String said) {
    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(ran.complaint()).startsWith("Error: ").contains(said);
    assertThat(ran.err().lines().filter(line -> !line.isBlank()).count())
        .as("what is wrong, and what to do about it: " + ran.err())
        .isGreaterThan(1);
    assertThat(ran.err()).doesNotContain("\tat ", "Exception");
    assertThat(ran.out()).isEmpty();
    assertThat(door.knocks()).isZero();
  }

  private Cli run(String command, String... more) {
    List<String> args =
        new ArrayList<>(List.of(command, "-i", folder.resolve("hosts.ini").toString()));
    args.addAll(Arrays.asList(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private void put(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }
}
