package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.plan.Expectations.Donor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What must still be so after the next boot: what the donor's files bring of what is Kubespray's,
/// in files of the same names, whether or not it is so at this moment. A later Kubespray run then
/// finds nothing to change.
final class Boot {
  private static final String SYSCTL_CONF = "/etc/sysctl.conf";

  private Boot() {}

  /// Of all that files bring, the settings that Kubespray makes and the modules that are loaded,
  /// each in the one file that has the last word. What else an administrator has put there is the
  /// host's own.
  static Map<String, Map<String, String>> ofKubespray(
      Map<String, Map<String, String>> boot, Set<String> loaded) {
    Map<String, String> lastFile = new HashMap<>();
    Map<String, String> values = new HashMap<>();
    boot.entrySet().stream()
        .sorted(Comparator.comparing(entry -> place(entry.getKey())))
        .forEach(entry ->
            entry
                .getValue()
                .forEach((key, value) -> {
                  if (isModules(entry.getKey())
                      ? loaded.contains(key)
                      : Kernel.ofKubespray().containsKey(key)) {
                    lastFile.put(key, entry.getKey());
                    values.put(key, value);
                  }
                }));
    Map<String, Map<String, String>> own = new TreeMap<>();
    lastFile.forEach((key, file) ->
        own.computeIfAbsent(file, _ -> new TreeMap<>()).put(key, values.getOrDefault(key, "")));
    return own;
  }

  /// Files are read in the order of their names; /etc/sysctl.conf is read by the link
  /// 99-sysctl.conf.
  private static String place(String file) {
    return file.equals(SYSCTL_CONF) ? "99-sysctl.con" : file.substring(file.lastIndexOf('/') + 1);
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

  /// In which file the donor keeps a setting or a module.
  static Optional<String> file(Optional<Donor> donor, String key) {
    return donor.stream()
        .flatMap(it -> it.boot().entrySet().stream())
        .filter(entry -> entry.getValue().containsKey(key))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  static List<FitnessRow> rows(HostFacts facts, Donor donor) {
    List<FitnessRow> rows = new ArrayList<>();
    new TreeMap<>(donor.boot())
        .forEach((file, entries) -> {
          Map<String, String> wanted = new TreeMap<>(entries);
          if (!isModules(file)) {
            wanted.keySet().removeIf(key -> !Kernel.has(facts, key));
          }
          if (!wanted.isEmpty()) {
            rows.add(row(facts, donor, file, wanted));
          }
        });
    return rows;
  }

  private static FitnessRow row(
      HostFacts facts, Donor donor, String file, Map<String, String> wanted) {
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
            ? new Mend.KeepModules(file, List.copyOf(missing.keySet()), donor.name())
            : new Mend.KeepSettings(file, missing, donor.name()));
  }
}
