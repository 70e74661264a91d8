package io.kubegraft.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// One thing about a host that can be put right without a reboot. Idempotent by nature.
public sealed interface Mend {
  /// What will be done, as a person would say it, such as `stop and disable firewalld`.
  String inWords();

  /// The file that it writes to.
  default Optional<String> written() {
    return switch (this) {
      case Sysctl(_, _, _, String file) -> Optional.of(file);
      case LoadModule(_, String file) -> Optional.of(file);
      case KeepSettings(String file, _, _, _) -> Optional.of(file);
      case KeepModules(String file, _, _, _) -> Optional.of(file);
      case SelinuxPermissive _ -> Optional.of("/etc/selinux/config");
      case SwapOff(_, List<String> lines) ->
          lines.isEmpty() ? Optional.empty() : Optional.of("/etc/fstab");
      case InstallTools _, StopFirewall _ -> Optional.empty();
    };
  }

  /// Commands that are missing, brought by the host's own package manager.
  ///
  /// @param manager its command, such as `apt-get`
  /// @param packages that have the commands, by that manager's names
  /// @param byHand the command that does it
  record InstallTools(List<String> tools, String manager, List<String> packages, String byHand)
      implements Mend {
    public InstallTools {
      tools = List.copyOf(tools);
      packages = List.copyOf(packages);
    }

    @Override
    public String inWords() {
      return "install " + String.join(", ", tools) + " (" + byHand + ")";
    }
  }

  record StopFirewall(String unit) implements Mend {
    @Override
    public String inWords() {
      return "stop and disable " + unit;
    }
  }

  /// `swapoff -a`, swap lines in /etc/fstab commented out (a copy kept), swap.target masked. With
  /// nothing to switch off it only masks.
  record SwapOff(List<String> devices, List<String> fstabLines) implements Mend {
    public SwapOff {
      devices = List.copyOf(devices);
      fstabLines = List.copyOf(fstabLines);
    }

    @Override
    public String inWords() {
      if (devices.isEmpty() && fstabLines.isEmpty()) {
        return "mask swap.target";
      }
      return "turn swap off"
          + (devices.isEmpty() ? "" : " (" + String.join(", ", devices) + ")")
          + (fstabLines.isEmpty() ? "" : " and out of /etc/fstab");
    }
  }

  /// `setenforce 0`, and permissive in /etc/selinux/config, as Kubespray makes its nodes.
  record SelinuxPermissive() implements Mend {
    @Override
    public String inWords() {
      return "make SELinux permissive, now (setenforce 0) and in /etc/selinux/config";
    }
  }

  /// Set now, and kept in a file for the next boot.
  record Sysctl(String key, String found, String wanted, String file) implements Mend {
    /// For hosts that are modelled on nobody's files.
    static final String OWN_FILE = "/etc/sysctl.d/90-kubegraft.conf";

    public Sysctl(String key, String found, String wanted) {
      this(key, found, wanted, OWN_FILE);
    }

    @Override
    public String inWords() {
      return "set "
          + key
          + "="
          + wanted
          + (found.isEmpty() ? " (was empty)" : " (from " + found + ")");
    }
  }

  /// Loaded now, and kept in a file for the next boot.
  record LoadModule(String module, String file) implements Mend {
    static final String OWN_FILE = "/etc/modules-load.d/90-kubegraft.conf";

    public LoadModule(String module) {
      this(module, OWN_FILE);
    }

    @Override
    public String inWords() {
      return "load kernel module " + module;
    }
  }

  /// Written down for the next boot, in the file in which the donor has them, or in the one that
  /// this host's boot reads instead; nothing changes now.
  ///
  /// @param origin what the donor's file is called
  record KeepSettings(String file, SortedMap<String, String> settings, String donor, String origin)
      implements Mend {
    public KeepSettings(String file, Map<String, String> settings, String donor, String origin) {
      this(file, new TreeMap<>(settings), donor, origin);
    }

    public KeepSettings(String file, Map<String, String> settings, String donor) {
      this(file, settings, donor, file);
    }

    @Override
    public String inWords() {
      return persist(settings.size(), "kernel setting", file, donor, origin);
    }
  }

  /// The same for modules.
  record KeepModules(String file, List<String> modules, String donor, String origin)
      implements Mend {
    public KeepModules {
      modules = List.copyOf(modules);
    }

    public KeepModules(String file, List<String> modules, String donor) {
      this(file, modules, donor, file);
    }

    @Override
    public String inWords() {
      return persist(modules.size(), "kernel module", file, donor, origin);
    }
  }

  private static String persist(int count, String what, String file, String donor, String origin) {
    String them = count == 1 ? "it" : "them";
    return "persist "
        + count
        + " "
        + what
        + (count == 1 ? "" : "s")
        + (file.equals(origin)
            ? " as " + donor + " has " + them + " in " + file
            : " in "
                + file
                + ", which is read at boot here ("
                + donor
                + " has "
                + them
                + " in "
                + origin
                + ")");
  }
}
