package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every broken inventory is refused with its file, its line, what is wrong and how to mend it.
final class BadInputTest {
  @TempDir private Path directory = Path.of("");

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(directory.resolve(name).getParent());
    return Files.writeString(file, text);
  }

  private static InventoryException refused(Path source) {
    return refused(source, List.of());
  }

  private static InventoryException refused(Path source, List<String> extraVars) {
    return catchThrowableOfType(
        InventoryException.class,
        () -> ClusterSpec.of(InventoryReader.read(List.of(source), extraVars)));
  }

  private static void assertAt(
      InventoryException refusal, Path file, int line, String problem, String mend) {
    assertThat(refusal).isNotNull();
    assertThat(refusal.file()).hasValue(file);
    assertThat(refusal.line()).isEqualTo(line);
    assertThat(refusal.problem()).contains(problem);
    assertThat(refusal.mend()).contains(mend);
    String place = line == 0 ? file.toString() : file + ":" + line;
    assertThat(refusal).hasMessageStartingWith(place + ": " + refusal.problem());
    assertThat(refusal).hasMessageEndingWith("\n  " + refusal.mend());
  }

  private void assertRefused(String name, String text, int line, String problem, String mend)
      throws IOException {
    Path file = write(name, text);
    assertAt(refused(file), file, line, problem, mend);
  }

  @Test
  void aMissingInventory() {
    Path file = directory.resolve("nowhere.ini");
    assertAt(refused(file), file, 0, "No such file or directory", "Check the path");
  }

  @Test
  void noInventoryAtAll() {
    assertThat(
            catchThrowableOfType(
                InventoryException.class, () -> InventoryReader.read(List.of(), List.of())))
        .hasMessage("No inventory is given\n  Name one: -i inventory.ini");
  }

  @Test
  void aFileThatMayNotBeRead() throws IOException {
    Path file = write("secret.ini", "[all]\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(file), "this user may read everything (root)");
    assertAt(refused(file), file, 0, "permission denied", "chmod u+r " + file);
  }

  @Test
  void aFileThatFailsToBeRead() {
    Path file = Path.of("/proc/self/mem");
    assumeTrue(Files.exists(file), "there is no /proc here");
    InventoryException refusal = refused(file);
    assertThat(refusal.file()).hasValue(file);
    assertThat(refusal.problem()).startsWith("Can't be read: ");
  }

  @Test
  void anEmptyDirectory() {
    assertAt(refused(directory), directory, 0, "holds no inventory file", "-i");
  }

  @Test
  void aDirectoryWithNothingButAnIniFileThatAnsibleWouldIgnore() throws IOException {
    Path file = write("inventory.ini", "[all]\n");
    assertAt(refused(directory), directory, 0, "ignores inventory.ini", "-i " + file);
  }

  @Test
  void aFileThatIsNotUtf8NamesTheLine() throws IOException {
    Path file = directory.resolve("latin.ini");
    Files.write(file, "# f\u00fcr\n[all]\nb\u00e4r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertAt(refused(file), file, 3, "not UTF-8", "iconv -f WINDOWS-1252 -t UTF-8 " + file);
  }

  @Test
  void aBinaryFile() throws IOException {
    Path file = directory.resolve("program");
    Files.write(file, new byte[] {0x7f, 'E', 'L', 'F', 0, 1});
    assertAt(refused(file), file, 0, "binary", "ansible-inventory --list -i " + file + " -y");
  }

  @Test
  void aDynamicInventoryScript() throws IOException {
    assertRefused(
        "ec2.py",
        "#!/usr/bin/env python3\nprint('{}')\n",
        1,
        "a program",
        "ansible-inventory --list");
  }

  @Test
  void aPluginConfiguration() throws IOException {
    assertRefused(
        "aws.yml", "---\nplugin: amazon.aws.aws_ec2\n", 2, "plugin", "ansible-inventory --list");
  }

  @Test
  void whatAScriptPrinted() throws IOException {
    assertRefused(
        "list.json", "{\"_meta\": {\"hostvars\": {}},\n \"all\": {}}", 1, "script prints", "-y");
  }

  @Test
  void aTomlInventory() throws IOException {
    assertRefused("hosts.toml", "[all.hosts]\nn = {}\n", 0, "TOML", "ansible-inventory --list");
  }

  @Test
  void aHostLineWithAWordThatIsNoAssignment() throws IOException {
    assertRefused(
        "h.ini",
        "[all]\nn1 ip=1.1.1.1 worker\n",
        2,
        "Expected key=value host variable assignment, got: worker",
        "name=value");
  }

  @Test
  void anOpenQuote() throws IOException {
    assertRefused("h.ini", "[all]\nn1 a=\"x\n", 2, "No closing quotation", "Close the quote");
  }

  @Test
  void theSameVariableTwiceOnOneHostLine() throws IOException {
    assertRefused("h.ini", "\n[all]\nn1 ip=1 ip=2\n", 3, "ip is given twice", "Keep one");
  }

  @Test
  void aSectionOfUnknownKind() throws IOException {
    assertRefused(
        "h.ini", "[all]\nn1\n[etcd:child]\nall\n", 3, "unknown type: child", "[etcd:children]");
  }

  @Test
  void aSectionWithBlanksInItsName() throws IOException {
    assertRefused("h.ini", "[kube node]\nn1\n", 1, "Invalid section entry", "without blanks");
  }

  @Test
  void aHostAmongVariables() throws IOException {
    assertRefused(
        "h.ini", "[all]\nn1\n[all:vars]\nn2\n", 4, "Expected key=value, got: n2", "under [all]");
  }

  @Test
  void aHostWithVariablesAmongChildren() throws IOException {
    assertRefused(
        "h.ini", "[g]\nn1\n[k:children]\nn2 a=1\n", 4, "Expected group name", "under [k]");
  }

  @Test
  void anUndefinedGroupAmongChildren() throws IOException {
    assertRefused(
        "h.ini",
        "[all]\nn1\n\n[k8s_cluster:children]\nkube_node\n",
        5,
        "Section [k8s_cluster:children] includes undefined group: kube_node",
        "Declare [kube_node]");
  }

  @Test
  void variablesOfAnUndefinedGroup() throws IOException {
    assertRefused(
        "h.ini",
        "n1\n[kube_nod:vars]\na=1\n",
        2,
        "Section [kube_nod:vars] not valid for undefined group: kube_nod",
        "Declare [kube_nod]");
  }

  @Test
  void groupsThatContainEachOtherAreNamedInACircle() throws IOException {
    assertRefused(
        "h.ini",
        "[a:children]\nb\n[b:children]\nc\n[c:children]\na\n",
        6,
        "a > b > c > a",
        "Take a out of [c:children]");
  }

  @Test
  void aGroupThatContainsItself() throws IOException {
    assertRefused("h.ini", "[a:children]\na\n", 2, "can't contain itself", "Take a out");
  }

  @Test
  void groupsThatContainEachOtherInYaml() throws IOException {
    assertRefused(
        "h.yml",
        "a:\n  children:\n    b:\n      children:\n        a:\n",
        3,
        "b > a > b",
        "Take b out of [a:children]");
  }

  @Test
  void badRanges() throws IOException {
    assertRefused("h.ini", "[all]\nn[01:100]\n", 2, "equal-length begin and end", "[01:20]");
    assertRefused("h.ini", "[all]\nn[5:1]\n", 2, "begin <= end", "[01:20]");
    assertRefused("h.ini", "[all]\nn[f:a]\n", 2, "begin <= end", "[a:f]");
    assertRefused("h.ini", "[all]\nn[1]\n", 2, "begin:end or begin:end:step", "[0:10:2]");
    assertRefused("h.ini", "[all]\nn[1:]\n", 2, "must specify end value", "[01:20]");
    assertRefused("h.ini", "[all]\nn[1:a]\n", 2, "two letters or two numbers", "[01:20]");
    assertRefused("h.ini", "[all]\nn[1:9:0]\n", 2, "step must be 1 or more", "[0:10:2]");
    assertRefused("h.ini", "[all]\nn[1:5\n", 2, "no matching brackets", "[01:20]");
    assertRefused("h.ini", "[all]\nn[1:999999999]\n", 2, "more than 100000 hosts", "[01:20]");
    assertRefused("h.ini", "n[1:999][1:999]\n", 1, "more than 100000 hosts", "[01:20]");
    assertRefused("h.yml", "all:\n  hosts:\n    n[5:1]:\n", 3, "begin <= end", "[01:20]");
  }

  @Test
  void aColonWithoutAPort() throws IOException {
    assertRefused("h.ini", "[all]\nnode1:\n", 2, "a colon at the end", "port");
  }

  @Test
  void aByteOrderMark() throws IOException {
    assertRefused("h.ini", "\uFEFF[all]\nn1\n", 1, "byte order mark", "sed -i");
  }

  @Test
  void yamlReadAsIni() throws IOException {
    Path file = write("h.ini", "# made by a script\n\n---\nall:\n");
    assertAt(
        refused(file),
        file,
        3,
        "This is YAML; its name makes Ansible read it as INI",
        "mv " + file + " " + directory.resolve("h.yml"));
    assertRefused("hosts.cfg", "all:   # everything\n  hosts:\n", 1, "This is YAML", "hosts.yml");
    assertRefused("h.ini", "kube_node: {hosts: {n1: }}\n", 1, "This is YAML", "h.yml");
    assertRefused("h.ini", "{\"all\": {}}\n", 1, "This is JSON", "h.json");
  }

  @Test
  void aDuplicateYamlKey() throws IOException {
    assertRefused(
        "h.yml",
        "all:\n  hosts:\n    n1: {}\n  hosts:\n    n2: {}\n",
        4,
        "Key hosts is given twice, first in line 2",
        "Keep one");
  }

  @Test
  void aDuplicateKeyInGroupVars() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1\n");
    Path vars = write("group_vars/all.yml", "a: 1\nb: 2\na: 3\n");
    assertAt(refused(file), vars, 3, "Key a is given twice, first in line 1", "Keep one");
  }

  @Test
  void aDuplicateKeyInJson() throws IOException {
    assertRefused("h.json", "{\"all\": {},\n \"all\": {}}", 2, "Key all is given twice", "Keep");
  }

  @Test
  void yamlThatIsNone() throws IOException {
    assertRefused("h.yml", "all:\n  hosts:\n\tn1:\n", 3, "Is not YAML here", "no tabs");
    assertRefused("h.yml", "all:\n  hosts: [a\n", 3, "Is not YAML here", "syntax");
    assertRefused("hosts", "all:\n  hosts:\n    n1: {\n", 4, "Is not YAML here", "syntax");
  }

  @Test
  void yamlOfAnotherShape() throws IOException {
    assertRefused("h.yml", "- n1\n- n2\n", 1, "a dictionary of groups, not a list", "all:");
    assertRefused("h.yml", "# nothing\n", 0, "is empty", "all:");
    assertRefused(
        "h.yml", "all:\n  hosts:\n    - n1\n", 2, "must be a dictionary, not a list", "dash");
    assertRefused(
        "h.yml", "all:\n  hosts:\n    n1: 10.0.0.1\n", 3, "dictionary of variables", "indented");
    assertRefused("h.yml", "all:\n  hosts:\n    5: {}\n", 3, "must be a text", "\"5\":");
    assertRefused("h.yml", "all:\n  vars:\n    a: !foo b\n", 3, "Tag !foo", "plain value");
    assertRefused("h.yml", "all: &a\n  vars:\n    x: *a\n", 1, "alias", "Write");
    assertRefused("h.yml", "all:\n  vars: {? [a] : b}\n", 2, "A key must be", "key: value");
  }

  @Test
  void variablesOfAnotherShape() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1\n");
    Path vars = write("host_vars/n1.yml", "---\n- a\n");
    assertAt(refused(file), vars, 2, "must be a dictionary, not a list", "name: value");
  }

  @Test
  void aFileThatIsEncryptedAsAWhole() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1\n");
    Path vars = write("group_vars/all/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n");
    assertAt(refused(file), vars, 1, "encrypted", "ansible-vault view " + vars);
  }

  @Test
  void aVaultValueThatIsNeeded() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1\n");
    Path vars =
        write("group_vars/all.yml", "a: 1\nip: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n");
    assertAt(refused(file), vars, 2, "ip of n1 is encrypted (!vault)", "-e @FILE");
  }

  @Test
  void aVaultValueThatNobodyAsksForIsNoMatter() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1\n");
    write("group_vars/all.yml", "password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n");
    assertThat(ClusterSpec.of(InventoryReader.read(List.of(file), List.of())).hosts()).hasSize(1);
  }

  @Test
  void jinjaThatIsMoreThanAReference() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1 a=1\n");
    Path vars =
        write("group_vars/k8s_cluster.yml", "\nkube_version: \"{{ a | replace('v', '') }}\"\n");
    assertAt(
        refused(file),
        vars,
        2,
        "kube_version of n1 holds Jinja that is more than a reference",
        "-e kube_version=VALUE");
  }

  @Test
  void jinjaThatReferToNothing() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 ip=\"{{ ansible_eth0.ipv4.address }}\"\n",
        2,
        "refers to ansible_eth0, which the inventory doesn't set for n1",
        "a fact");
  }

  @Test
  void jinjaThatRefersToItself() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 ip=\"{{ a }}\" a=\"{{ b }}\" b=\"{{ a }}\"\n",
        2,
        "refers to itself: a > b > a",
        "Break the circle");
  }

  @Test
  void jinjaStatements() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 ip=\"{% for x in y %}1{% endfor %}\"\n",
        2,
        "Jinja statement",
        "host_vars/n1.yml");
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 ip=\"{% if x %}1{% endif %}\"\n",
        2,
        "Jinja condition that is more than X is defined: x",
        "host_vars/n1.yml");
    assertRefused("h.ini", "[kube_control_plane]\nn1 ip=\"{{ a\"\n", 2, "{{ without }}", "!unsafe");
  }

  @Test
  void whatARoleMaySetIsNotTakenForUnset() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 bin_dir=\"{{ my_dir | default('/opt/bin') }}\"\n",
        2,
        "bin_dir of n1 depends on whether my_dir is set",
        "Set my_dir in the inventory");
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 bin_dir=\"{% if my_dir is defined %}/x{% endif %}\"\n",
        2,
        "bin_dir of n1 depends on whether my_dir is set",
        "or write the value itself");
  }

  @Test
  void aValueOfOneHostIsNeverToBeGivenToAllByE() throws IOException {
    InventoryException refusal =
        refused(write("h.ini", "[kube_control_plane]\nn1 ip=\"{{ lookup('dig', 'n1') }}\"\n"));
    assertThat(refusal.mend()).contains("host_vars/n1.yml").doesNotContain("-e ");
  }

  @Test
  void allBelowAGroupClosesACircle() throws IOException {
    assertRefused(
        "h.ini",
        "[all]\nn1\n[kube_control_plane]\nn1\n[cluster:children]\nall\n",
        6,
        "Group cluster can't contain all: that closes the circle all > cluster > all",
        "Take all out of [cluster:children]");
    assertRefused(
        "h.yml",
        "top:\n  children:\n    middle:\n      children:\n        all:\n",
        5,
        "the circle all > middle > all",
        "Take all out");
    assertRefused("h.yml", "all:\n  children:\n    all:\n", 3, "circle all > all", "Take all out");
  }

  @Test
  void aVariableWhereHostsAreListed() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1\nansible_user=ubuntu\n",
        3,
        "ansible_user is a variable, and the lines of [kube_control_plane] are hosts",
        "Variables of a group go under [kube_control_plane:vars]");
    assertRefused(
        "h.ini", "ansible_port = 22\n[all]\nn1\n", 1, "ansible_port is a variable", "[all:vars]");
    assertRefused(
        "h.ini", "[etcd]\nn1\nansible_user: x\n", 3, "ansible_user is a variable", "[etcd:vars]");
  }

  @Test
  void jinjaWithoutQuotesInYaml() throws IOException {
    String quote = "Quote values that begin with {{";
    assertRefused(
        "h.yml",
        "all:\n  vars:\n    a: 1\n    b: {{ a }}/more\n  hosts:\n    n1:\n",
        4,
        "begins with Jinja and has no quotes",
        quote);
    assertRefused("h.yml", "all:\n  vars:\n    b: {{ a }}\n", 3, "begins with Jinja", quote);
    assertRefused("h.yml", "all:\n  vars:\n    b:\n      - {{ a }}\n", 4, "begins with", quote);
  }

  /// Each of these holds it once, in a way that somebody has written it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "h.ini|[kube_control_plane]\nn1\nansible_become_pass=hunter2\n",
        "h.ini|[kube_control_plane]\nn1\nansible_become_pass = hunter2\n",
        "h.ini|[kube_control_plane]\nn1\nansible_become_pass: hunter2\n",
        "h.ini|[kube_control_plane]\nn1\nansible_become_pass:hunter2\n",
        "h.ini|[all]\nn0\n[kube_control_plane]\nansible_become_pass:hunter2\n",
        "h.ini|[kube_control_plane]\nn1 ansible_become_pass hunter2\n",
        "h.ini|[kube_control_plane]\nn1 ansible_become_pass='my hunter2\n",
        "h.ini|[kube_control_plane]\nn1 ansible_become_pass=my hunter2\n",
        "h.ini|[kube_control_plane]\nn1\n[all:vars]\nansible_ssh_pass: hunter2\n",
        "h.ini|[kube_control_plane]\nn1\n[all:vars]\nansible_ssh_pass hunter2\n",
        "h.ini|[kube_control_plane]\nn1\n[g:children]\nansible_ssh_pass=hunter2\n",
        "h.ini|[kube_control_plane]\nn1 ip=\"{{ ansible_password }}\" ansible_password=\"{{hunter2\"\n",
        "h.ini|[kube_control_plane]\nn1 ip=\"{{ my_pw }}\" my_pw=\"{{ 'hunter2' | hash }}\"\n",
        "h.ini|[kube_control_plane]\nn1 ip=\"{{ my_pw }}\" my_pw=\"{% hunter2 %}\"\n",
        "h.yml|all:\n  hosts:\n    n1:\n      ansible_become_pass:hunter2\n",
        "h.yml|all:\n  hosts:\n    n1: hunter2\n",
        "h.yml|all:\n  hosts:\n    n1:\n      ip: 1.1.1.1\n      ansible_become_pass:hunter2\n",
        "h.yml|all:\n  hosts:\n    n1:\n      ansible_become_pass: !hunter2\n",
        "h.yml|all:\n  hosts:\n    n1:\n      ansible_become_pass: *hunter2\n",
        "h.yml|all:\n  hosts:\n    n1:\n      ansible_become_pass: @hunter2\n",
        "h.yml|all:\n  hosts:\n    n1:\n      ansible_become_pass: [hunter2\n",
        "h.yml|all:\n  hosts:\n    n1:\n      ansible_become_pass: {{hunter2}}\n",
        "h.yml|all:\n  hosts:\n    n1:\n      ansible_become_pass: 'hunter2\n",
        "h.yml|all:\n  hosts:\n    n1:\n      vault_token: hunter2: x\n",
        "h.yml|all:\n  vars: hunter2=x\n",
        "h.yml|kube_control_plane: [hunter2]\n",
        "h.yml|hunter2\n"
      })
  void noSecretOfAMalformedLineIsShown(String input) throws IOException {
    String[] parts = input.split("\\|", 2);
    Path file = write(parts[0], parts[1]);
    InventoryException refusal =
        catchThrowableOfType(
            InventoryException.class,
            () -> {
              Inventory read = InventoryReader.read(List.of(file), List.of());
              assertThat(read.warnings().toString()).doesNotContain("hunter2");
              ClusterSpec.of(read);
            });
    assertThat(refusal).isNotNull();
    assertThat(refusal.getMessage() + refusal.problem() + refusal.mend()).doesNotContain("hunter2");
  }

  @Test
  void noSecretOfAnExtraVariableIsShown() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1\n");
    for (String given :
        List.of(
            "ansible_become_pass=my hunter2",
            "ansible_become_pass hunter2",
            "{ansible_become_pass: [hunter2}")) {
      assertThat(refused(file, List.of(given)).getMessage()).doesNotContain("hunter2");
    }
  }

  @Test
  void aHostThatOnlyATypingSlipMade() throws IOException {
    assertRefused(
        "h.ini",
"""
[all]
k8s-node1 ip=1.1.1.1
k8s-node6 ip=1.1.1.6
[kube_control_plane]
k8s-node1
[kube_node]
k8s-nod6
""",
        7,
        "Host k8s-nod6 of group kube_node is not listed under [all]",
        "Did you mean k8s-node6?");
  }

  @Test
  void anInventoryWithoutControlPlane() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_planes]\nn1\n",
        0,
        "No host is in group kube_control_plane; the groups are all, ungrouped,"
            + " kube_control_planes",
        "[kube_control_plane]");
  }

  @Test
  void aNameThatNoNodeCanHave() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nNode_1\n",
        2,
        "Node_1 can't be a Kubernetes node's name",
        "kube_override_hostname=node-1");
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1\nn2 kube_override_hostname=N2\n",
        3,
        "N2 can't be",
        "kube_override_hostname=n2");
  }

  @Test
  void namesAndAddressesThatTwoHostsClaim() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 ip=1.1.1.1\n[kube_node]\nn2 ip=1.1.1.1\n",
        4,
        "n2 and n1 both have address ip 1.1.1.1",
        "its own ip");
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1\nn2 kube_override_hostname=n1\n",
        3,
        "n2 and n1 both have node name n1",
        "kube_override_hostname");
  }

  @Test
  void anAddressThatIsNone() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 ip=node1.example.com\n",
        2,
        "ip of n1 must be an IP address, not node1.example.com",
        "ansible_host");
    assertRefused("h.ini", "[kube_control_plane]\nn1 ip=1.2.3.256\n", 2, "must be an IP", "");
    assertRefused("h.ini", "[kube_control_plane]\nn1 access_ip=fe80::1::2\n", 2, "must be", "");
  }

  @Test
  void labelsAndTaintsThatKubernetesWouldRefuse() throws IOException {
    String host = "[kube_control_plane]\nn1 ";
    assertRefused(
        "h.ini", host + "node_labels=a\n", 2, "must be a dictionary, not a", "node_labels");
    assertRefused(
        "h.ini", host + "node_labels=\"{'a b': 'c'}\"\n", 2, "key a b is not", "node_labels: {");
    assertRefused(
        "h.ini", host + "node_labels=\"{'a': 'b/c'}\"\n", 2, "value b/c must be", "node_labels: {");
    assertRefused(
        "h.ini", host + "node_taints=\"['a=b']\"\n", 2, "form key=value:Effect", "node_taints: [");
    assertRefused(
        "h.ini", host + "node_taints=\"['a=b:Never']\"\n", 2, "effect Never", "node_taints: [");
    assertRefused("h.ini", host + "node_taints=x:NoSchedule\n", 2, "must be a list", "node_taints");
  }

  @Test
  void aVersionThatYamlTakesForANumber() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1\n");
    Path vars = write("group_vars/all.yml", "kube_version: 1.30\n");
    assertAt(refused(file), vars, 1, "is the number 1.3", "quotes");
  }

  @Test
  void aClusterWideSettingThatDiffersBetweenHosts() throws IOException {
    assertRefused(
        "h.ini",
        "[kube_control_plane]\nn1 kube_version=1.30.1\n[kube_node]\nn2 kube_version=1.30.2\n",
        4,
        "kube_version is 1.30.2 here and 1.30.1 at",
        "k8s_cluster");
  }

  @Test
  void extraVariablesThatAreNone() throws IOException {
    Path file = write("h.ini", "[kube_control_plane]\nn1\n");
    assertThat(refused(file, List.of("novalue")).problem()).contains("expected name=value");
    assertThat(refused(file, List.of("a='b")).problem()).contains("left open");
    assertThat(refused(file, List.of("./vars.yml")).mend()).contains("-e @./vars.yml");
    assertThat(refused(file, List.of("[a, b]")).problem()).contains("must be a dictionary");
    Path missing = directory.resolve("no.yml");
    assertAt(refused(file, List.of("@" + missing)), missing, 0, "No such file", "Check the path");
  }

  @Test
  void limitsThatMakeNoSense() throws IOException {
    Path file = write("h.ini", "[g]\nn1\n");
    Inventory inventory = InventoryReader.read(List.of(file), List.of());
    for (String limit :
        List.of("~(", "g[5]", "@" + directory, "@" + directory.resolve("no"), "!")) {
      assertThat(catchThrowableOfType(InventoryException.class, () -> inventory.match(limit)))
          .as(limit)
          .isNotNull();
    }
  }

  @Test
  void secretsInALineAreNotShown() throws IOException {
    Path file = write("h.ini", "[all]\nn1 ansible_become_password=hunter2 tail\n");
    assertThat(refused(file)).hasMessageContaining("ansible_become_password=***");
    assertThat(refused(file)).hasMessageNotContaining("hunter2");
    assertThat(refused(file)).hasMessageNotContaining("tail");
  }
}
