package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads inventories as Ansible reads them. Of an ansible.cfg and of Ansible's environment
/// variables counts what [AnsibleConfig] names.
///
/// * A source is a file, a directory, or a list of hosts with commas in it. Several add up, later
///   ones override.
/// * Files are INI, YAML or JSON. Programs, plugin configurations and TOML are refused, with the
///   command that turns them into YAML.
/// * Of a directory all files are read, sorted, except hidden ones, `group_vars`, `host_vars`,
///   `vars_plugins` and names that end in `.pyc .pyo .swp .bak ~ .rpm .md .txt .rst .orig .ini .cfg
///   .retry` (`.ini`, too: name such a file itself). Not read either, where Ansible would, is what
///   Kubespray and Terraform leave there: `credentials`, `artifacts`, `patches`, keys, passwords.
/// * Precedence, weakest first: variables of `all` in the sources; of other groups in the sources,
///   by depth, `ansible_group_priority` and name; `group_vars/all`; other `group_vars`; the host's
///   in the sources; `host_vars`; extra variables. A dictionary replaces another whole.
///   `group_vars` and `host_vars` are looked for beside each source.
/// * Stricter than Ansible: a key given twice, a range that runs backwards, a variable where hosts
///   are listed, a broken file among several are errors; so is, for the hosts that it speaks of, a
///   vars file that is broken or encrypted as a whole.
public final class InventoryReader {
  /// Groups that Kubespray makes while it runs. Their group_vars count although no source may name
  /// them.
  static final List<String> KUBESPRAY_GROUPS =
      List.of("kube_control_plane", "kube_node", "calico_rr", "no_floating", "k8s_cluster");

  private InventoryReader() {}

  /// As the other one, where there is no Ansible to ask.
  public static Inventory read(List<Path> sources, List<String> extraVars) {
    return read(sources, extraVars, OwnAnsible.none());
  }

  /// @param sources as `-i` names them, at least one
  /// @param extraVars as `-e` gives them: `name=value` words, a dictionary in braces, `@file`
  /// @param ansible is asked where nobody else can tell, and that is noted
  /// @throws InventoryException when something can't be read or doesn't make sense
  public static Inventory read(List<Path> sources, List<String> extraVars, OwnAnsible ansible) {
    if (sources.isEmpty()) {
      throw InventoryException.of("No inventory is given", "Name one: -i inventory.ini");
    }
    if (!ansible.isThere()) {
      return readHere(sources, extraVars, ansible.config());
    }
    return new ReadByAnsible(ansible, sources, ExtraVars.read(extraVars))
        .completed(() -> readHere(sources, extraVars, ansible.config()));
  }

  private static Inventory readHere(
      List<Path> sources, List<String> extraVars, AnsibleConfig config) {
    List<String> warnings = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    TopologyBuilder builder = new TopologyBuilder();
    SourceReader reader = new SourceReader(builder, config, warnings::add, notes::add);
    for (Path source : sources) {
      reader.read(source);
    }
    Topology topology = builder.build();
    for (String both : builder.namesOfBoth()) {
      // Kubespray has host bastion in group bastion; where nobody else is in it, nothing is odd.
      if (!topology.hostsOf(both).equals(List.of(both))) {
        warnings.add(
            both + " names a group and a host; variables said of the host go to the group");
      }
    }
    Set<String> groups = new LinkedHashSet<>(topology.groups().keySet());
    groups.addAll(KUBESPRAY_GROUPS);
    List<Inventory.Beside> beside = beside(sources, groups, topology.hosts().keySet());
    return new Inventory(
        sources, topology, beside, ExtraVars.read(extraVars), warnings, notes, Map.of(), config);
  }

  static List<Inventory.Beside> beside(List<Path> sources, Set<String> groups, Set<String> hosts) {
    List<Inventory.Beside> beside = new ArrayList<>();
    for (Path source : sources) {
      VarsFiles.beside(source)
          .ifPresent(files -> {
            Map<String, Inventory.Vars> ofGroups = new LinkedHashMap<>();
            groups.forEach(
                group -> ofGroups.put(group, Inventory.Vars.read(() -> files.ofGroup(group))));
            Map<String, Inventory.Vars> ofHosts = new LinkedHashMap<>();
            hosts.forEach(host -> ofHosts.put(host, Inventory.Vars.read(() -> files.ofHost(host))));
            beside.add(new Inventory.Beside(ofGroups, ofHosts));
          });
    }
    return beside;
  }
}
