package io.kubegraft.plan;

import static io.kubegraft.plan.Sample.CA;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.cluster.Reach;
import io.kubegraft.plan.Expectations.Cluster;
import io.kubegraft.plan.Expectations.Donor;
import io.kubegraft.plan.Expectations.Neighbour;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Operator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FitnessTest {
  private static final String OTHER_CA = "aaaa" + CA.substring(4);
  private static final Neighbour NODE4 =
      new Neighbour(
          "k8s-node4",
          Set.of("k8s-node4", "10.200.70.14"),
          "44444444c4c5404aaa1f6d2a48adfda4",
          "44444444-0042-3510-8053-B4C04F4E4D32");
  private static final Neighbour ITSELF =
      new Neighbour(
          "k8s-node6",
          Set.of("k8s-node6", "10.200.70.16"),
          "66666666c4c5404aaa1f6d2a48adfda4",
          "66666666-0042-3510-8053-b4c04f4e4d32");

  /// Everything is as on the sample host, on both sides.
  private static final Expectations WORKER = worker(_ -> {});

  @Test
  void aHostThatIsFitInEveryWayHasOnlyFitRows() {
    assertThat(Fitness.judge(Sample.facts(_ -> {}), WORKER)).allMatch(row -> row.verdict().fit());
    assertThat(Fitness.judge(Sample.facts(_ -> {}), Expectations.bare("k8s-node6")))
        .allMatch(row -> row.verdict().fit());
  }

  @Test
  void everyCheckIsMadeAndNoneTwice() {
    assertThat(Fitness.judge(Sample.facts(_ -> {}), WORKER).stream().map(FitnessRow::check))
        .doesNotHaveDuplicates()
        .contains(
            "root",
            "init",
            "architecture",
            "system",
            "SELinux",
            "leftovers",
            "firewall",
            "swap",
            "kernel",
            "module overlay",
            "module br_netfilter",
            "net.ipv4.ip_forward",
            "net.bridge.bridge-nf-call-iptables",
            "net.bridge.bridge-nf-call-ip6tables",
            "cgroup controllers",
            "cgroup version",
            "clock",
            "hostname",
            "machine-id",
            "product_uuid",
            "address",
            "unique address",
            "ports",
            "processors",
            "memory",
            "disk /var/lib/kubelet",
            "disk /var/lib/containerd",
            "tools",
            "API");
  }

  /// Whatever a probe failed to read: not one row about it may say fit.
  @Test
  void whatMattersAndIsUnknownIsNeverFit() {
    HostFacts blind =
        Sample.facts(it -> {
          it.hostname = "";
          it.machineId = "";
          it.architecture = "";
          it.osId = "";
          it.kernel = "";
          it.addresses = Set.of();
          it.cpus = 0;
          it.memoryKib = 0;
          it.freeKib = Map.of();
          it.sysctls = Map.of();
          it.modules = Map.of();
          it.units = Map.of();
          it.skewErrorMillis = 60_000;
          it.listening = Set.of();
          it.cgroupVersion = 0;
          it.selinux = "";
          it.reaches = Map.of();
          it.root = false;
          it.systemd = false;
        });

    List<FitnessRow> rows = Fitness.judge(blind, WORKER);

    assertThat(rows.stream().filter(row -> row.verdict().fit()).map(FitnessRow::check))
        // Lists of what is there, which are whole or not there at all, and a UUID that many lack.
        .containsExactlyInAnyOrder("leftovers", "swap", "product_uuid", "tools", "unique address");
    assertThat(Fitness.unfit(rows))
        .allSatisfy(row -> assertThat(row.next().hints()).as(row.check()).isNotEmpty());
  }

  @Nested
  class TheKernel {
    @ParameterizedTest
    @ValueSource(
        strings = {"4.20.1", "4.21.0", "5.0.0-1", "5.4.0-150-generic", "6.18.44", "10.0.1"})
    void isFitWhenNewerThan420(String kernel) {
      assertThat(row("kernel", it -> it.kernel = kernel).verdict().fit()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "4.20.0",
          "4.20",
          "4.18.0-553.el8_10.x86_64",
          "4.9.300",
          "3.10.0-1160.el7.x86_64"
        })
    void isUnfitUpTo420WhateverADistributionPatchedIn(String kernel) {
      assertThat(howTo(row("kernel", it -> it.kernel = kernel))).contains("reboot");
    }

    @ParameterizedTest
    @CsvSource({
      "4.18.0-553.el8_10.x86_64,4.18.0-477.el8.x86_64,true",
      "4.18.0-553.el8_10.x86_64,4.19.0-1,false",
      "3.10.0-1160.el7.x86_64,4.18.0-1,false"
    })
    void isFitAsAReadyNodesOfTheSameVersion(String mine, String ready, boolean fit) {
      Cluster cluster = cluster(0, false, NODE4);
      Expectations given =
          worker(
              new Cluster(
                  CA,
                  cluster.kubernetes(),
                  Set.of(ready),
                  cluster.endpoint(),
                  cluster.asked(),
                  cluster.clockOf(),
                  0,
                  10,
                  cluster.nodes(),
                  false));

      assertThat(row("kernel", given, it -> it.kernel = mine).verdict().fit()).isEqualTo(fit);
      assertThat(
              row("kernel", worker(it -> it.kernel = ready), it -> it.kernel = mine)
                  .verdict()
                  .fit())
          .as("the donor's own")
          .isEqualTo(fit);
    }

    @ParameterizedTest
    @CsvSource({
      "debian,10,-t buster-backports linux-image-amd64",
      "ubuntu,18.04,linux-generic-hwe-18.04",
      "centos,7,kernel-ml",
      "rocky,8.10,kernel-ml",
      "ol,8.9,kernel-uek",
      "amzn,2,amazon-linux-extras install -y kernel-5.10",
      "opensuse-leap,15.1,zypper --non-interactive dist-upgrade",
      "flatcar,2605,update_engine_client",
    })
    void isRenewedByTheCommandOfItsOwnSystem(String id, String version, String command) {
      FitnessRow row =
          row(
              "kernel",
              it -> {
                it.kernel = "4.14.0";
                it.osId = id;
                it.osVersion = version;
              });

      assertThat(howTo(row)).contains(command);
    }

    @Test
    void ofADerivedSystemIsRenewedAsItsParents() {
      FitnessRow row =
          row(
              "kernel",
              it -> {
                it.kernel = "4.15.0";
                it.osId = "linuxmint";
                it.osIdLike = List.of("ubuntu", "debian");
              });

      assertThat(howTo(row)).startsWith("ssh k8s-node6 'apt-get");
    }

    @Test
    void thatLacksAModuleGetsItLoaded() {
      assertThat(mend(row("module br_netfilter", it -> it.modules.put("br_netfilter", false))))
          .isEqualTo(new Mend.LoadModule("br_netfilter"));
      assertThat(howTo(row("module overlay", it -> it.modules.remove("overlay"))))
          .contains("/sys/module/overlay");
    }

    @Test
    void getsTheModulesThatItsDonorHas() {
      Expectations donorHasIpvs =
          worker(it -> it.modules.putAll(Map.of("ip_vs", true, "dummy", false)));
      HostFacts facts =
          Sample.facts(it -> it.modules.putAll(Map.of("ip_vs", false, "dummy", false)));

      assertThat(Fitness.mends(Fitness.judge(facts, donorHasIpvs)))
          .containsExactly(new Mend.LoadModule("ip_vs"));
      assertThat(Fitness.mends(Fitness.judge(facts, WORKER))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "debian,linux-image-amd64",
      "ubuntu,linux-modules-extra-6.1.0-28-amd64",
      "rocky,kernel-modules-extra-6.1.0-28-amd64",
      "opensuse-leap,kernel-default"
    })
    void thatHasNoSuchModuleIsToldSoByThePlan(String id, String packaged) {
      FitnessRow row =
          row(
              "module ip_vs",
              worker(it -> it.modules.put("ip_vs", true)),
              it -> {
                it.osId = id;
                it.modules.put("ip_vs", false);
                it.noModules.add("ip_vs");
              });

      assertThat(row.found()).isEqualTo("none in kernel 6.1.0-28-amd64");
      assertThat(howTo(row)).contains(packaged);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "net.ipv4.ip_forward",
          "net.bridge.bridge-nf-call-iptables",
          "net.bridge.bridge-nf-call-ip6tables"
        })
    void mustForwardAlsoWithoutADonor(String key) {
      FitnessRow row = row(key, Expectations.bare("k8s-node6"), it -> it.sysctls.put(key, "0"));

      assertThat(mend(row)).isEqualTo(new Mend.Sysctl(key, "0", "1"));
    }

    @Test
    void hasItsBridgeSettingsOnlyAfterTheModuleIsLoaded() {
      String key = "net.bridge.bridge-nf-call-iptables";
      List<Mend> mends =
          Fitness.mends(
              Fitness.judge(
                  Sample.facts(it -> {
                    it.modules.put("br_netfilter", false);
                    it.sysctls.remove(key);
                  }),
                  WORKER));

      assertThat(mends)
          .containsExactly(
              new Mend.LoadModule("br_netfilter"), new Mend.Sysctl(key, "absent", "1"));
    }

    @ParameterizedTest
    @CsvSource({
      "vm.overcommit_memory,1,0",
      "kernel.panic,10,0",
      "kernel.panic_on_oops,1,0",
      "net.bridge.bridge-nf-call-arptables,1,0",
      "net.ipv4.ip_local_reserved_ports,30000-32767,''",
      "kernel.keys.root_maxkeys,1000000,200",
    })
    void isSetAsKubesprayDidOnTheDonor(String key, String value, String found) {
      Consumer<Sample> spoiled = it -> it.sysctls.put(key, found);
      Expectations donorWithout = worker(it -> it.sysctls.put(key, found));

      assertThat(mend(row(key, WORKER, spoiled))).isEqualTo(new Mend.Sysctl(key, found, value));
      assertThat(rows(key, donorWithout, spoiled)).as("the donor hasn't it either").isEmpty();
      assertThat(rows(key, Expectations.bare("k8s-node6"), spoiled)).as("no donor").isEmpty();
    }

    @Test
    void mayAllowMoreThanTheDonorsWhereMoreIsAsGood() {
      String keys = "kernel.keys.root_maxkeys";

      assertThat(row(keys, it -> it.sysctls.put(keys, "1000001")).verdict().fit()).isTrue();
      assertThat(row(keys, it -> it.sysctls.put(keys, "999999")).verdict().fit()).isFalse();
    }

    @Test
    void isNotAskedForASettingThatItHasNot() {
      String gone = "fs.may_detach_mounts";

      assertThat(rows(gone, WORKER, it -> it.sysctls.remove(gone))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cpuset", "memory", "pids"})
    void needsTheControllersThatKubeletNeeds(String controller) {
      FitnessRow row = row("cgroup controllers", it -> it.cgroupControllers.remove(controller));

      assertThat(row.found()).isEqualTo("no " + controller);
      assertThat(row.verdict()).isInstanceOf(Verdict.Unfit.class);
    }

    @ParameterizedTest
    @CsvSource({"1,2,systemd.unified_cgroup_hierarchy=1", "2,1,systemd.unified_cgroup_hierarchy=0"})
    void hasTheDonorsCgroupVersion(int mine, int donors, String argument) {
      Expectations expectations = worker(it -> it.cgroupVersion = donors);

      assertThat(howTo(row("cgroup version", expectations, it -> it.cgroupVersion = mine)))
          .contains(argument);
      assertThat(
              row("cgroup version", expectations, it -> it.cgroupVersion = donors).verdict().fit())
          .isTrue();
    }
  }

  @Nested
  class TheMachine {
    @Test
    void losesEveryFirewallThatIsOn() {
      List<Mend> mends =
          Fitness.mends(
              Fitness.judge(
                  Sample.facts(it -> it.firewalls.addAll(List.of("firewalld", "ufw"))), WORKER));

      assertThat(mends)
          .containsExactly(new Mend.StopFirewall("firewalld"), new Mend.StopFirewall("ufw"));
    }

    @Test
    void keepsAFirewallThatItsDonorHasOnToo() {
      Expectations guarded = worker(it -> it.firewalls.add("firewalld"));

      assertThat(row("firewall", guarded, it -> it.firewalls.add("firewalld")).verdict().fit())
          .isTrue();
      assertThat(howTo(row("firewall", guarded, it -> it.firewalls.add("ufw"))))
          .startsWith("ssh k8s-node6 'systemctl disable --now ufw'");
    }

    @Test
    void keepsItsSwapWhereTheDonorsKubeletTakesIt() {
      Expectations taken = worker(donor(_ -> {}).as(model(true, Optional.empty(), Map.of())));

      assertThat(row("swap", taken, it -> it.swaps.add("/dev/sda3")).verdict().fit()).isTrue();
    }

    @Test
    void hasSwapTargetMaskedAsTheDonor() {
      Expectations masked = worker(it -> it.swapMasked = true);

      assertThat(mend(row("swap", masked, _ -> {})).inWords()).isEqualTo("mask swap.target");
      assertThat(row("swap", masked, it -> it.swapMasked = true).verdict().fit()).isTrue();
      assertThat(row("swap", WORKER, _ -> {}).verdict().fit()).as("not masked there").isTrue();
    }

    @Test
    void hasRoomWhereTheDonorsProgramsLie() {
      Expectations flatcar =
          worker(donor(_ -> {}).as(model(false, Optional.empty(), Map.of(), "/opt/bin")));

      assertThat(
              row("disk /opt/bin", flatcar, it -> it.freeKib.put("/opt/bin", 1L)).verdict().fit())
          .isFalse();
      assertThat(rows("disk /usr/local/bin", flatcar, _ -> {})).isEmpty();
    }

    @Test
    void losesItsSwapAndTheLineThatWouldBringItBack() {
      assertThat(mend(row("swap", it -> it.swaps.add("/dev/sda3"))))
          .isEqualTo(new Mend.SwapOff(List.of("/dev/sda3"), List.of()));
      assertThat(mend(row("swap", it -> it.fstabSwap.add("/dev/sda3 none swap sw 0 0"))))
          .isEqualTo(new Mend.SwapOff(List.of(), List.of("/dev/sda3 none swap sw 0 0")));
    }

    @Test
    void isOursAsRootOnly() {
      assertThat(howTo(row("root", it -> it.root = false))).contains("-b");
      assertThat(howTo(row("init", it -> it.systemd = false))).contains("systemd");
    }

    @ParameterizedTest
    @CsvSource({
      "false,1048576,true",
      "false,1048575,false",
      "true,1740800,true",
      "true,1740799,false"
    })
    void hasTheMemoryThatKubesprayAndKubeadmWant(boolean controlPlane, long kib, boolean fit) {
      assertThat(row("memory", role(controlPlane, false), it -> it.memoryKib = kib).verdict().fit())
          .isEqualTo(fit);
    }

    @ParameterizedTest
    @CsvSource({"false,1,true", "true,2,true", "true,1,false"})
    void hasKubeadmsMinimumOfProcessors(boolean controlPlane, int cpus, boolean fit) {
      assertThat(row("processors", role(controlPlane, false), it -> it.cpus = cpus).verdict().fit())
          .isEqualTo(fit);
    }

    @ParameterizedTest
    @CsvSource({
      "/var/lib/kubelet,2",
      "/var/lib/containerd,5",
      "/usr/local/bin,1",
      "/var/lib/etcd,4"
    })
    void hasRoomOnDisk(String path, long gib) {
      Expectations everything = role(true, true);
      long enough = gib * 1024 * 1024;

      assertThat(
              row("disk " + path, everything, it -> it.freeKib.put(path, enough)).verdict().fit())
          .isTrue();
      assertThat(howTo(row("disk " + path, everything, it -> it.freeKib.put(path, enough - 1))))
          .contains("du -xh");
    }

    @Test
    void needsRoomForEtcdOnlyAsAMember() {
      assertThat(rows("disk /var/lib/etcd", WORKER, it -> it.freeKib.put("/var/lib/etcd", 1L)))
          .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "debian,'apt-get update && apt-get install -y conntrack iproute2'",
      "rocky,'dnf install -y conntrack-tools iproute'",
      "opensuse-leap,'zypper --non-interactive install conntrack-tools iproute2'",
    })
    void getsItsMissingToolsByItsOwnPackageManager(String id, String command) {
      FitnessRow row =
          row(
              "tools",
              it -> {
                it.osId = id;
                it.missingTools.addAll(List.of("conntrack", "ip"));
              });

      assertThat(row.found()).isEqualTo("no conntrack, ip");
      assertThat(mend(row).inWords()).isEqualTo("install conntrack, ip (" + command + ")");
    }

    @Test
    void takesTheOlderManagerOfItsFamilyWhereTheNewerIsNotThere() {
      FitnessRow row =
          row(
              "tools",
              it -> {
                it.osId = "amzn";
                it.missingTools.addAll(List.of("dnf", "ip"));
              });

      assertThat(mend(row))
          .isEqualTo(
              new Mend.InstallTools(
                  List.of("ip"), "yum", List.of("iproute"), "yum install -y iproute"));
    }

    @ParameterizedTest
    @CsvSource({"flatcar,conntrack", "debian,apt-get", "rocky,dnf", "nobody,conntrack"})
    void isLeftOutWithoutAPackageManagerThatIsKnown(String id, String gone) {
      FitnessRow row =
          row(
              "tools",
              it -> {
                it.osId = id;
                it.missingTools.addAll(List.of("ip", "yum", gone));
              });

      assertThat(howTo(row)).contains("bring these commands into the PATH of k8s-node6");
    }

    @ParameterizedTest
    @CsvSource({
      "v1.20.2,true",
      "v1.31.14,true",
      "v1.32.0,false",
      "v1.34.4,false",
      "v2.0.0,true",
      "'',true"
    })
    void needsConntrackOnlyWhereKubeadmAsksForIt(String kubernetes, boolean asked) {
      Cluster cluster = cluster(0, false, NODE4);
      Expectations given =
          worker(
              new Cluster(
                  cluster.caFingerprint(),
                  kubernetes,
                  cluster.kernels(),
                  cluster.endpoint(),
                  cluster.asked(),
                  cluster.clockOf(),
                  0,
                  10,
                  cluster.nodes(),
                  false));

      assertThat(row("tools", given, it -> it.missingTools.add("conntrack")).verdict().fit())
          .isEqualTo(!asked);
    }

    @Test
    void isNotAskedForSocatAndByItselfNotForConntrack() {
      assertThat(row("tools", it -> it.missingTools.add("socat")).verdict().fit()).isTrue();
      assertThat(
              row("tools", Expectations.bare("k8s-node6"), it -> it.missingTools.add("conntrack"))
                  .verdict()
                  .fit())
          .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
      "debian,apt-get update && apt-get install -y openssl",
      "rocky,dnf install -y openssl",
      "opensuse-leap,zypper --non-interactive install openssl",
    })
    void needsOpensslWhereItGetsCertificatesOfEtcd(String id, String command) {
      Consumer<Sample> without =
          it -> {
            it.osId = id;
            it.missingTools.add("openssl");
          };

      for (Expectations given : List.of(role(true, false), role(false, true))) {
        FitnessRow row = row("tools", given, without);
        assertThat(row.found()).isEqualTo("no openssl");
        assertThat(row.wanted()).contains("openssl");
        assertThat(mend(row).inWords()).isEqualTo("install openssl (" + command + ")");
      }
    }

    @Test
    void needsNoOpensslWhereItGetsNoCertificates() {
      assertThat(row("tools", WORKER, it -> it.missingTools.add("openssl")).verdict().fit())
          .isTrue();
      assertThat(
              row("tools", Expectations.bare("k8s-node6"), it -> it.missingTools.add("openssl"))
                  .verdict()
                  .fit())
          .isTrue();
    }

    @Test
    void lacksNoToolThatAPackageOfTheDonorBrings() {
      Expectations brought =
          new Expectations(
              "k8s-node6",
              "k8s-node6",
              Optional.empty(),
              true,
              false,
              false,
              false,
              Set.of("iptables"),
              Optional.empty(),
              Optional.empty());

      assertThat(row("tools", brought, it -> it.missingTools.add("iptables")).verdict().fit())
          .isTrue();
      assertThat(row("tools", brought, it -> it.missingTools.add("modprobe")).verdict().fit())
          .isFalse();
    }
  }

  @Nested
  class TheDonor {
    @Test
    void hasTheSameArchitecture() {
      assertThat(howTo(row("architecture", it -> it.architecture = "arm64")))
          .contains("--limit 'all:!k8s-node6'");
    }

    @Test
    void hasTheSameKindOfSystem() {
      assertThat(row("system", it -> it.osId = "ubuntu").verdict().fit()).isTrue();
      assertThat(row("system", it -> it.osId = "rocky").verdict().fit()).isFalse();
      assertThat(
              row("system", worker(it -> it.osId = "alpine"), it -> it.osId = "void")
                  .verdict()
                  .fit())
          .as("two that nobody knows")
          .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
      "Enforcing,Enforcing,true",
      "Permissive,Disabled,true",
      "Disabled,Permissive,true",
      "Permissive,Enforcing,false",
      "Disabled,Enforcing,false",
      "'',Enforcing,false",
      "Disabled,'',false",
    })
    void enforcesSelinuxOrNotAsTheNewcomer(String mine, String donors, boolean fit) {
      FitnessRow row = row("SELinux", worker(it -> it.selinux = donors), it -> it.selinux = mine);

      assertThat(row.verdict().fit()).isEqualTo(fit);
    }

    @ParameterizedTest
    @CsvSource({
      "Enforcing,enforcing,Permissive",
      "Enforcing,permissive,Disabled",
      "Permissive,enforcing,Permissive"
    })
    void thatDoesNotEnforceHasANewcomerMadePermissive(String mine, String atBoot, String donors) {
      FitnessRow row =
          row(
              "SELinux",
              worker(it -> it.selinux = donors),
              it -> {
                it.selinux = mine;
                it.selinuxAtBoot = atBoot;
              });

      assertThat(mend(row)).isEqualTo(new Mend.SelinuxPermissive());
    }

    @Test
    void thatEnforcesWantsALabelledDiskFirst() {
      Expectations enforcing = worker(it -> it.selinux = "Enforcing");

      assertThat(howTo(row("SELinux", enforcing, it -> it.selinux = "Disabled")))
          .contains("SELINUX=enforcing")
          .contains("/.autorelabel")
          .contains("reboot");
      assertThat(howTo(row("SELinux", enforcing, it -> it.selinux = "Permissive")))
          .startsWith("ssh k8s-node6 'setenforce 1");
    }
  }

  @Nested
  class WhatItsDonorsFilesName {
    @Test
    void isThere() {
      Expectations stub =
          worker(
              donor(_ -> {})
                  .as(
                      model(
                          false,
                          Optional.of("/run/systemd/resolve/resolv.conf"),
                          Map.of(
                              "nvidia-container-runtime", "/usr/bin/nvidia-container-runtime"))));
      Consumer<Sample> none =
          it ->
              it.kept =
                  Map.of(
                      "/run/systemd/resolve/resolv.conf",
                      false,
                      "/usr/bin/nvidia-container-runtime",
                      false);
      Consumer<Sample> all =
          it ->
              it.kept =
                  Map.of(
                      "/run/systemd/resolve/resolv.conf",
                      true,
                      "/usr/bin/nvidia-container-runtime",
                      true);

      assertThat(howTo(row("pods' resolver", stub, none)))
          .contains("systemctl enable --now systemd-resolved");
      assertThat(howTo(row("runtime nvidia-container-runtime", stub, none))).contains("--donor");
      assertThat(row("pods' resolver", stub, all).verdict().fit()).isTrue();
      assertThat(row("runtime nvidia-container-runtime", stub, all).verdict().fit()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "KUBELET_ARGS=\"--resolv-conf=/run/own.conf --v=2\",/run/own.conf",
    "KUBELET_ARGS=--resolv-conf /run/own.conf,/run/own.conf",
    "# --resolv-conf=/run/old.conf,/etc/theirs.conf",
    "KUBELET_ARGS=\"--resolv-conf=\",''"
  })
  void theResolverThatAFlagNamesComesBeforeTheConfigurations(String env, String path) {
    NodeModel model = model(false, Optional.of("/etc/theirs.conf"), Map.of());
    NodeModel flagged =
        new NodeModel(
            model.node(),
            model.host(),
            model.files(),
            model.packages(),
            model.runtimeUnit(),
            model.images(),
            model.startImages(),
            model.kubeletServer(),
            model.joinConfig(),
            model.binDir(),
            model.hostsBlock(),
            model.settings(),
            new NodeModel.Kubelet(env + "\n", "", "", false));

    assertThat(Needs.of(flagged).stream().map(Expectations.Need::path))
        .containsExactlyElementsOf(path.isEmpty() ? List.of() : List.of(path));
  }

  @Test
  void pluginsOfCniInADistributionsFolderAreThereOrTheirPackageIsNamed() {
    NodeModel.Settings settings =
        new NodeModel.Settings(
            false,
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.of("/usr/lib/cni/loopback"),
            List.of(),
            Map.of());
    NodeModel model = model(false, Optional.empty(), Map.of());
    Expectations packaged =
        worker(
            donor(_ -> {})
                .as(
                    new NodeModel(
                        model.node(),
                        model.host(),
                        model.files(),
                        model.packages(),
                        model.runtimeUnit(),
                        model.images(),
                        model.startImages(),
                        model.kubeletServer(),
                        model.joinConfig(),
                        model.binDir(),
                        model.hostsBlock(),
                        settings,
                        model.kubelet())));

    assertThat(
            howTo(row("CNI plugins", packaged, it -> it.kept.put("/usr/lib/cni/loopback", false))))
        .contains("containernetworking-plugins");
    assertThat(
            row("CNI plugins", packaged, it -> it.kept.put("/usr/lib/cni/loopback", true))
                .verdict()
                .fit())
        .isTrue();
  }

  @Nested
  class TheNextBoot {
    private final Expectations kubesprays =
        worker(it -> {
          it.boot.put(
              "/etc/sysctl.conf",
              Map.of("net.ipv4.ip_forward", "1", "kernel.panic", "10", "vm.swappiness", "1"));
          it.boot.put(
              "/etc/sysctl.d/10-cloud.conf",
              Map.of("net.ipv4.ip_forward", "0", "net.bridge.bridge-nf-call-iptables", "1"));
          it.boot.put(
              "/etc/modules-load.d/kubespray-br_netfilter.conf",
              Map.of("br_netfilter", "", "gone", ""));
        });

    @Test
    void bringsWhatTheDonorsFilesBringWhetherOrNotItIsSoNow() {
      List<Mend> mends = Fitness.mends(Fitness.judge(Sample.facts(_ -> {}), kubesprays));

      assertThat(mends)
          .containsExactly(
              new Mend.KeepModules(
                  "/etc/modules-load.d/kubespray-br_netfilter.conf",
                  List.of("br_netfilter"),
                  "k8s-node4"),
              new Mend.KeepSettings(
                  "/etc/sysctl.conf",
                  Map.of("net.ipv4.ip_forward", "1", "kernel.panic", "10"),
                  "k8s-node4"),
              new Mend.KeepSettings(
                  "/etc/sysctl.d/10-cloud.conf",
                  Map.of("net.bridge.bridge-nf-call-iptables", "1"),
                  "k8s-node4"));
      assertThat(mends.get(1).inWords())
          .isEqualTo("persist 2 kernel settings as k8s-node4 has them in /etc/sysctl.conf");
    }

    @Test
    void bringsThemWhereThisHostsBootReadsThem() {
      Consumer<Sample> debian13 =
          it -> {
            it.links.clear();
            // Of a run before: nothing reads it.
            it.boot.put(
                "/etc/sysctl.conf", Map.of("net.ipv4.ip_forward", "1", "kernel.panic", "10"));
          };
      String file = "/etc/sysctl.d/99-sysctl.conf";
      FitnessRow row = row("at boot, " + file, kubesprays, debian13);

      assertThat(mend(row))
          .isEqualTo(
              new Mend.KeepSettings(
                  file,
                  Map.of("net.ipv4.ip_forward", "1", "kernel.panic", "10"),
                  "k8s-node4",
                  "/etc/sysctl.conf"));
      assertThat(mend(row).inWords())
          .isEqualTo(
              "persist 2 kernel settings in /etc/sysctl.d/99-sysctl.conf, which is read at boot"
                  + " here (k8s-node4 has them in /etc/sysctl.conf)");
      assertThat(
              mend(
                  row(
                      "kernel.panic",
                      kubesprays,
                      it -> {
                        debian13.accept(it);
                        it.sysctls.put("kernel.panic", "0");
                      })))
          .isEqualTo(new Mend.Sysctl("kernel.panic", "0", "10", file));
      assertThat(
              row(
                      "at boot, " + file,
                      kubesprays,
                      it -> {
                        debian13.accept(it);
                        it.boot.put(file, Map.of("net.ipv4.ip_forward", "1", "kernel.panic", "10"));
                      })
                  .verdict()
                  .fit())
          .isTrue();
    }

    @Test
    void bringsThemWhereALinkOfThatNameLeads() {
      Expectations debian13 =
          worker(it -> {
            it.links.clear();
            it.boot.put("/etc/sysctl.d/99-sysctl.conf", Map.of("kernel.panic", "10"));
          });

      assertThat(mend(row("at boot, /etc/sysctl.conf", debian13, _ -> {})))
          .isEqualTo(
              new Mend.KeepSettings(
                  "/etc/sysctl.conf",
                  Map.of("kernel.panic", "10"),
                  "k8s-node4",
                  "/etc/sysctl.d/99-sysctl.conf"));
      assertThat(
              row(
                      "at boot, /etc/sysctl.conf",
                      debian13,
                      it -> it.boot.put("/etc/sysctl.conf", Map.of("kernel.panic", "10")))
                  .verdict()
                  .fit())
          .isTrue();
    }

    @Test
    void bringsWhatTheDonorsOwnBootNoLongerReadsUnlessAnotherFileHasTheLastWord() {
      Expectations upgraded =
          worker(it -> {
            it.links.clear();
            it.boot.put(
                "/etc/sysctl.conf", Map.of("kernel.panic", "10", "vm.overcommit_memory", "1"));
            it.boot.put("/etc/sysctl.d/00-own.conf", Map.of("kernel.panic", "5"));
          });

      assertThat(Fitness.mends(Fitness.judge(Sample.facts(_ -> {}), upgraded)))
          .contains(
              new Mend.KeepSettings(
                  "/etc/sysctl.conf", Map.of("vm.overcommit_memory", "1"), "k8s-node4"),
              new Mend.KeepSettings(
                  "/etc/sysctl.d/00-own.conf", Map.of("kernel.panic", "5"), "k8s-node4"));
    }

    @Test
    void isFitWhenTheSameFilesBringTheSame() {
      Consumer<Sample> same =
          it -> {
            it.boot.put(
                "/etc/sysctl.conf", Map.of("net.ipv4.ip_forward", "1", "kernel.panic", "10"));
            it.boot.put(
                "/etc/sysctl.d/10-cloud.conf", Map.of("net.bridge.bridge-nf-call-iptables", "1"));
            it.boot.put(
                "/etc/modules-load.d/kubespray-br_netfilter.conf", Map.of("br_netfilter", ""));
          };

      assertThat(Fitness.judge(Sample.facts(same), kubesprays))
          .allMatch(row -> row.verdict().fit());
    }

    @Test
    void keepsWhatIsMendedNowInTheDonorsFileToo() {
      assertThat(mend(row("kernel.panic", kubesprays, it -> it.sysctls.put("kernel.panic", "0"))))
          .isEqualTo(new Mend.Sysctl("kernel.panic", "0", "10", "/etc/sysctl.conf"));
      assertThat(
              mend(
                  row(
                      "module br_netfilter",
                      kubesprays,
                      it -> it.modules.put("br_netfilter", false))))
          .isEqualTo(
              new Mend.LoadModule(
                  "br_netfilter", "/etc/modules-load.d/kubespray-br_netfilter.conf"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nf_conntrack_ipv4", "nf_conntrack_ipv6", "nf_conntrack"})
    void loadsAModuleUnderTheNameThatItHasToday(String name) {
      Expectations old =
          worker(it -> {
            it.modules.put("nf_conntrack", true);
            it.boot.put("/etc/modules-load.d/ipvs.conf", Map.of(name, ""));
          });

      assertThat(
              Fitness.mends(
                  Fitness.judge(Sample.facts(it -> it.modules.put("nf_conntrack", false)), old)))
          .containsExactly(
              new Mend.LoadModule("nf_conntrack", "/etc/modules-load.d/ipvs.conf"),
              new Mend.KeepModules(
                  "/etc/modules-load.d/ipvs.conf", List.of("nf_conntrack"), "k8s-node4"));
    }

    @Test
    void leavesOutASettingThatThisKernelHasNot() {
      List<Mend> mends =
          Fitness.mends(
              Fitness.judge(Sample.facts(it -> it.sysctls.remove("kernel.panic")), kubesprays));

      assertThat(mends)
          .contains(
              new Mend.KeepSettings(
                  "/etc/sysctl.conf", Map.of("net.ipv4.ip_forward", "1"), "k8s-node4"));
    }

    @Test
    void ofADonorWithAnotherValueBringsItsOwn() {
      Expectations wide =
          worker(it ->
              it.boot.put(
                  "/etc/sysctl.conf", Map.of("net.ipv4.ip_local_reserved_ports", "30000-40000")));

      assertThat(mend(row("net.ipv4.ip_local_reserved_ports", wide, _ -> {})))
          .isEqualTo(
              new Mend.Sysctl(
                  "net.ipv4.ip_local_reserved_ports",
                  "30000-32767",
                  "30000-40000",
                  "/etc/sysctl.conf"));
    }
  }

  @Nested
  class TheClock {
    @ParameterizedTest
    @CsvSource({
      "0,2000,true",
      "0,-2000,true",
      "0,2001,false",
      "0,-2001,false",
      "5000,6000,true",
      "5000,0,false"
    })
    void isHeldAgainstTheControlPlanesAndNotOurs(long reference, long mine, boolean fit) {
      Expectations expectations = worker(cluster(reference, false, NODE4));

      assertThat(row("clock", expectations, it -> it.skewMillis = mine).verdict().fit())
          .isEqualTo(fit);
    }

    @Test
    void thatCannotBeReadSharplyIsUnknown() {
      assertThat(row("clock", it -> it.skewErrorMillis = 1990).verdict().fit()).isTrue();
      assertThat(row("clock", it -> it.skewErrorMillis = 1991).found())
          .as("10 ms more come from the control plane's")
          .isEqualTo("unknown");
    }

    @Test
    void tellsHowFarAndWhichWay() {
      FitnessRow row =
          row(
              "clock",
              it -> {
                it.skewMillis = -93_400;
                it.clockSynced = Optional.of(false);
              });

      assertThat(row.found()).isEqualTo("93.4 s behind it, give or take 0.0 s; not synchronised");
      assertThat(row.wanted()).isEqualTo("within 2 s of k8s-node1");
      assertThat(howTo(row)).contains("chronyc makestep");
    }
  }

  @Nested
  class ItsIdentity {
    @Test
    void hasANameThatItsLabelCanHold() {
      assertThat(row("hostname", Expectations.bare("n".repeat(63)), _ -> {}).verdict().fit())
          .isTrue();
      assertThat(row("hostname", Expectations.bare("n".repeat(64)), _ -> {}).code())
          .contains(Code.HOST_NAME);
    }

    @Test
    void isNotThatOfALiveNode() {
      assertThat(row("hostname", it -> it.hostname = "k8s-node4").found())
          .isEqualTo("hostname `k8s-node4` is a live node's already");
      assertThat(howTo(row("hostname", it -> it.hostname = "K8S-NODE4")))
          .isEqualTo("ssh k8s-node6 'hostnamectl set-hostname k8s-node6'");
      assertThat(howTo(row("machine-id", it -> it.machineId = NODE4.machineId())))
          .contains("rm -f /etc/machine-id")
          .contains("systemd-machine-id-setup");
      assertThat(
              row(
                      "product_uuid",
                      it -> it.productUuid = NODE4.systemUuid().toLowerCase(Locale.ROOT))
                  .found())
          .contains("k8s-node4's: a cloned machine");
      assertThat(row("unique address", it -> it.addresses.add("10.200.70.14")).found())
          .isEqualTo("has an address of k8s-node4 (10.200.70.14)");
    }

    @Test
    void mayBeALiveNodesWhenItIsThatNode() {
      Expectations expectations = worker(cluster(0, false, NODE4, ITSELF));
      Consumer<Sample> joined =
          it -> {
            it.kubeletCa = Optional.of(CA);
            it.files.add("/etc/kubernetes/kubelet.conf");
            it.listening.add(10250);
          };

      assertThat(Fitness.unfit(Fitness.judge(Sample.facts(joined), expectations))).isEmpty();
      assertThat(row("leftovers", expectations, joined).found())
          .isEqualTo("it is a node of this cluster");
    }

    @Test
    void isStolenWhenTheNodeOfThatNameIsAnotherMachine() {
      Expectations expectations = worker(cluster(0, false, NODE4, ITSELF));

      assertThat(howTo(row("hostname", expectations, _ -> {})))
          .isEqualTo("edit the inventory: another name for k8s-node6");
      assertThat(
              row(
                      "hostname",
                      expectations,
                      it -> {
                        it.kubeletCa = Optional.of(CA);
                        it.machineId = "77777777c4c5404aaa1f6d2a48adfda4";
                      })
                  .verdict()
                  .fit())
          .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "uninitialized", "0123"})
    void needsAMachineId(String id) {
      assertThat(howTo(row("machine-id", it -> it.machineId = id)))
          .contains("systemd-machine-id-setup");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "00000000-0000-0000-0000-000000000000",
          "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
          "03000200-0400-0500-0006-000700080009"
        })
    void mayLackAProductUuid(String uuid) {
      Neighbour alike = new Neighbour("k8s-node5", Set.of(), "5", uuid);
      Expectations expectations = worker(cluster(0, false, alike));

      assertThat(row("product_uuid", expectations, it -> it.productUuid = uuid).verdict().fit())
          .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost.localdomain"})
    void isMoreThanLocalhost(String name) {
      assertThat(howTo(row("hostname", it -> it.hostname = name)))
          .isEqualTo("ssh k8s-node6 'hostnamectl set-hostname k8s-node6'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"K8s", "node_6", "-node", "node.", ""})
    void needsANameThatKubernetesTakes(String name) {
      Expectations expectations = Expectations.bare(name);

      assertThat(row("hostname", expectations, _ -> {}).verdict())
          .isInstanceOf(Verdict.Unfit.class);
    }

    @Test
    void hasTheAddressThatTheInventoryGivesIt() {
      assertThat(row("address", it -> it.addresses = Set.of("10.0.2.15")).verdict().fit())
          .isFalse();
      assertThat(rows("address", Expectations.bare("k8s-node6"), _ -> {})).isEmpty();
    }

    @Test
    void knowsAnAddressInWhateverSpelling() {
      Expectations six = withIp("fd00:0:0::16");

      assertThat(row("address", six, it -> it.addresses = Set.of("fd00::16")).verdict().fit())
          .isTrue();
    }

    @Test
    void isNotGivenALiveNodesAddressByTheInventory() {
      assertThat(row("unique address", withIp("10.200.70.14"), _ -> {}).verdict().fit()).isFalse();
    }
  }

  @Nested
  class ThePorts {
    @ParameterizedTest
    @ValueSource(ints = {10248, 10249, 10250, 10256, 6443, 8081})
    void ofAWorkerAreFree(int port) {
      FitnessRow row = row("ports", Expectations.bare("k8s-node6"), it -> it.listening.add(port));

      assertThat(howTo(row))
          .isEqualTo(
              "ssh k8s-node6 'ss -Hltnp \"( sport = :"
                  + port
                  + " )\"'   # shows who listens: stop that");
    }

    @ParameterizedTest
    @ValueSource(ints = {6443, 10257, 10259, 2379, 2380})
    void ofAControlPlaneAndMemberAreFree(int port) {
      assertThat(row("ports", role(true, true), it -> it.listening.add(port)).verdict().fit())
          .isFalse();
    }

    @Test
    void ofTheProxyAreOnlyWantedWhereTheDonorHasOne() {
      Consumer<Sample> web = it -> it.listening.add(8081);

      assertThat(row("ports", WORKER, web).verdict().fit()).as("no proxy on the donor").isTrue();
      assertThat(row("ports", worker(web), web).verdict().fit()).as("a proxy there").isFalse();
    }

    @Test
    void mayBeHeldByThisClustersOwnHalfFinishedGraft() {
      Consumer<Sample> half =
          it -> {
            it.listening.add(10250);
            it.otherCa = Optional.of(CA);
            it.files.add("/etc/kubernetes/bootstrap-kubelet.conf");
          };

      assertThat(row("ports", WORKER, half).verdict().fit()).isTrue();
      assertThat(
              row("ports", WORKER, half.andThen(it -> it.otherCa = Optional.of(OTHER_CA)))
                  .verdict()
                  .fit())
          .isFalse();
    }

    @Test
    void ofEtcdMayBeHeldByAMember() {
      Expectations member = memberOf(cluster(0, true, NODE4));

      assertThat(
              row("ports", member, it -> it.listening.addAll(Set.of(2379, 2380))).verdict().fit())
          .isTrue();
    }
  }

  @Nested
  class Leftovers {
    @Test
    void ofThisClusterAreGoneOnWith() {
      FitnessRow row =
          row(
              "leftovers",
              it -> {
                it.kubeletCa = Optional.of(CA);
                it.manifests.add("nginx-proxy.yml");
                it.files.add("/etc/kubernetes/kubelet.conf");
              });

      assertThat(row.verdict().fit()).isTrue();
      assertThat(row.found()).isEqualTo("of this cluster: its join will be continued");
    }

    @Test
    void ofAGraftThatWasCutOffBeforeItJoinedAreHarmless() {
      FitnessRow row =
          row(
              "leftovers",
              it -> {
                it.manifests.add("nginx-proxy.yml");
                it.files.add("/etc/kubernetes/kubelet.env");
              });

      assertThat(row.verdict().fit()).isTrue();
    }

    @Test
    void ofAnotherClusterAreRefusedWithWhatCleansThem() {
      FitnessRow row =
          row(
              "leftovers",
              it -> {
                it.kubeletCa = Optional.of(OTHER_CA);
                it.kubeletServer = Optional.of("https://10.9.9.9:6443");
                it.cniConfigs.add("10-calico.conflist");
                it.files.add("/etc/kubernetes/kubelet.conf");
              });

      assertThat(row.found()).contains("of another cluster (CA aaaa").contains("10.9.9.9");
      assertThat(howTo(row))
          .isEqualTo(
              """
              ssh k8s-node6 'systemctl disable --now kubelet'
              ssh k8s-node6 'for f in /etc/kubernetes /etc/cni/net.d; do [ ! -e $f ] || mv $f $f.$(date +%F-%H%M%S); done'   # if nobody needs it: moved aside, nothing is deleted
              ssh k8s-node6 'kubeadm reset -f'   # unmounts what its pods have left\
              """);
    }

    @Test
    void ofAHostAtWorkAreNeverToldHowToWipe() {
      FitnessRow row =
          row(
              "leftovers",
              Expectations.bare("k8s-node1"),
              it -> {
                it.kubeletCa = Optional.of(CA);
                it.etcdData = true;
                it.units.putAll(Map.of("kubelet", "active", "etcd", "active"));
              });

      assertThat(howTo(row))
          .startsWith("kubelet and etcd run on k8s-node1")
          .doesNotContain("rm -rf")
          .doesNotContain("kubeadm reset");
    }

    @Test
    void withoutAnyClusterToCompareWithAreRefused() {
      FitnessRow row =
          row("leftovers", Expectations.bare("k8s-node6"), it -> it.kubeletCa = Optional.of(CA));

      assertThat(row.verdict().fit()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/etc/kubernetes/kubelet.conf",
          "/etc/kubernetes/admin.conf",
          "/var/lib/kubelet/pki"
        })
    void thatDoNotTellWhoseTheyAreAreRefused(String file) {
      assertThat(row("leftovers", it -> it.files.add(file)).found()).contains(file);
    }

    @Test
    void ofAControlPlaneAreRefused() {
      assertThat(row("leftovers", it -> it.manifests.add("kube-apiserver.yaml")).verdict().fit())
          .isFalse();
    }

    @Test
    void ofEtcdAreRefusedUnlessItIsAMember() {
      Consumer<Sample> data =
          it -> {
            it.etcdData = true;
            it.files.addAll(List.of("/var/lib/etcd/member", "/etc/etcd.env"));
          };

      assertThat(howTo(row("leftovers", data)))
          .isEqualTo(
              """
              ssh k8s-node6 'systemctl disable --now etcd'
              ssh k8s-node6 'for f in /var/lib/etcd /etc/etcd.env /etc/ssl/etcd; do [ ! -e $f ] || mv $f $f.$(date +%F-%H%M%S); done'   # if nobody needs it: moved aside, nothing is deleted\
              """);
      assertThat(row("leftovers", memberOf(cluster(0, true, NODE4)), data).verdict().fit())
          .isTrue();
      assertThat(row("leftovers", memberOf(cluster(0, false, NODE4)), data).verdict().fit())
          .isFalse();
    }

    @Test
    void ofEtcdAreRefusedOnAMemberToBeAlsoIfTheNodeIsOurs() {
      Consumer<Sample> ours =
          it -> {
            it.etcdData = true;
            it.kubeletCa = Optional.of(CA);
          };

      assertThat(row("leftovers", memberOf(cluster(0, false, NODE4)), ours).verdict().fit())
          .isFalse();
    }
  }

  @Nested
  class TheWayToTheApi {
    @Test
    void isOpen() {
      for (Reach closed : List.of(Reach.REFUSED, Reach.SILENT, Reach.NO_WAY)) {
        assertThat(howTo(row("API", it -> it.reaches.put("10.200.70.11:6443", closed))))
            .as("%s", closed)
            .contains("curl -vk https://10.200.70.11:6443/readyz");
      }
      assertThat(row("API", it -> it.reaches.clear()).found()).isEqualTo("unknown");
      assertThat(rows("API", Expectations.bare("k8s-node6"), _ -> {})).isEmpty();
    }

    @Test
    void isAskedForByAddressWhereTheNameIsTheSiblings() {
      Cluster cluster = cluster(0, false, NODE4);
      Expectations named =
          worker(
              new Cluster(
                  CA,
                  "v1.28.6",
                  Set.of(),
                  "lb-apiserver.kubernetes.local:8383",
                  "10.200.70.9:8383",
                  cluster.clockOf(),
                  0,
                  10,
                  cluster.nodes(),
                  false));

      assertThat(
              row("API", named, it -> it.reaches.put("10.200.70.9:8383", Reach.OPEN))
                  .verdict()
                  .fit())
          .isTrue();
      FitnessRow closed = row("API", named, it -> it.reaches.put("10.200.70.9:8383", Reach.SILENT));
      assertThat(closed.found())
          .contains("lb-apiserver.kubernetes.local:8383 (10.200.70.9:8383 by the siblings'");
      assertThat(howTo(closed)).contains("https://10.200.70.9:8383/readyz");
    }
  }

  private static NodeModel model(
      boolean swapTaken, Optional<String> resolvConf, Map<String, String> runtimes) {
    return model(swapTaken, resolvConf, runtimes, "/usr/local/bin");
  }

  private static NodeModel model(
      boolean swapTaken, Optional<String> resolvConf, Map<String, String> runtimes, String binDir) {
    return new NodeModel(
        "k8s-node4",
        "k8s-node4",
        List.of(),
        Map.of(),
        "containerd.service",
        List.of(),
        List.of(),
        "https://localhost:6443",
        Optional.empty(),
        binDir,
        List.of(),
        new NodeModel.Settings(swapTaken, resolvConf, runtimes, List.of()),
        new NodeModel.Kubelet("", "", "", false));
  }

  private static Donor donor(Consumer<Sample> unlike) {
    return Donor.of("k8s-node4", Sample.facts(unlike));
  }

  private static Cluster cluster(long skew, boolean etcdMember, Neighbour... nodes) {
    return new Cluster(
        CA,
        "v1.31.4",
        Set.of("6.1.0-28-amd64"),
        "10.200.70.11:6443",
        "10.200.70.11:6443",
        "k8s-node1",
        skew,
        10,
        List.of(nodes),
        etcdMember);
  }

  private static Expectations worker(Consumer<Sample> donor) {
    return expectations(
        Optional.of("10.200.70.16"), false, false, donor(donor), cluster(0, false, NODE4));
  }

  static Expectations worker(Donor donor) {
    return expectations(Optional.of("10.200.70.16"), false, false, donor, cluster(0, false, NODE4));
  }

  private static Expectations worker(Cluster cluster) {
    return expectations(Optional.of("10.200.70.16"), false, false, donor(_ -> {}), cluster);
  }

  private static Expectations withIp(String ip) {
    return expectations(Optional.of(ip), false, false, donor(_ -> {}), cluster(0, false, NODE4));
  }

  private static Expectations role(boolean controlPlane, boolean etcd) {
    return expectations(
        Optional.empty(), controlPlane, etcd, donor(_ -> {}), cluster(0, false, NODE4));
  }

  private static Expectations memberOf(Cluster cluster) {
    return expectations(Optional.empty(), false, true, donor(_ -> {}), cluster);
  }

  private static Expectations expectations(
      Optional<String> ip, boolean controlPlane, boolean etcd, Donor donor, Cluster cluster) {
    return new Expectations(
        "k8s-node6",
        "k8s-node6",
        ip,
        !controlPlane,
        controlPlane,
        etcd,
        etcd || controlPlane,
        Set.of(),
        Optional.of(donor),
        Optional.of(cluster));
  }

  private static FitnessRow row(String check, Consumer<Sample> spoil) {
    return row(check, WORKER, spoil);
  }

  private static FitnessRow row(String check, Expectations expectations, Consumer<Sample> spoil) {
    List<FitnessRow> rows = rows(check, expectations, spoil);
    assertThat(rows).as(check).hasSize(1);
    return rows.getFirst();
  }

  private static List<FitnessRow> rows(
      String check, Expectations expectations, Consumer<Sample> spoil) {
    return Fitness.judge(Sample.facts(spoil), expectations).stream()
        .filter(row -> row.check().equals(check))
        .toList();
  }

  private static Mend mend(FitnessRow row) {
    assertThat(row.verdict()).isInstanceOf(Verdict.Mendable.class);
    return ((Verdict.Mendable) row.verdict()).mend();
  }

  private static String howTo(FitnessRow row) {
    assertThat(row.verdict()).isInstanceOf(Verdict.Unfit.class);
    return row.next().inWords(Operator.unknown());
  }
}
