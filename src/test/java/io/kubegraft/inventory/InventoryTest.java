package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where values come from, and what references in them stand for.
final class InventoryTest {
  private static final Path PRECEDENCE =
      Path.of("src/test/resources/inventory/oracle/vars/hosts.ini");

  @TempDir private Path directory = Path.of("");

  private Inventory ini(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("hosts.ini"), text);
    return InventoryReader.read(List.of(file), List.of());
  }

  @Test
  void theOriginIsTheDefinitionThatWins() {
    Inventory inventory = InventoryReader.read(List.of(PRECEDENCE), List.of());
    assertThat(inventory.origin("h1", "src"))
        .hasValue(new Origin(PRECEDENCE.resolveSibling("host_vars/h1/a.yml"), 1));
    assertThat(inventory.origin("h2", "src"))
        .hasValue(new Origin(PRECEDENCE.resolveSibling("group_vars/db.yaml"), 1));
    assertThat(inventory.origin("h1", "later"))
        .hasValue(new Origin(PRECEDENCE.resolveSibling("group_vars/all/deep/x.yml"), 2));
    assertThat(inventory.origin("h1", "allinv")).hasValue(new Origin(PRECEDENCE, 13));
    assertThat(inventory.origin("h1", "only_inline").map(Origin::toString))
        .hasValue(PRECEDENCE + ":1");
    assertThat(inventory.origin("h1", "nothing")).isEmpty();
  }

  @Test
  void aReferenceKeepsTheKindOfWhatItNames() throws IOException {
    Inventory inventory =
        ini(
            """
            [etcd]
            h1.lan n=5 l=[1,2] ref="{{ n }}" reflist="{{ l }}" text="a{{ n }}b{{ t }}" t=True nil=None
            h2 d="{'k': ['x', '{{ t }}']}" t=two
            [etcd:vars]
            other={{ hostvars['h1.lan'].n }}
            computed={{ hostvars[groups['etcd'][0]]['l'][1] }}
            deep={{ d.k[1] }}
            me={{ inventory_hostname }}/{{ inventory_hostname_short }}/{{ group_names[0] }}
            empty=[{{ nil }}]
            far={{ hostvars['h2']['me'] }}
            """);
    assertThat(inventory.value("h1.lan", "ref")).hasValue(5);
    assertThat(inventory.value("h1.lan", "reflist")).hasValue(List.of(1, 2));
    assertThat(inventory.value("h1.lan", "text")).hasValue("a5bTrue");
    assertThat(inventory.value("h1.lan", "me")).hasValue("h1.lan/h1/etcd");
    assertThat(inventory.value("h1.lan", "empty")).hasValue("[]");
    assertThat(inventory.value("h1.lan", "nil")).isEmpty();
    assertThat(inventory.value("h1.lan", "far")).hasValue("h2/h2/etcd");
    assertThat(inventory.value("h2", "other")).hasValue(5);
    assertThat(inventory.value("h2", "computed")).hasValue(2);
    assertThat(inventory.value("h2", "deep")).hasValue("two");
    assertThat(inventory.value("h2", "d")).hasValue(Map.of("k", List.of("x", "two")));
    assertThat(inventory.vars("h1.lan"))
        .containsEntry("ref", "{{ n }}")
        .containsEntry("nil", Null.NULL);
  }

  @Test
  void anUnsafeTextIsNoJinja() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("h.yml"), "all: {hosts: {h: {a: !unsafe '{{ x | y }}'}}}\n");
    assertThat(InventoryReader.read(List.of(file), List.of()).string("h", "a"))
        .hasValue("{{ x | y }}");
  }

  @Test
  void brokenJinjaIsNoMatterUntilAskedFor() throws IOException {
    Inventory inventory =
        ini("h a=\"{{ x | y }}\" b=\"{{ hostvars['no'].x }}\" c=\"{{ l[7] }}\" l=[1]\n");
    assertThat(inventory.vars("h")).hasSize(4);
    for (String name : List.of("a", "b", "c")) {
      assertThatThrownBy(() -> inventory.value("h", name))
          .isInstanceOf(InventoryException.class)
          .hasMessageStartingWith(directory.resolve("hosts.ini") + ":1: " + name + " of h ");
    }
  }

  @Test
  void valuesAreReadAsAnsibleWouldTakeThem() throws IOException {
    Inventory inventory =
        ini("h yes=yes no='off' one=1 text=maybe port='22' n=5 d=\"{1: 'a'}\" l=[1]\n");
    assertThat(inventory.bool("h", "yes")).hasValue(true);
    assertThat(inventory.bool("h", "no")).hasValue(false);
    assertThat(inventory.bool("h", "one")).hasValue(true);
    assertThat(inventory.bool("h", "unset")).isEmpty();
    assertThat(inventory.integer("h", "port")).hasValue(22);
    assertThat(inventory.string("h", "n")).hasValue("5");
    assertThat(inventory.map("h", "d")).hasValue(Map.of("1", "a"));
    assertThat(inventory.list("h", "l")).hasValue(List.of(1));
    assertThatThrownBy(() -> inventory.bool("h", "text"))
        .hasMessageContaining("true or false, not maybe");
    assertThatThrownBy(() -> inventory.integer("h", "text")).hasMessageContaining("a whole number");
    assertThatThrownBy(() -> inventory.string("h", "l")).hasMessageContaining("a text, not a list");
    assertThatThrownBy(() -> inventory.map("h", "l"))
        .hasMessageContaining("a dictionary, not a list");
    assertThatThrownBy(() -> inventory.list("h", "n")).hasMessageContaining("a list, not 5");
  }

  @Test
  void whatAnsibleSkipsWithAWarningIsWarnedOf() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("h.yml"), "all:\n  host: {n1: }\n  hosts: {n2: }\nx: text\n");
    assertThat(InventoryReader.read(List.of(file), List.of()).warnings())
        .containsExactly(
            file
                + ":2: group all has host, which is none of vars, children, hosts. Skipped, as"
                + " Ansible does.",
            file
                + ":4: x is no group: expected a dictionary, found a text. Skipped, as"
                + " Ansible does.");
  }

  @Test
  void aGroupAndAHostOfOneNameAreWarnedOfWhereVariablesReachOthers() throws IOException {
    assertThat(ini("[a]\na\nb\n").warnings())
        .containsExactly("a names a group and a host; variables said of the host go to the group");
    assertThat(ini("[bastion]\nbastion ansible_user=jump\n").warnings()).isEmpty();
  }

  @Test
  void partsOfALimitThatNameNothingAreTold() throws IOException {
    assertThat(ini("[g]\nh1\nh2\n").unmatched("g:!h3,h1,x*")).containsExactly("g:!h3", "x*");
    assertThat(ini("[g]\nh1\nh2\n").unmatched("g:!h3:&h1")).containsExactly("!h3");
  }

  @Test
  void theOrderOfLinesDoesNotChangeWhoHasWhichVariables() throws IOException {
    Inventory one = ini("[a]\nh1 x=1\n[b]\nh2\n[c:children]\na\nb\n[c:vars]\ny=2\n");
    Inventory other = ini("[c:vars]\ny=2\n[c:children]\nb\na\n[b]\nh2\n[a]\nh1 x=1\n");
    for (String host : List.of("h1", "h2")) {
      assertThat(one.vars(host)).isEqualTo(other.vars(host));
      assertThat(one.groupsOf(host)).isEqualTo(other.groupsOf(host));
    }
  }
}
