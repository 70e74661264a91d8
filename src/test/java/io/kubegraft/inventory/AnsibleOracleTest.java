package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Ansible itself makes of an inventory is right.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AnsibleOracleTest {
  private static final Path CASES = Path.of("src/test/resources/inventory/oracle");

  private static final int GENERATED = Integer.getInteger("kubegraft.generated", 40);

  private Ansible ansible;

  @BeforeAll
  void start(@TempDir Path empty) {
    ansible = Ansible.startOrSkip(empty);
  }

  @AfterAll
  void stop() throws IOException {
    if (ansible != null) {
      ansible.close();
    }
  }

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> examples = Files.list(Path.of("examples"));
        Stream<Path> cases = Files.list(CASES)) {
      return Stream.concat(
          examples.filter(path -> path.toString().endsWith(".ini")),
          cases.map(
              path -> Files.exists(path.resolve("hosts.ini")) ? path.resolve("hosts.ini") : path))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsAnInventoryAsAnsibleDoes(Path source) {
    Comparison.compare(ansible, source.toString(), List.of(source), List.of());
  }

  @Test
  void laterSourcesOverrideEarlierOnes() {
    Path one = CASES.resolve("vars/hosts.ini");
    Path two = CASES.resolve("two/hosts");
    Comparison.compare(ansible, "vars, two", List.of(one, two), List.of());
    Comparison.compare(ansible, "two, vars", List.of(two, one), List.of());
    Comparison.compare(
        ansible,
        "dir, example",
        List.of(CASES.resolve("dir"), CASES.resolve("groups.ini")),
        List.of());
  }

  @Test
  void aListOfHostsIsASource() {
    Comparison.compare(
        ansible, "list", List.of(Path.of("n1,n2:22, 10.0.0.1,[2001:db8::1]:23,")), List.of());
  }

  @Test
  void extraVariablesOverrideEverything(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(directory.resolve("extra.yml"), "from_file: [1, yes]\nsrc: file\n");
    Comparison.compare(
        ansible,
        "-e",
        List.of(CASES.resolve("vars/hosts.ini")),
        List.of(
            "src=extra n=5 quoted=\"a b\" single='c d' eq=a=b jinja={{ a b }}",
            "{\"json\": 1e3, \"t\": true}",
            "{yaml: yes, list: [1, two]}",
            "esc=a\\\\b tab=\"x\\ty\"",
            "@" + file,
            ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "all",
        "*",
        "early",
        "early:late",
        "early,late",
        "all:!early",
        "!early",
        "late:&early",
        "&early",
        "e*",
        "e?",
        "e[12]",
        "[el]1",
        "[!e]1",
        "~e[0-9]",
        "~(p|e)1",
        "early[0]",
        "early[-1]",
        "early[0:1]",
        "early[1:]",
        "early[0-1]",
        "early[5:9]",
        "all[0:2]:!early[0]",
        "e1",
        "nobody",
        "nobody:e1",
        "!nobody",
        "early:!e1:!e2",
        "!e1:early",
        "&late:early:!both",
        "top",
        "ungrouped",
        "ungr*",
        "al*",
        "al*:&early",
        "e1 , e2",
        "e1:e2:lonely",
        "*[0]",
        "l*[1:2]",
        "prio_?",
        "prio_*[0:1]",
        "kube-master",
        "e1,!e1",
        "all:&e1:!e1",
        "diamond",
        "same",
        "d1:99"
      })
  void limitsAsAnsibleDoes(String pattern) {
    List<Path> groups = List.of(CASES.resolve("groups.ini"));
    Inventory inventory = InventoryReader.read(groups, List.of());
    assertThat(inventory.match(pattern))
        .as("--limit %s", pattern)
        .containsExactlyInAnyOrderElementsOf(ansible.hosts(groups, "all", Optional.of(pattern)));
    if (!pattern.startsWith("~")) {
      assertThat(inventory.match(pattern))
          .as("ansible %s", pattern)
          .containsExactlyInAnyOrderElementsOf(ansible.hosts(groups, pattern, Optional.empty()));
    }
  }

  @Test
  void limitsAddressesAsAnsibleDoes() {
    List<Path> ranges = List.of(CASES.resolve("ranges.ini"));
    Inventory inventory = InventoryReader.read(ranges, List.of());
    for (String pattern :
        List.of(
            "2001:db8::1",
            "10.0.*",
            "10.0.0.1:10.0.0.2",
            "*:*",
            "node[1:3]",
            "pad[1:3]",
            "192.168.1.1,2001:db8::3",
            "web1:8022",
            "fe80::*",
            "db-?",
            "*.example.com",
            "r1-n0[1-2]")) {
      assertThat(inventory.match(pattern))
          .as("--limit %s", pattern)
          .containsExactlyInAnyOrderElementsOf(ansible.hosts(ranges, "all", Optional.of(pattern)));
    }
  }

  @Test
  void aLimitMayStandInAFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("retry"), "e1\n\n  l1  \n!e1\n");
    List<Path> groups = List.of(CASES.resolve("groups.ini"));
    String limit = "@" + file;
    assertThat(InventoryReader.read(groups, List.of()).match(limit))
        .containsExactly("l1")
        .containsExactlyElementsOf(ansible.hosts(groups, "all", Optional.of(limit)));
  }

  /// `-Dkubegraft.seed=N -Dkubegraft.generated=N` tries others, and more.
  @Test
  void readsGeneratedInventoriesAsAnsibleDoes(@TempDir Path directory) throws IOException {
    long seed = Long.getLong("kubegraft.seed", 1);
    for (int i = 0; i < GENERATED; i++) {
      long own = seed * GENERATED + i;
      Path file = new RandomInventories(own).write(directory.resolve("i" + i));
      Comparison.compare(
          ansible,
          "-Dkubegraft.seed=" + seed + ", inventory " + i + ":\n" + Files.readString(file),
          List.of(file),
          List.of());
    }
  }

  static Stream<Arguments> loginVariables() {
    return Stream.of(
        Arguments.of(LoginVariable.ADDRESS, "host"),
        Arguments.of(LoginVariable.PORT, "port"),
        Arguments.of(LoginVariable.USER, "remote_user"),
        Arguments.of(LoginVariable.PASSWORD, "password"),
        Arguments.of(LoginVariable.KEY_FILE, "private_key_file"),
        Arguments.of(LoginVariable.BECOME_USER, "become_user"),
        Arguments.of(LoginVariable.BECOME_PASSWORD, "become_pass"),
        Arguments.of(LoginVariable.BECOME_EXECUTABLE, "become_exe"));
  }

  /// Every choice of the names of one variable, in both orders.
  @ParameterizedTest
  @MethodSource("loginVariables")
  void ofAnOldAndANewNameTheOneCountsThatAnsibleTakes(
      LoginVariable variable, String option, @TempDir Path directory) throws IOException {
    List<String> names = variable.names();
    for (int chosen = 1; chosen < 1 << names.size(); chosen++) {
      int bits = chosen;
      List<String> set =
          names.stream().filter(name -> (bits >> names.indexOf(name) & 1) == 1).toList();
      for (List<String> order : List.of(set, set.reversed())) {
        String line = "n1";
        ObjectNode vars = Ansible.JSON.createObjectNode();
        for (String name : order) {
          int value = 1000 + names.indexOf(name);
          line += " " + name + "=" + value;
          vars.put(name, value);
        }
        Path file = Files.writeString(directory.resolve("hosts.ini"), line + "\n");
        Inventory inventory = InventoryReader.read(List.of(file), List.of());
        Ansible.Answer answer = ansible.run(List.of("login", vars.toString()));
        assertThat(answer.status()).as(answer.err()).isZero();
        assertThat(variable.of(inventory, "n1"))
            .as(line)
            .hasValue(Ansible.JSON.readTree(answer.out()).get(option).asText());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[g]\nh1 word\n",
        "[g]\nh1 a=\"x\n",
        "[g:child]\nx\n",
        "[g h]\nx\n",
        "[g:vars]\na=1\n",
        "[g]\nh\n[g:vars]\nword\n",
        "[g:children]\nmissing\n",
        "[g]\nh\n[k:children]\ng x=1\n",
        "[a:children]\nb\n[b:children]\na\n",
        "[a:children]\na\n",
        "[a]\nh\n[b:children]\na\n[a:children]\nall\n",
        "h[1]\n",
        "h[1:]\n",
        "h[01:100]\n",
        "h[b:a]\n",
        "h[1:a]\n",
        "h[1:2:x]\n",
        "h[1:2\n",
        "h:\n",
        "---\n",
      })
  void refusesWhatAnsibleRefuses(String text, @TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("hosts.ini"), text);
    assertThat(ansible.list(List.of(file), List.of()).err())
        .containsAnyOf("Unable to parse", "recursive dependency loop");
    assertThatThrownBy(() -> InventoryReader.read(List.of(file), List.of()))
        .isInstanceOf(InventoryException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "all: {hosts: [a]}\n",
        "all: {hosts: {a: 5}}\n",
        "all: {hosts: {5: {}}}\n",
        "- all\n",
        "all: {children: {all: {}}}\n",
        "a:\n\thosts: {h: }\n",
        "a:\n  hosts:\n    -\th\n",
        "a: {children: {b: {children: {a: }}}}\n",
        "all: {vars: {x: !nope y}}\n",
        "all: {hosts: {'a[2:b]': }}\n",
        "all: {hosts\n",
        "plugin: x\n",
      })
  void refusesYamlThatAnsibleRefuses(String text, @TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("hosts.yml"), text);
    assertThat(ansible.list(List.of(file), List.of()).err()).contains("Unable to parse");
    assertThatThrownBy(() -> InventoryReader.read(List.of(file), List.of()))
        .isInstanceOf(InventoryException.class);
  }
}
