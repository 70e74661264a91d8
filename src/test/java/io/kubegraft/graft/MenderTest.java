package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.observe.LocalHost;
import io.kubegraft.plan.Mend;
import io.kubegraft.problem.Next;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The real script and the real probe in real shells, on files under a scratch folder. What would
/// change this machine (systemctl, modprobe, swapoff, ufw) is replaced by small functions that keep
/// their state there, too, and note how they were called.
class MenderTest {
  private static final String SYSCTLS = "/etc/sysctl.d/90-kubegraft.conf";
  private static final String MODULES = "/etc/modules-load.d/90-kubegraft.conf";
  private static final String FSTAB =
      """
      # <file system> <mount point> <type>
      /dev/sda1 / ext4 errors=remount-ro 0 1
      UUID=0aab0cbe none swap sw 0 0
      \t/swapfile\tswap\tswap\tdefaults
      /dev/sdb1 /swap ext4 defaults 0 2
      #/dev/sdc1 none swap sw 0 0
      /dev/sdd1 none swap\
      """;

  @TempDir private Path root;

  @BeforeEach
  void aHostWithSystemd() throws IOException {
    put("/run/systemd/system/x", "");
    put("/proc/sys/net/ipv4/ip_forward", "0\n");
    put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    put("/units/none", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void everythingIsMendedAndProvenInEveryShell(String shell) throws IOException {
    assumeTrue(LocalHost.has(shell.split(" ")[0]), shell + " is not on this machine");
    put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/sda3 partition 1 0 -2\n");
    put("/etc/fstab", FSTAB);
    put("/units/firewalld.service", "active");

    new Mender()
        .mend(
            host(shell),
            List.of(
                new Mend.StopFirewall("firewalld"),
                new Mend.SwapOff(List.of("/dev/sda3"), List.of("…")),
                new Mend.Sysctl("net.bridge.bridge-nf-call-iptables", "absent", "1"),
                new Mend.Sysctl("net.ipv4.ip_forward", "0", "1"),
                new Mend.LoadModule("br_netfilter")));

    assertThat(read("/proc/sys/net/ipv4/ip_forward")).isEqualTo("1\n");
    assertThat(read("/proc/sys/net/bridge/bridge-nf-call-iptables")).isEqualTo("1\n");
    assertThat(lines(SYSCTLS))
        .containsExactly("net.bridge.bridge-nf-call-iptables=1", "net.ipv4.ip_forward=1");
    assertThat(lines(MODULES)).containsExactly("br_netfilter");
    assertThat(mode(SYSCTLS)).isEqualTo("rw-r--r--");
    assertThat(calls())
        .containsExactly(
            "modprobe br_netfilter",
            "systemctl disable --now firewalld.service",
            "systemctl mask swap.target",
            "swapoff -a");
  }

  @Test
  void whatIsKeptForTheNextBootIsMergedSortedAndNeverDouble() throws IOException {
    put(SYSCTLS, "vm.overcommit_memory = 1\nnet.ipv4.ip_forward = 0\nnet.ipv4.ip_forwardX=7\n\n");
    put(MODULES, "overlay\nip_vs\n");
    put("/sys/module/overlay/x", "");

    new Mender()
        .mend(
            host("sh"),
            List.of(
                new Mend.Sysctl("net.ipv4.ip_forward", "0", "1"),
                new Mend.LoadModule("overlay"),
                new Mend.LoadModule("br_netfilter")));

    assertThat(lines(SYSCTLS))
        .containsExactly(
            "net.ipv4.ip_forward=1", "net.ipv4.ip_forwardX=7", "vm.overcommit_memory = 1");
    assertThat(lines(MODULES)).containsExactly("br_netfilter", "ip_vs", "overlay");
    assertThat(calls()).as("overlay is there").containsExactly("modprobe br_netfilter");
  }

  @Test
  void aSecondMendTouchesNothing() throws IOException {
    put("/etc/fstab", FSTAB);
    List<Mend> mends =
        List.of(
            new Mend.LoadModule("br_netfilter"),
            new Mend.Sysctl("net.ipv4.ip_forward", "0", "1"),
            new Mend.SwapOff(List.of(), List.of("…")));
    new Mender().mend(host("sh"), mends);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    for (String path : List.of(SYSCTLS, MODULES, "/etc/fstab")) {
      Files.setLastModifiedTime(at(path), old);
    }

    new Mender().mend(host("sh"), mends);

    for (String path : List.of(SYSCTLS, MODULES, "/etc/fstab")) {
      assertThat(Files.getLastModifiedTime(at(path))).as(path).isEqualTo(old);
    }
    assertThat(copies()).hasSize(1);
    assertThat(folder("/etc")).noneMatch(name -> name.endsWith(".new"));
  }

  @Test
  void ofFstabOnlySwapLinesAreCommentedOutAndACopyIsKept() throws IOException {
    put("/etc/fstab", FSTAB);
    Files.setPosixFilePermissions(at("/etc/fstab"), PosixFilePermissions.fromString("rw-rw-r--"));

    new Mender().mend(host("sh"), List.of(new Mend.SwapOff(List.of(), List.of("…"))));

    assertThat(read("/etc/fstab").lines())
        .containsExactly(
            "# <file system> <mount point> <type>",
            "/dev/sda1 / ext4 errors=remount-ro 0 1",
            "#UUID=0aab0cbe none swap sw 0 0",
            "#\t/swapfile\tswap\tswap\tdefaults",
            "/dev/sdb1 /swap ext4 defaults 0 2",
            "#/dev/sdc1 none swap sw 0 0",
            "#/dev/sdd1 none swap");
    assertThat(mode("/etc/fstab")).isEqualTo("rw-rw-r--");
    assertThat(copies()).singleElement().asString().matches("fstab\\.kubegraft-\\d{8}T\\d{6}Z");
    assertThat(read("/etc/" + copies().getFirst())).isEqualTo(FSTAB);
    assertThat(calls()).as("nothing swaps now").containsExactly("systemctl mask swap.target");
  }

  @Test
  void ufwIsSwitchedOffByItsOwnCommandFirst() throws IOException {
    put("/etc/ufw/ufw.conf", "ENABLED=yes\n");
    put("/units/ufw.service", "active");

    new Mender().mend(host("sh"), List.of(new Mend.StopFirewall("ufw")));

    assertThat(calls()).containsExactly("ufw disable", "systemctl disable --now ufw.service");
  }

  @Test
  void aFirewallThatStaysUpIsAFailure() throws IOException {
    put("/units/firewalld.service", "stubborn");

    assertThatThrownBy(
            () -> new Mender().mend(host("sh"), List.of(new Mend.StopFirewall("firewalld"))))
        .isInstanceOf(StepException.class)
        .hasMessage(
            "k8s-node6: 1 of 1 could not be mended:\n"
                + "- stop and disable firewalld: found active, expected inactive");
  }

  @Test
  void aFirewallThatCannotBeSeenIsAFailure() throws IOException {
    put("/units/firewalld.service", "active");
    Files.delete(at("/run/systemd/system/x"));
    Files.delete(at("/run/systemd/system"));

    assertThatThrownBy(
            () -> new Mender().mend(host("sh"), List.of(new Mend.StopFirewall("firewalld"))))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("found unknown, expected inactive");
  }

  @Test
  void whatFailsIsNamedAndTheRestIsStillDone() throws IOException {
    assertThatThrownBy(() ->
            new Mender()
                .mend(
                    host("sh"),
                    List.of(
                        new Mend.LoadModule("no_such"),
                        new Mend.Sysctl("kernel.panic", "0", "10"),
                        new Mend.Sysctl("net.ipv4.ip_forward", "0", "1"))))
        .isInstanceOfSatisfying(
            StepException.class,
            e -> assertThat(e.next()).isEqualTo(Next.kubegraft("check k8s-node6")))
        .hasMessage(
            "k8s-node6: 2 of 3 could not be mended:\n"
                + "- load kernel module no_such: found not loaded, expected loaded"
                + " (modprobe: FATAL: Module no_such not found)\n"
                + "- set kernel.panic=10 (from 0): found absent, expected 10"
                + " (this kernel has no kernel.panic)");

    assertThat(read("/proc/sys/net/ipv4/ip_forward")).isEqualTo("1\n");
    assertThat(lines(SYSCTLS)).containsExactly("net.ipv4.ip_forward=1");
    assertThat(at(MODULES)).as("a module that can't be loaded is not kept").doesNotExist();
  }

  @Test
  void aFileThatUndoesASettingAtTheNextBootIsNamed() throws IOException {
    put("/etc/sysctl.d/99-hardening.conf", "# x\n net.ipv4.ip_forward = 0 \n");

    assertThatThrownBy(() -> new Mender().mend(host("sh"), List.of(forward())))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("done only in part")
        .hasMessageContaining(
            "99-hardening.conf will set net.ipv4.ip_forward to 0 at the next boot");

    put("/etc/sysctl.d/99-z.conf", "net.ipv4.ip_forward=1\n");
    new Mender().mend(host("sh"), List.of(forward()));
  }

  @Test
  void aFileThatComesBeforeOursIsOverruled() throws IOException {
    put("/etc/sysctl.d/10-network.conf", "net.ipv4.ip_forward=0\n");

    new Mender().mend(host("sh"), List.of(forward()));

    assertThat(lines(SYSCTLS)).containsExactly("net.ipv4.ip_forward=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void whatTheDonorPersistsStandsInTheSameFilesAndTheRestOfThemStays(String shell)
      throws IOException {
    assumeTrue(LocalHost.has(shell.split(" ")[0]), shell + " is not on this machine");
    put("/etc/sysctl.conf", "# mine\n#kernel.panic=3\nkernel.panic = 5\nvm.swappiness=1");
    put("/etc/modules-load.d/other.conf", "ip_vs\n");
    put("/sys/module/br_netfilter/x", "");
    List<Mend> mends =
        List.of(
            new Mend.KeepSettings(
                "/etc/sysctl.conf",
                Map.of("kernel.panic", "10", "net.ipv4.ip_local_reserved_ports", "30000-32767"),
                "k8s-node4"),
            new Mend.KeepSettings(
                "/etc/sysctl.d/bridge-nf-call.conf",
                Map.of("net.bridge.bridge-nf-call-iptables", "1"),
                "k8s-node4"),
            new Mend.KeepModules(
                "/etc/modules-load.d/kubespray-br_netfilter.conf",
                List.of("br_netfilter"),
                "k8s-node4"));

    new Mender().mend(host(shell), mends);

    assertThat(read("/etc/sysctl.conf"))
        .isEqualTo(
            """
            # mine
            #kernel.panic=3
            vm.swappiness=1
            kernel.panic=10
            net.ipv4.ip_local_reserved_ports=30000-32767
            """);
    assertThat(read("/etc/sysctl.d/bridge-nf-call.conf"))
        .isEqualTo("net.bridge.bridge-nf-call-iptables=1\n");
    assertThat(read("/etc/modules-load.d/kubespray-br_netfilter.conf")).isEqualTo("br_netfilter\n");
    assertThat(read("/proc/sys/net/ipv4/ip_forward")).as("nothing changes now").isEqualTo("0\n");

    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    List<String> files =
        List.of(
            "/etc/sysctl.conf",
            "/etc/sysctl.d/bridge-nf-call.conf",
            "/etc/modules-load.d/kubespray-br_netfilter.conf");
    for (String path : files) {
      Files.setLastModifiedTime(at(path), old);
    }
    new Mender().mend(host(shell), mends);
    for (String path : files) {
      assertThat(Files.getLastModifiedTime(at(path))).as("%s, twice", path).isEqualTo(old);
    }
    assertThat(folder("/etc")).noneMatch(name -> name.endsWith(".new"));
  }

  @Test
  void aFileThatIsALinkStaysOne() throws IOException {
    put("/etc/sysctl.conf", "kernel.panic=5\n");
    Files.createDirectories(at("/etc/sysctl.d"));
    Files.createSymbolicLink(at("/etc/sysctl.d/99-sysctl.conf"), Path.of("../sysctl.conf"));

    // Of the donor it was a file; it is read here, and found to be none.
    assertThatThrownBy(() ->
            new Mender()
                .mend(
                    host("sh"),
                    List.of(
                        new Mend.KeepSettings(
                            "/etc/sysctl.d/99-sysctl.conf",
                            Map.of("kernel.panic", "10"),
                            "k8s-node4"))))
        .isInstanceOf(StepException.class);

    assertThat(at("/etc/sysctl.d/99-sysctl.conf")).isSymbolicLink();
    assertThat(read("/etc/sysctl.conf")).isEqualTo("kernel.panic=10\n");
  }

  /// Debian 13: lines of old in a file that nothing reads are no settings of the next boot.
  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void whatNothingReadsAtBootIsWrittenWhereItIsReadAndStaysAsItIs(String shell) throws IOException {
    assumeTrue(LocalHost.has(shell.split(" ")[0]), shell + " is not on this machine");
    put("/etc/sysctl.conf", "kernel.panic=10\n");
    String file = "/etc/sysctl.d/99-sysctl.conf";

    new Mender()
        .mend(
            host(shell),
            List.of(
                new Mend.KeepSettings(
                    file, Map.of("kernel.panic", "10"), "k8s-node4", "/etc/sysctl.conf")));

    assertThat(read(file)).isEqualTo("kernel.panic=10\n");
    assertThat(at(file)).isRegularFile();
    assertThat(read("/etc/sysctl.conf")).isEqualTo("kernel.panic=10\n");
  }

  @Test
  void missingToolsComeFromTheHostsOwnPackageManager() throws IOException {
    program(
        "apt-get",
        """
        echo "apt-get $*" >>ROOT/calls
        case $* in *install*) printf '#!/bin/sh\\n' >ROOT/bin/kgtool && chmod +x ROOT/bin/kgtool ;; esac
        """);

    new Mender().mend(host("sh"), List.of(tool("apt-get")));

    assertThat(calls())
        .containsExactly(
            "apt-get -o DPkg::Lock::Timeout=120 -q update",
            "apt-get -o DPkg::Lock::Timeout=120 -q install -y --no-install-recommends kg-tools");
  }

  @ParameterizedTest
  @ValueSource(strings = {"apt-get", "dnf", "yum", "zypper"})
  void aHostThatIsOfflineSaysSoInItsPackageManagersWords(String manager) throws IOException {
    program(manager, "echo 'E: Unable to locate package kg-tools'; exit 100\n");

    assertThatThrownBy(() -> new Mender().mend(host("sh"), List.of(tool(manager))))
        .isInstanceOfSatisfying(
            StepException.class,
            e ->
                assertThat(e.next())
                    .isEqualTo(
                        Next.on("k8s-node6", "install it by hand")
                            .then(Next.kubegraft("check k8s-node6"))))
        .hasMessageContaining("found no kgtool")
        .hasMessageContaining("E: Unable to locate package kg-tools");
  }

  @Test
  void selinuxIsMadePermissiveNowAndAtTheNextBoot() throws IOException {
    put("/sys/fs/selinux/enforce", "1");
    put("/etc/selinux/config", "# SELINUX= is a word\nSELINUX=enforcing\nSELINUXTYPE=targeted\n");
    program("setenforce", "printf %s $1 >ROOT/sys/fs/selinux/enforce\n");

    new Mender().mend(host("sh"), List.of(new Mend.SelinuxPermissive()));

    assertThat(read("/sys/fs/selinux/enforce")).isEqualTo("0");
    assertThat(read("/etc/selinux/config"))
        .isEqualTo("# SELINUX= is a word\nSELINUX=permissive\nSELINUXTYPE=targeted\n");
  }

  private static Mend tool(String manager) {
    return new Mend.InstallTools(
        List.of("kgtool"), manager, List.of("kg-tools"), "install it by hand");
  }

  private void program(String name, String script) throws IOException {
    put("/bin/" + name, "#!/bin/sh\n" + script.replace("ROOT", root.toString()));
    assertThat(at("/bin/" + name).toFile().setExecutable(true)).isTrue();
  }

  @Test
  void aScriptThatBreaksOffIsAFailure() {
    LocalHost host =
        host("sh").editing(script -> script.replace("  mends\n", "  mends\n  exit 0\n"));

    assertThatThrownBy(() -> new Mender().mend(host, List.of(forward())))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("mending broke off");
  }

  @Test
  void nothingToMendOpensNothing() {
    LocalHost host =
        host("sh")
            .editing(_ -> {
              throw new AssertionError("a script was run");
            });

    new Mender().mend(host, List.of());
  }

  @Test
  void namesAndValuesCannotCarryShell() {
    for (Mend mend :
        List.of(
            new Mend.LoadModule("x; reboot"),
            new Mend.StopFirewall("$(reboot)"),
            new Mend.Sysctl("a b", "0", "1"),
            new Mend.Sysctl("kernel.panic", "0", "1\nmends"))) {
      assertThatThrownBy(() -> new Mender().mend(host("sh"), List.of(mend)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Mend forward() {
    return new Mend.Sysctl("net.ipv4.ip_forward", "0", "1");
  }

  /// modprobe makes what the module brings; systemctl knows the units under /units.
  private LocalHost host(String shell) {
    String fakes =
        """
        PATH=ROOT/bin:$PATH
        note() { echo "$*" >>ROOT/calls; }
        modprobe() {
          note modprobe "$@"
          if [ "$1" = no_such ]; then
            echo "modprobe: FATAL: Module $1 not found" >&2
            return 1
          fi
          mkdir -p "ROOT/sys/module/$1"
          if [ "$1" = br_netfilter ]; then
            mkdir -p ROOT/proc/sys/net/bridge
            echo 0 >ROOT/proc/sys/net/bridge/bridge-nf-call-iptables
          fi
        }
        swapoff() {
          note swapoff "$@"
          echo Filename >ROOT/proc/swaps
        }
        ufw() {
          note ufw "$@"
          echo ENABLED=no >ROOT/etc/ufw/ufw.conf
        }
        systemctl() {
          if [ "$1" = show ]; then
            shift 3
            for u; do
              load=loaded
              state=$(cat "ROOT/units/$u" 2>/dev/null) || { load=not-found state=inactive; }
              if [ "$state" = stubborn ]; then state=active; fi
              printf 'Id=%s\\nLoadState=%s\\nActiveState=%s\\n\\n' "$u" $load "$state"
            done
            return
          fi
          note systemctl "$@"
          if [ "$1" = mask ]; then
            mkdir -p ROOT/etc/systemd/system
            ln -sfn /dev/null "ROOT/etc/systemd/system/$2"
          fi
          if [ "$1" = disable ] && [ "$(cat "ROOT/units/$3")" = active ]; then
            echo inactive >"ROOT/units/$3"
          fi
        }
        """
            .replace("ROOT", root.toString());
    return new LocalHost(shell.split(" ")).rooted(root).editing(script -> fakes + script);
  }

  private Path at(String path) {
    return root.resolve(path.substring(1));
  }

  private void put(String path, String content) throws IOException {
    Files.createDirectories(at(path).getParent());
    Files.writeString(at(path), content);
  }

  private String read(String path) throws IOException {
    return Files.readString(at(path));
  }

  /// Without the heading.
  private List<String> lines(String path) throws IOException {
    return read(path).lines().filter(line -> !line.startsWith("#")).toList();
  }

  private String mode(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(at(path)));
  }

  private List<String> calls() throws IOException {
    return Files.exists(at("/calls")) ? Files.readAllLines(at("/calls")) : List.of();
  }

  private List<String> copies() throws IOException {
    return folder("/etc").stream().filter(name -> name.startsWith("fstab.kubegraft-")).toList();
  }

  private List<String> folder(String path) throws IOException {
    try (Stream<Path> files = Files.walk(at(path))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
