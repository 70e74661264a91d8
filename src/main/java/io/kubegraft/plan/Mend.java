package io.kubegraft.plan;

import java.util.List;

/// One thing about a host that can be put right without a reboot. Idempotent by nature.
public sealed interface Mend {
  /// What will be done, as a person would say it, such as `stop and disable firewalld`.
  String inWords();

  record StopFirewall(String unit) implements Mend {
    @Override
    public String inWords() {
      return "stop and disable " + unit;
    }
  }

  /// `swapoff -a`, swap lines in /etc/fstab commented out (a copy kept), swap.target masked.
  record SwapOff(List<String> devices, List<String> fstabLines) implements Mend {
    public SwapOff {
      devices = List.copyOf(devices);
      fstabLines = List.copyOf(fstabLines);
    }

    @Override
    public String inWords() {
      return "turn swap off"
          + (devices.isEmpty() ? "" : " (" + String.join(", ", devices) + ")")
          + (fstabLines.isEmpty() ? "" : " and out of /etc/fstab");
    }
  }

  /// Set now and kept in /etc/sysctl.d/90-kubegraft.conf.
  record Sysctl(String key, String found, String wanted) implements Mend {
    @Override
    public String inWords() {
      return "set " + key + "=" + wanted + " (from " + found + ")";
    }
  }

  /// Loaded now and kept in /etc/modules-load.d/90-kubegraft.conf.
  record LoadModule(String module) implements Mend {
    @Override
    public String inWords() {
      return "load kernel module " + module;
    }
  }
}
