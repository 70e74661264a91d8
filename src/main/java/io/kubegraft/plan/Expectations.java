package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Linked;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.problem.Next;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a host is held against. Plain values, so that a plan can be kept and compared.
///
/// @param host its inventory name, for commands that name it
/// @param nodeName the node it is to be
/// @param ip the address the inventory gives it (`ip`)
/// @param worker whether it is to run pods of users
/// @param controlPlane whether it is to be a control plane
/// @param etcd whether it is to be an etcd member
/// @param etcdCertificates whether it is given certificates of etcd's CA
/// @param packages what will be installed on it anyway
/// @param donor the sibling it is modelled on
/// @param cluster the cluster it is to be part of; empty for a look at a host by itself
public record Expectations(
    String host,
    String nodeName,
    Optional<String> ip,
    boolean worker,
    boolean controlPlane,
    boolean etcd,
    boolean etcdCertificates,
    Set<String> packages,
    Optional<Donor> donor,
    Optional<Cluster> cluster) {
  public Expectations {
    packages = Set.copyOf(packages);
  }

  /// Whether it is to become a Kubernetes node.
  boolean node() {
    return worker || controlPlane;
  }

  /// A worker-to-be, seen by itself.
  public static Expectations bare(String host) {
    return new Expectations(
        host,
        host,
        Optional.empty(),
        true,
        false,
        false,
        false,
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  /// What a newcomer must be like.
  ///
  /// @param sysctls its kernel settings, as probed
  /// @param modules the kernel modules it has
  /// @param listening the ports it listens on
  /// @param osLike `ID` of os-release first, then `ID_LIKE`
  /// @param firewalls those that are on there
  /// @param boot what its files bring at boot of what is Kubespray's, by file
  /// @param swapMasked whether its swap.target is masked
  /// @param swapTaken whether its kubelet runs with swap on (`failSwapOn: false`)
  /// @param binDir where its programs lie
  /// @param needs files that its own configuration names and that nobody brings
  /// @param libc `glibc 2.36`, or `musl`
  /// @param programs those that are brought and must be loaded with the newcomer's libc
  public record Donor(
      String name,
      String architecture,
      List<String> osLike,
      String osName,
      String kernel,
      String selinux,
      int cgroupVersion,
      Map<String, String> sysctls,
      Set<String> modules,
      Set<Integer> listening,
      List<String> firewalls,
      Map<String, Map<String, String>> boot,
      boolean swapMasked,
      boolean swapTaken,
      String binDir,
      List<Need> needs,
      String libc,
      List<Linked> programs) {
    public Donor {
      programs = List.copyOf(programs);
      firewalls = List.copyOf(firewalls);
      boot = Map.copyOf(boot);
      needs = List.copyOf(needs);
      osLike = List.copyOf(osLike);
      sysctls = Map.copyOf(sysctls);
      modules = Set.copyOf(modules);
      listening = Set.copyOf(listening);
    }

    /// Of what was probed, only what a newcomer is compared with.
    public static Donor of(String name, HostFacts facts) {
      Map<String, String> sysctls = new LinkedHashMap<>(facts.sysctls());
      sysctls.keySet().retainAll(Kernel.ofKubespray().keySet());
      Set<Integer> listening =
          facts.listening().stream()
              .filter(Ports.WHERE_THE_DONOR_HAS_IT::containsKey)
              .collect(Collectors.toSet());
      Set<String> modules =
          facts.modules().entrySet().stream()
              .filter(Map.Entry::getValue)
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      return new Donor(
          name,
          facts.architecture(),
          OsFamily.osLike(facts),
          facts.osName(),
          facts.kernel(),
          facts.selinux(),
          facts.cgroupVersion(),
          sysctls,
          modules,
          listening,
          facts.firewalls(),
          Boot.ofKubespray(facts.kept(), modules),
          facts.kept().swapMasked(),
          false,
          "/usr/local/bin",
          List.of(),
          facts.release().libc(),
          List.of());
    }

    /// With what its files as a node say.
    Donor as(NodeModel model) {
      return with(
          model.settings().swapTaken(),
          model.binDir(),
          Needs.of(model),
          Libc.running(model.settings().linked(), libc));
    }

    /// With programs of another host's that are brought, too.
    Donor bringing(List<Linked> more) {
      return with(
          swapTaken,
          binDir,
          needs,
          Stream.concat(programs.stream(), more.stream()).distinct().toList());
    }

    private Donor with(boolean swapTaken, String binDir, List<Need> needs, List<Linked> programs) {
      return new Donor(
          name,
          architecture,
          osLike,
          osName,
          kernel,
          selinux,
          cgroupVersion,
          sysctls,
          modules,
          listening,
          firewalls,
          boot,
          swapMasked,
          swapTaken,
          binDir,
          needs,
          libc,
          programs);
    }

    /// Files that are looked for on the newcomer.
    public List<String> paths() {
      return Stream.concat(needs.stream().map(Need::path), Libc.loaders(this).keySet().stream())
          .toList();
    }
  }

  /// A file that must be on the newcomer already.
  ///
  /// @param check what it is looked for under
  /// @param why who names it
  public record Need(String check, String path, String why, Brought brought) {
    /// What brings it to a host.
    Next next(String host) {
      return switch (brought) {
        case Brought.ByCommand(String command, String comment) ->
            Next.on(host, command).as(comment);
        case Brought.ByHand(String donor) ->
            Next.on(donor, "cat " + path).as("make that file on " + host + " like this one");
        case Brought.ByPackage(String donor, String packages) ->
            Next.words(
                "install on "
                    + host
                    + " the package that brings it, as on "
                    + donor
                    + " ("
                    + packages
                    + ")");
        case Brought.WithRuntime(String donor) ->
            Next.words("install it on " + host + " as on " + donor)
                .then(Next.kubegraft("plan --donor HOST").as("or a donor without that runtime"));
      };
    }
  }

  /// How a file comes to be there.
  public sealed interface Brought {
    record ByCommand(String command, String comment) implements Brought {}

    record ByHand(String donor) implements Brought {}

    record ByPackage(String donor, String packages) implements Brought {}

    record WithRuntime(String donor) implements Brought {}
  }

  /// The cluster that the host is to be part of.
  ///
  /// @param caFingerprint SHA-256 of its CA certificate, hex
  /// @param kubernetes the API servers' version, `v1.34.4`
  /// @param kernels what Ready nodes run
  /// @param endpoint host:port of the API as the newcomer will reach it
  /// @param asked the same, with the address that the donor's /etc/hosts has for its name: the
  ///   newcomer has that line only when its files are there
  /// @param clockOf the host whose clock counts, a control plane
  /// @param clockSkewMillis that clock's distance from ours, as probed
  /// @param clockErrorMillis by how much that may be wrong
  /// @param nodes the live nodes
  /// @param etcdMember whether the host is in etcd's own list of members already
  public record Cluster(
      String caFingerprint,
      String kubernetes,
      Set<String> kernels,
      String endpoint,
      String asked,
      String clockOf,
      long clockSkewMillis,
      long clockErrorMillis,
      List<Neighbour> nodes,
      boolean etcdMember) {
    public Cluster {
      kernels = Set.copyOf(kernels);
      nodes = List.copyOf(nodes);
    }
  }

  /// A live node, as far as another must not be the same.
  public record Neighbour(String name, Set<String> addresses, String machineId, String systemUuid) {
    public Neighbour {
      addresses = Set.copyOf(addresses);
    }

    public static Neighbour of(Node node) {
      return new Neighbour(node.name(), node.addresses(), node.machineId(), node.systemUuid());
    }
  }
}
