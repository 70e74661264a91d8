package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Linked;
import io.kubegraft.plan.Expectations.Donor;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Whether a host can load the donor's programs: by the same loader, with a libc that is as new as
/// they ask for. Most of what Kubespray brings is static and asks for nothing; containerd and the
/// kubelet as they are released are not.
final class Libc {
  private static final String GLIBC = "glibc ";

  private Libc() {}

  static List<FitnessRow> rows(HostFacts facts, Donor donor, String host) {
    List<FitnessRow> rows = new ArrayList<>();
    loaders(donor)
        .forEach((loader, program) -> {
          // Asked for when it is known, at the latest before anything is put on the host.
          Optional.ofNullable(facts.kept().files().get(loader))
              .ifPresent(there ->
                  rows.add(
                      FitnessRow.of(
                          "loader " + loader,
                          there,
                          (there ? "" : "no ") + loader,
                          loader + ", which loads " + inWords(program),
                          Code.HOST_LIBC,
                          otherwise(host))));
        });
    newest(donor.programs()).ifPresent(wanted -> rows.addAll(libc(facts, donor, wanted, host)));
    return rows;
  }

  /// One of the programs that it loads, by loader.
  static SortedMap<String, Linked> loaders(Donor donor) {
    SortedMap<String, Linked> loaders = new TreeMap<>();
    donor.programs().forEach(program -> loaders.putIfAbsent(program.loader(), program));
    return loaders;
  }

  private static List<FitnessRow> libc(
      HostFacts facts, Donor donor, Map.Entry<String, Linked> newest, String host) {
    String wanted =
        GLIBC + newest.getKey() + " or newer, which " + inWords(newest.getValue()) + " asks for";
    String found = facts.release().libc();
    boolean same = OsRelease.same(facts.osName(), donor.osName());
    if (found.isEmpty()) {
      return same
          ? List.of()
          : List.of(
              FitnessRow.unknown(
                  "libc", wanted, Next.on(host, "getconf GNU_LIBC_VERSION; ldd --version")));
    }
    boolean fit =
        found.startsWith(GLIBC)
            && Kernel.compare(version(found.substring(GLIBC.length())), version(newest.getKey()))
                >= 0;
    return List.of(FitnessRow.of("libc", fit, found, wanted, Code.HOST_LIBC, otherwise(host)));
  }

  /// What programs ask for that run where they are. One that asks for a newer glibc than its own
  /// host has doesn't run there either, and nobody misses it.
  static List<Linked> running(List<Linked> programs, String libc) {
    if (!libc.startsWith(GLIBC)) {
      return programs;
    }
    List<Integer> limit = version(libc.substring(GLIBC.length()));
    return programs.stream()
        .filter(program ->
            program.glibc().stream()
                .allMatch(symbols -> Kernel.compare(version(number(symbols)), limit) <= 0))
        .toList();
  }

  /// The newest version of glibc that programs ask for, and who does.
  private static Optional<Map.Entry<String, Linked>> newest(List<Linked> programs) {
    return programs.stream()
        .flatMap(program ->
            program.glibc().stream().map(Libc::number).map(number -> Map.entry(number, program)))
        .filter(it -> !version(it.getKey()).isEmpty())
        .max(Comparator.comparing(it -> version(it.getKey()), Kernel::compare));
  }

  /// Packed relocations are asked for by a name; glibc knows them from 2.36 on.
  private static String number(String symbols) {
    return symbols.equals("ABI_DT_RELR") ? "2.36" : symbols;
  }

  private static List<Integer> version(String text) {
    return Kernel.numbers(text);
  }

  private static String inWords(Linked program) {
    return program.program() + " of " + program.host();
  }

  private static Next otherwise(String host) {
    return Next.kubegraft("plan --donor HOST")
        .as("HOST: one whose programs " + host + " can load")
        .then(Next.without(host).as("or without it"));
  }
}
