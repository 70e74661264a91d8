package io.kubegraft;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The house as docs/architecture.md draws it: who may know whom, and who may do what.
class HouseTest {
  private static final String HOUSE = "io.kubegraft.";
  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kubegraft");

  /// Each package and those that it may use.
  static final Map<String, Set<String>> ARROWS =
      Map.of(
          "problem", Set.of(),
          "inventory", Set.of("problem"),
          "cluster", Set.of(),
          "remote", Set.of("problem"),
          "plan", Set.of("problem", "inventory", "cluster"),
          "observe", Set.of("problem", "remote", "cluster"),
          "graft", Set.of("problem", "remote", "observe", "cluster", "plan"),
          "run", Set.of("problem", "graft", "plan", "cluster", "inventory", "observe", "remote"),
          "view", Set.of("problem", "run", "plan", "cluster"),
          "cli",
              Set.of(
                  "problem",
                  "inventory",
                  "cluster",
                  "plan",
                  "remote",
                  "observe",
                  "graft",
                  "run",
                  "view"));

  static final List<String> PACKAGES = ARROWS.keySet().stream().sorted().toList();

  @Test
  void everyClassLivesInAPackageOfTheHouse() {
    List<String> found =
        PROGRAM.stream().map(JavaClass::getPackageName).distinct().sorted().toList();
    assertThat(found).containsExactlyElementsOf(PACKAGES.stream().map(HOUSE::concat).toList());
  }

  @ParameterizedTest
  @FieldSource("PACKAGES")
  void aPackageUsesNoneOfOursButThoseItMay(String name) {
    String[] mayUse =
        Stream.concat(Stream.of(name), ARROWS.getOrDefault(name, Set.of()).stream())
            .map(used -> HOUSE + used)
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(HOUSE + name)
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage("io.kubegraft..").or(resideInAnyPackage(mayUse)))
        .check(PROGRAM);
  }

  @Test
  void packagesGoInNoCircle() {
    slices().matching("io.kubegraft.(*)..").should().beFreeOfCycles().check(PROGRAM);
  }

  @Test
  void aViewKnowsOfARunOnlyItsEvents() {
    noClasses()
        .that()
        .resideInAPackage(HOUSE + "view")
        .should()
        .dependOnClassesThat(
            describe(
                "of run but Event and what is in it",
                (JavaClass used) ->
                    used.getPackageName().equals(HOUSE + "run")
                        && !used.getName().startsWith(HOUSE + "run.Event")))
        .check(PROGRAM);
  }

  @Test
  void planningDoesNoInputOrOutputAndKnowsNoClockNorChance() {
    noClasses()
        .that()
        .resideInAPackage(HOUSE + "plan")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.io..",
                    "java.nio..",
                    "java.net..",
                    "java.time..",
                    "java.security..",
                    "java.util.concurrent..",
                    "java.util.random..",
                    "javax..",
                    "io.fabric8..",
                    "org.apache.sshd..")
                .or(
                    oneOf(
                        Thread.class,
                        Process.class,
                        ProcessBuilder.class,
                        ProcessHandle.class,
                        Runtime.class,
                        System.class,
                        java.util.Date.class,
                        java.util.Random.class,
                        java.util.Timer.class,
                        java.util.UUID.class))
                .and(
                    DescribedPredicate.not(
                        oneOf(
                            // Charsets are names, and an address that is written out needs no net.
                            java.nio.charset.Charset.class,
                            java.nio.charset.StandardCharsets.class,
                            java.net.InetAddress.class))))
        .check(PROGRAM);
  }

  @Test
  void planningAsksNoNameServer() {
    Set<String> harmless = Set.of("ofLiteral", "getAddress", "getHostAddress", "equals");
    noClasses()
        .that()
        .resideInAnyPackage(HOUSE + "plan", HOUSE + "inventory", HOUSE + "cluster")
        .should()
        .accessTargetWhere(
            describe(
                "anything of InetAddress but " + harmless,
                (JavaAccess<?> access) ->
                    access.getTargetOwner().isEquivalentTo(java.net.InetAddress.class)
                        && !harmless.contains(access.getName())))
        .check(PROGRAM);
  }

  @Test
  void whatIsNeededIsGivenNotInjected() {
    NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(PROGRAM);
  }

  @Test
  void nobodyEndsTheProgramButItsDoor() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(HOUSE + "cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(PROGRAM);
  }

  @Test
  void onlyCommandsAndViewsPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackages(HOUSE + "cli", HOUSE + "view")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(PROGRAM);
  }

  private static DescribedPredicate<JavaClass> oneOf(Class<?>... types) {
    return describe(
        Stream.of(types).map(Class::getSimpleName).collect(Collectors.joining(", ")),
        found -> Stream.of(types).anyMatch(found::isEquivalentTo));
  }
}
