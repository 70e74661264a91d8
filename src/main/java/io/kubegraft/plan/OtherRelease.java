package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.inventory.HostSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What is said of a newcomer whose system is of another release than its donor's, and keeps nobody
/// from joining.
final class OtherRelease {
  private OtherRelease() {}

  static String why(HostFacts facts, HostFacts donor) {
    return OsRelease.same(facts.osName(), donor.osName())
        ? " and OS: what makes it a node makes this one a node"
        : "; "
            + OsRelease.inWords(donor.osName())
            + " where this is "
            + OsRelease.inWords(facts.osName())
            + ": judged piece by piece";
  }

  static List<Plan.Note> notes(
      HostSpec host, HostFacts facts, HostSpec donor, HostFacts ofDonor, NodeModel model) {
    List<Plan.Note> notes = new ArrayList<>();
    iptables(host, facts, donor, ofDonor, notes);
    if (!model.packages().isEmpty() && !OsRelease.same(facts.osName(), ofDonor.osName())) {
      List<String> packages = new ArrayList<>();
      new TreeMap<>(model.packages())
          .forEach((name, version) -> packages.add(name + " " + version));
      notes.add(
          new Plan.Note(
              host.name()
                  + ": "
                  + donor.name()
                  + " has "
                  + String.join(", ", packages)
                  + " from its package manager; whether "
                  + OsRelease.inWords(facts.osName())
                  + " can have the very same version shows when it is installed, before any node"
                  + " file is there"));
    }
    return notes;
  }

  /// kube-proxy and Calico write as the host's kubelet does (iptables-wrapper, Felix' `Auto`), so
  /// two hosts need not be alike. Rules in both ways on one host are trouble: all of them count.
  private static void iptables(
      HostSpec host, HostFacts facts, HostSpec donor, HostFacts ofDonor, List<Plan.Note> notes) {
    HostFacts.Release mine = facts.release();
    String its = ofDonor.release().iptables();
    if (!mine.iptables().isEmpty() && !its.isEmpty() && !mine.iptables().equals(its)) {
      notes.add(
          new Plan.Note(
              host.name()
                  + ": its iptables writes "
                  + mine.iptables()
                  + ", that of "
                  + donor.name()
                  + " "
                  + its
                  + ": kube-proxy and Calico follow the host they run on, unless one is told which"
                  + " to write (Calico: FELIX_IPTABLESBACKEND)"));
    }
    if (mine.iptables().equals("nf_tables")
        && !mine.legacyTables().isEmpty()
        && ofDonor.release().legacyTables().isEmpty()) {
      notes.add(
          new Plan.Note(
              host.name()
                  + ": its iptables writes nf_tables, and legacy tables are loaded as well ("
                  + String.join(", ", mine.legacyTables().stream().sorted().toList())
                  + "): rules in both count; see them: iptables-legacy-save   # on "
                  + host.name()));
    }
  }
}
