package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Linked;
import io.kubegraft.plan.Expectations.Donor;
import io.kubegraft.problem.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibcTest {
  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";
  private static final Linked KUBELET = linked("/usr/local/bin/kubelet", "2.2.5", "2.34");
  private static final Linked CONTAINERD = linked("/usr/local/bin/containerd", "2.4", "PRIVATE");

  @Test
  void aDonorOfDebian12HasDebian13BesideIt() {
    assertThat(rows(LibcTest::debian13, donor(_ -> {}, KUBELET, CONTAINERD)))
        .allMatch(row -> row.verdict().fit());
  }

  @ParameterizedTest
  @CsvSource({
    "glibc 2.34,true",
    "glibc 2.36,true",
    "glibc 2.4,false",
    "glibc 2.33.9,false",
    "glibc 3.0,true",
    "musl,false"
  })
  void isAsNewAsTheNewestVersionThatAProgramAsksFor(String libc, boolean fit) {
    FitnessRow row =
        row(
            "libc",
            facts -> {
              facts.osVersion = "11";
              facts.libc = libc;
            },
            donor(_ -> {}, CONTAINERD, KUBELET));

    assertThat(row.verdict().fit()).isEqualTo(fit);
    assertThat(row.found()).isEqualTo(libc);
    assertThat(row.wanted())
        .isEqualTo("glibc 2.34 or newer, which /usr/local/bin/kubelet of k8s-node4 asks for");
    assertThat(row.next().inWords(Operator.unknown()))
        .isEqualTo(
            fit
                ? ""
                : "kubegraft plan --donor HOST   # HOST: one whose programs k8s-node6 can load\n"
                    + "kubegraft apply --limit 'all:!k8s-node6'   # or without it");
  }

  @Test
  void packedRelocationsAskForTheGlibcThatKnowsThem() {
    Donor donor = donor(LibcTest::debian13, linked("/usr/local/bin/runc", "2.34", "ABI_DT_RELR"));

    assertThat(row("libc", facts -> facts.libc = "glibc 2.35", donor).verdict().fit()).isFalse();
    assertThat(row("libc", facts -> facts.libc = "glibc 2.36", donor).verdict().fit()).isTrue();
  }

  @Test
  void staticProgramsAskForNothing() {
    assertThat(rows(facts -> facts.libc = "musl", donor(LibcTest::debian13))).isEmpty();
    assertThat(rows(facts -> facts.libc = "", donor(LibcTest::debian13))).isEmpty();
  }

  @Test
  void thatIsUnknownIsUnfitOnAnotherReleaseOnly() {
    assertThat(
            row("libc", facts -> facts.libc = "", donor(LibcTest::debian13, KUBELET))
                .next()
                .inWords(Operator.unknown()))
        .contains("ldd --version");
    assertThat(rows(facts -> facts.libc = "", donor(_ -> {}, KUBELET))).isEmpty();
  }

  @Test
  void whatDoesNotRunOnTheDonorItselfIsNotAskedFor() {
    assertThat(
            rows(
                facts -> facts.libc = "glibc 2.31",
                donor(facts -> facts.libc = "glibc 2.31", KUBELET, CONTAINERD)))
        .singleElement()
        .satisfies(row -> {
          assertThat(row.wanted()).contains("glibc 2.4 or newer", "containerd");
          assertThat(row.verdict().fit()).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource({"true,true", "false,false"})
  void theLoaderOfTheDonorsProgramsIsThere(boolean there, boolean fit) {
    FitnessRow row =
        row("loader " + LOADER, facts -> facts.kept.put(LOADER, there), donor(_ -> {}, CONTAINERD));

    assertThat(row.verdict().fit()).isEqualTo(fit);
    assertThat(row.inWords())
        .isEqualTo(
            "loader /lib64/ld-linux-x86-64.so.2: found "
                + (there ? "" : "no ")
                + "/lib64/ld-linux-x86-64.so.2, expected /lib64/ld-linux-x86-64.so.2, which loads"
                + " /usr/local/bin/containerd of k8s-node4");
  }

  @Test
  void aLoaderThatNobodyAskedAboutYetIsLookedForBeforeAnythingIsPutThere() {
    Donor donor = donor(_ -> {}, linked("/opt/cni/bin/own", "2.17"), KUBELET);

    assertThat(donor.paths()).containsExactly(LOADER);
    assertThat(rows(_ -> {}, donor)).extracting(FitnessRow::check).containsExactly("libc");
  }

  /// Whatever the system and its programs: a host that is as the donor is in all of this is fit.
  @TestFactory
  Stream<DynamicTest> noPieceRefusesANewcomerOfTheVerySameRelease() {
    long base = Long.getLong("kubegraft.seed", 20_2611L);
    return LongStream.range(base, base + 200)
        .mapToObj(seed ->
            DynamicTest.dynamicTest(
                "seed " + seed,
                () -> {
                  Random random = new Random(seed);
                  Consumer<Sample> release = release(random);
                  Donor donor = donor(release, programs(random).toArray(Linked[]::new));
                  HostFacts facts = Sample.facts(release);

                  assertThat(Fitness.unfit(Libc.rows(facts, donor, "k8s-node6"))).isEmpty();
                  assertThat(Fitness.unfit(Kernel.modules(facts, FitnessTest.worker(donor))))
                      .isEmpty();
                  assertThat(Boot.rows(facts, donor)).allMatch(row -> row.verdict().fit());
                }));
  }

  private static void debian13(Sample facts) {
    facts.osVersion = "13";
    facts.libc = "glibc 2.41";
  }

  private static Consumer<Sample> release(Random random) {
    String version = Integer.toString(8 + random.nextInt(8));
    String libc = random.nextInt(8) == 0 ? "" : "glibc 2." + (17 + random.nextInt(25));
    boolean link = random.nextBoolean();
    Map<String, String> settings =
        random.nextBoolean() ? Map.of("kernel.panic", "10") : Map.of("vm.panic_on_oom", "0");
    Map<String, String> modules =
        random.nextBoolean()
            ? Map.of("nf_conntrack_ipv4", "", "nf_conntrack", "")
            : Map.of("nf_conntrack", "");
    String file = link ? "/etc/sysctl.conf" : "/etc/sysctl.d/99-sysctl.conf";
    return facts -> {
      facts.osVersion = version;
      facts.libc = libc;
      facts.kept.put(LOADER, true);
      facts.modules.put("nf_conntrack", true);
      facts.boot.put(file, settings);
      facts.boot.put("/etc/modules-load.d/ipvs.conf", modules);
      if (!link) {
        facts.links.clear();
      }
    };
  }

  private static List<Linked> programs(Random random) {
    List<Linked> programs = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      programs.add(
          linked("/opt/cni/bin/" + i, "2.2.5", "PRIVATE", "2." + (2 + random.nextInt(45))));
    }
    return programs;
  }

  private static Linked linked(String program, String... glibc) {
    return new Linked("k8s-node4", program, LOADER, List.of(glibc));
  }

  private static Donor donor(Consumer<Sample> unlike, Linked... programs) {
    HostFacts facts = Sample.facts(unlike);
    return Donor.of("k8s-node4", facts)
        .bringing(Libc.running(List.of(programs), facts.release().libc()));
  }

  private static List<FitnessRow> rows(Consumer<Sample> spoil, Donor donor) {
    return Libc.rows(Sample.facts(spoil), donor, "k8s-node6");
  }

  private static FitnessRow row(String check, Consumer<Sample> spoil, Donor donor) {
    return rows(spoil, donor).stream()
        .filter(row -> row.check().equals(check))
        .findFirst()
        .orElseThrow();
  }
}
