package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostFacts.Kept;
import io.kubegraft.plan.Expectations.Donor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What must still be so after the next boot: what the donor's files bring of what is Kubespray's,
/// in files of the same names, whether or not it is so at this moment. A later Kubespray run then
/// finds nothing to change.
final class Boot {
  private static final String SYSCTL_CONF = "/etc/sysctl.conf";

  /// Files that systemd reads by a link only, which some releases no longer have (Debian 13), and
  /// where their lines are read all the same: by the name that the link had, which is Kubespray's
  /// own `sysctl_file_path`, too.
  private static final Map<String, String> BY_LINK =
      Map.of(
          SYSCTL_CONF,
          "/etc/sysctl.d/99-sysctl.conf",
          "/etc/modules",
          "/etc/modules-load.d/modules.conf");

  private Boot() {}

  /// Of all that files bring, the settings that Kubespray makes and the modules that are loaded,
  /// each in the one file that has the last word. What else an administrator has put there is the
  /// host's own. What stands in a file that the donor's boot doesn't read is meant to be so, too.
  static Map<String, Map<String, String>> ofKubespray(Kept kept, Set<String> loaded) {
    Map<String, String> lastFile = new HashMap<>();
    Map<String, String> values = new HashMap<>();
    kept.boot().entrySet().stream()
        .sorted(Comparator.comparing(entry -> place(entry.getKey(), kept)))
        .forEach(entry ->
            entry
                .getValue()
                .forEach((name, value) -> {
                  boolean module = isModules(entry.getKey());
                  String key = module ? Kernel.heir(name) : name;
                  if (module ? loaded.contains(key) : Kernel.ofKubespray().containsKey(key)) {
                    lastFile.put(key, entry.getKey());
                    values.put(key, value);
                  }
                }));
    Map<String, Map<String, String>> own = new TreeMap<>();
    lastFile.forEach((key, file) ->
        own.computeIfAbsent(file, _ -> new TreeMap<>()).put(key, values.getOrDefault(key, "")));
    return own;
  }

  /// Files are read in the order of their names, /etc/sysctl.conf as what leads to it is called.
  private static String place(String file, Kept kept) {
    return file.equals(SYSCTL_CONF)
        ? kept.links().entrySet().stream()
            .filter(link -> link.getValue().equals(file))
            .map(link -> name(link.getKey()))
            .max(Comparator.naturalOrder())
            .orElse("")
        : name(file);
  }

  private static String name(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /// Where a host keeps what the donor has in a file: where a link of that name leads to, and never
  /// in a file that its own boot doesn't read.
  private static String onHost(String file, Kept here) {
    String target = here.links().getOrDefault(file, file);
    String at = target.startsWith("/etc/") ? target : file;
    return here.links().containsValue(at) ? at : BY_LINK.getOrDefault(at, at);
  }

  private static boolean isModules(String file) {
    return file.startsWith("/etc/modules");
  }

  /// The value that a setting has after the donor's next boot.
  static Optional<String> value(Donor donor, String key) {
    return donor.boot().values().stream()
        .flatMap(it -> Optional.ofNullable(it.get(key)).stream())
        .findFirst();
  }

  /// In which file this host keeps a setting or a module that the donor keeps in one.
  static Optional<String> file(HostFacts facts, Optional<Donor> donor, String key) {
    return donor.stream()
        .flatMap(it -> it.boot().entrySet().stream())
        .filter(entry -> entry.getValue().containsKey(key))
        .map(entry -> onHost(entry.getKey(), facts.kept()))
        .findFirst();
  }

  static List<FitnessRow> rows(HostFacts facts, Donor donor) {
    SortedMap<String, SortedMap<String, String>> wanted = new TreeMap<>();
    Map<String, String> origins = new HashMap<>();
    new TreeMap<>(donor.boot())
        .forEach((file, entries) -> {
          String place = onHost(file, facts.kept());
          entries.forEach((key, value) -> {
            if (isModules(file) || Kernel.has(facts, key)) {
              wanted.computeIfAbsent(place, _ -> new TreeMap<>()).put(key, value);
              origins.put(place, file);
            }
          });
        });
    List<FitnessRow> rows = new ArrayList<>();
    wanted.forEach((file, entries) ->
        rows.add(row(facts, donor, file, entries, origins.getOrDefault(file, file))));
    return rows;
  }

  private static FitnessRow row(
      HostFacts facts, Donor donor, String file, Map<String, String> wanted, String origin) {
    Map<String, String> here = facts.kept().boot().getOrDefault(file, Map.of());
    Map<String, String> missing = new TreeMap<>(wanted);
    missing.entrySet().removeIf(entry -> entry.getValue().equals(here.get(entry.getKey())));
    String check = "at boot, " + file;
    String what = isModules(file) ? " modules" : " settings";
    String found = wanted.size() - missing.size() + " of " + wanted.size() + what;
    String all = wanted.size() + what + ", as on " + donor.name();
    if (missing.isEmpty()) {
      return FitnessRow.fit(check, found, all);
    }
    return FitnessRow.mendable(
        check,
        found,
        all,
        isModules(file)
            ? new Mend.KeepModules(file, List.copyOf(missing.keySet()), donor.name(), origin)
            : new Mend.KeepSettings(file, missing, donor.name(), origin));
  }
}
