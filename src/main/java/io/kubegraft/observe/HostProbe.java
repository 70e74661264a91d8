package io.kubegraft.observe;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Tools;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds out what a host is like: one script, one round trip, nothing changed there.
///
/// The clock's skew is known to lie between two bounds: the host's clock when the script began
/// minus ours before we asked, and the host's clock when it ended minus ours after the answer came.
/// The middle is the answer, half the distance its error. Where the first call had to open the
/// connection that distance is wide; then, and only then, the clock alone is asked once more.
public final class HostProbe {
  /// Asked about on every host, because whether one of them filters packets is a fact of its own.
  static final List<String> FIREWALL_UNITS =
      List.of("firewalld", "ufw", "nftables", "iptables", "ip6tables");

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final long SHARP_ENOUGH_MILLIS = 500;
  static final String SCRIPT = script();
  private static final String CLOCK_SCRIPT =
      """
      now=$(date +%s.%N 2>/dev/null)
      case $now in '' | *[!0-9.]* | *. | .*) now=$(date +%s) ;; esac
      printf 'start %s\\nfinish %s\\nend\\n' "$now" "$now"
      """;

  private final InstantSource clock;

  public HostProbe() {
    this(InstantSource.system());
  }

  HostProbe(InstantSource clock) {
    this.clock = clock;
  }

  /// @throws RemoteException as {@link Host#run}, and of kind COMMAND if the answer isn't whole
  public HostFacts look(Host host, Ask ask) {
    long asked = clock.millis();
    Output output = host.run(ask.asShell() + SCRIPT, DEADLINE);
    long answered = clock.millis();
    ProbeAnswer answer = whole(host, output);
    Skew skew = answer.skew(asked, answered);
    if (skew.errorMillis() > SHARP_ENOUGH_MILLIS + answer.clockStepMillis() / 2) {
      skew = Skew.sharper(skew, clockAgain(host));
    }
    return answer.facts(ask, skew);
  }

  private Skew clockAgain(Host host) {
    long asked = clock.millis();
    Output output = host.run(CLOCK_SCRIPT, DEADLINE);
    return whole(host, output).skew(asked, clock.millis());
  }

  private static ProbeAnswer whole(Host host, Output output) {
    ProbeAnswer answer = ProbeAnswer.of(output.stdout());
    if (!output.ok() || !answer.whole()) {
      throw new RemoteException(
          host.name(),
          RemoteException.Kind.COMMAND,
          host.name()
              + ": the probe that looks at the host did not run to its end (exit status "
              + output.exit()
              + ", "
              + output.stdout().lines().count()
              + " lines came)"
              + (output.tail().isEmpty() ? "" : ":\n" + output.tail())
              + "\nSee whether a shell works there: ssh "
              + host.name()
              + " 'sh -c \"date; uname -a; df -k /\"', then run: kubegraft check "
              + host.name());
    }
    return answer;
  }

  private static String script() {
    return Script.named("probe.sh");
  }

  /// The host's clock minus ours.
  record Skew(long millis, long errorMillis) {
    static Skew sharper(Skew one, Skew other) {
      return one.errorMillis <= other.errorMillis ? one : other;
    }
  }

  /// What to look at besides what is always looked at.
  ///
  /// @param paths whose file systems' free space matters
  /// @param sysctls kernel settings, as `net.ipv4.ip_forward`
  /// @param modules kernel modules
  /// @param units systemd units; `.service` may be left out
  /// @param endpoints `host:port`, to which that host shall try a TCP connect
  /// @param tools commands
  /// @param files whose being there matters
  public record Ask(
      List<String> paths,
      List<String> sysctls,
      List<String> modules,
      List<String> units,
      List<String> endpoints,
      List<String> tools,
      List<String> files) {
    /// What a name may consist of. All of it is harmless in a shell's word.
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9/_.:@\\[\\]%+-]+");

    public Ask {
      paths = words(paths);
      sysctls = words(sysctls);
      modules = words(modules);
      units = words(units);
      endpoints = words(endpoints);
      tools = words(tools);
      files = words(files);
    }

    public Ask(
        List<String> paths,
        List<String> sysctls,
        List<String> modules,
        List<String> units,
        List<String> endpoints,
        List<String> tools) {
      this(paths, sysctls, modules, units, endpoints, tools, List.of());
    }

    private static List<String> words(List<String> words) {
      for (String word : words) {
        if (!WORD.matcher(word).matches()) {
          throw new IllegalArgumentException("a host can't be asked about `" + word + "`");
        }
      }
      return List.copyOf(words);
    }

    /// What a Kubernetes host needs, whatever its role.
    public static Ask standard() {
      return new Ask(
          List.of(
              "/var/lib/kubelet",
              "/var/lib/containerd",
              "/var/lib/etcd",
              "/usr/local/bin",
              "/opt/bin"),
          List.of(
              "net.ipv4.ip_forward",
              "net.ipv6.conf.all.forwarding",
              "net.bridge.bridge-nf-call-iptables",
              "net.bridge.bridge-nf-call-ip6tables",
              "net.bridge.bridge-nf-call-arptables",
              "net.ipv4.ip_local_reserved_ports",
              "vm.overcommit_memory",
              "vm.panic_on_oom",
              "kernel.panic",
              "kernel.panic_on_oops",
              "kernel.keys.root_maxkeys",
              "kernel.keys.root_maxbytes",
              "fs.inotify.max_user_instances",
              "fs.may_detach_mounts"),
          List.of(
              "overlay",
              "br_netfilter",
              "ip_vs",
              "ip_vs_rr",
              "ip_vs_wrr",
              "ip_vs_sh",
              "nf_conntrack"),
          List.of("containerd", "crio", "docker", "cri-docker", "kubelet", "etcd"),
          List.of(),
          Tools.all(),
          List.of(
              "/etc/resolv.conf",
              "/run/systemd/resolve/resolv.conf",
              "/root/.kube/config",
              "/usr/bin/crun",
              "/usr/bin/nvidia-container-runtime",
              "/usr/lib/cni/loopback",
              "/usr/libexec/cni/loopback",
              "/lib64/ld-linux-x86-64.so.2",
              "/lib/ld-linux-aarch64.so.1",
              "/lib/ld-musl-x86_64.so.1",
              "/lib/ld-musl-aarch64.so.1"));
    }

    public Ask reaching(List<String> endpoints) {
      return new Ask(paths, sysctls, modules, units, endpoints, tools, files);
    }

    /// And whether these are there, too.
    public Ask having(Collection<String> more) {
      return new Ask(
          paths,
          sysctls,
          modules,
          units,
          endpoints,
          tools,
          Stream.concat(files.stream(), more.stream()).distinct().toList());
    }

    /// The units in the order in which the script asks for them, as they were named.
    List<String> allUnits() {
      return Stream.concat(units.stream(), FIREWALL_UNITS.stream()).distinct().toList();
    }

    private String asShell() {
      return words("ask_paths", paths.stream())
          + words("ask_sysctls", sysctls.stream())
          + words("ask_modules", modules.stream().map(name -> name.replace('-', '_')))
          + words("ask_units", allUnits().stream().map(Ask::unitName))
          + words("ask_endpoints", endpoints.stream())
          + words("ask_tools", tools.stream())
          + words("ask_files", files.stream());
    }

    private static String words(String variable, Stream<String> words) {
      return variable + "='" + String.join(" ", words.toList()) + "'\n";
    }

    private static String unitName(String unit) {
      return unit.matches(".*\\.(service|socket|timer|mount|swap|target|path|slice)")
          ? unit
          : unit + ".service";
    }
  }
}
