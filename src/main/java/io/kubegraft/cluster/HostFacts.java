package io.kubegraft.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What one probe script found on a host. Plain facts; judging them is the plan's business.
///
/// What the host didn't tell is absent: an empty string, list or map, 0 where nothing real is 0
/// (processors, memory, cgroup version).
///
/// @param architecture as Go names it: amd64, arm64
/// @param osIdLike `ID_LIKE` of /etc/os-release, split
/// @param addresses every address of the host's interfaces, loopback left out, no prefix length
/// @param memoryKib `MemTotal`
/// @param freeKib free space of the file system that holds a path, in KiB, by path
/// @param swaps active swap devices and files
/// @param fstabSwap lines of /etc/fstab that would bring swap back
/// @param sysctls values of the kernel settings that were asked for; absent means the kernel hasn't
///   it
/// @param modules kernel modules that were asked for, whether each is there (loaded or built in)
/// @param firewalls active firewall services, such as `firewalld`; believe an empty list only where
///   `units` knows about `firewalld`
/// @param clockMillis the host's clock when probed, milliseconds since the epoch
/// @param skewMillis the host's clock minus the controller's, the trip's half taken off
/// @param skewErrorMillis by how much that may be wrong, either way
/// @param clockSynced what `timedatectl` says, if it says anything
/// @param listening local TCP ports that something listens on; never empty where one can log in
/// @param systemd whether systemd runs the host
/// @param units active state of the units that were asked for, such as containerd; `not-found` if
///   there is no such unit
/// @param cgroupVersion 1 or 2
/// @param cgroupControllers as the kernel lists them
/// @param selinux Enforcing, Permissive or Disabled
/// @param root whether the probe ran as root
/// @param loginUser who the SSH connection logged in as
/// @param cluster what is there of a cluster
/// @param reaches what came of a TCP connect to each endpoint that was asked for; absent where the
///   host has nothing to try it with
/// @param missingTools commands that were asked for and are not on the host
/// @param release what is another on another release of its system
/// @param kept what its files say of the next boot, and which files it has
public record HostFacts(
    String hostname,
    String machineId,
    String productUuid,
    String architecture,
    String osId,
    List<String> osIdLike,
    String osVersion,
    String osName,
    String kernel,
    Set<String> addresses,
    int cpus,
    long memoryKib,
    Map<String, Long> freeKib,
    List<String> swaps,
    List<String> fstabSwap,
    Map<String, String> sysctls,
    Map<String, Boolean> modules,
    List<String> firewalls,
    long clockMillis,
    long skewMillis,
    long skewErrorMillis,
    Optional<Boolean> clockSynced,
    Set<Integer> listening,
    boolean systemd,
    Map<String, String> units,
    int cgroupVersion,
    Set<String> cgroupControllers,
    String selinux,
    boolean root,
    String loginUser,
    Leftovers cluster,
    Map<String, Reach> reaches,
    Set<String> missingTools,
    Release release,
    Kept kept) {

  public HostFacts {
    osIdLike = List.copyOf(osIdLike);
    addresses = Set.copyOf(addresses);
    freeKib = Map.copyOf(freeKib);
    swaps = List.copyOf(swaps);
    fstabSwap = List.copyOf(fstabSwap);
    sysctls = Map.copyOf(sysctls);
    modules = Map.copyOf(modules);
    firewalls = List.copyOf(firewalls);
    listening = Set.copyOf(listening);
    units = Map.copyOf(units);
    cgroupControllers = Set.copyOf(cgroupControllers);
    reaches = Map.copyOf(reaches);
    missingTools = Set.copyOf(missingTools);
  }

  /// What programs and rules that come from another host find here.
  ///
  /// @param libc `glibc 2.36`, or `musl`
  /// @param iptables what its iptables writes, `nf_tables` or `legacy`
  /// @param legacyTables tables that iptables' older way has loaded, such as `filter`
  /// @param noModules of the modules that were asked for those that this kernel hasn't got
  public record Release(
      String libc, String iptables, Set<String> legacyTables, Set<String> noModules) {
    public Release {
      legacyTables = Set.copyOf(legacyTables);
      noModules = Set.copyOf(noModules);
    }
  }

  /// What holds after the next boot, and files that tell.
  ///
  /// @param boot kernel settings (key and value) and modules (name, and nothing) by the file in
  ///   /etc that brings them at boot; links are left out, their targets count
  /// @param links of the files of settings and modules that are read at boot those that lead to
  ///   another file, and where; a program that reads one counts as a link to it
  /// @param swapMasked whether swap.target is masked
  /// @param selinux what /etc/selinux/config says: enforcing, permissive or disabled
  /// @param resolver who writes /etc/resolv.conf
  /// @param files whether each file that was asked for is there
  public record Kept(
      Map<String, Map<String, String>> boot,
      Map<String, String> links,
      boolean swapMasked,
      String selinux,
      Resolver resolver,
      Map<String, Boolean> files) {
    public Kept {
      boot = Map.copyOf(boot);
      links = Map.copyOf(links);
      files = Map.copyOf(files);
    }
  }

  /// @param ofKubespray whether /etc/resolv.conf is a plain file with Kubespray's block in it
  /// @param keeper who else writes it: the file that it is a link to, or a program; empty if nobody
  public record Resolver(boolean ofKubespray, String keeper) {}

  /// What a host carries of a cluster, this one or another.
  ///
  /// @param kubeletCa SHA-256 (hex) of the CA certificate in /etc/kubernetes/kubelet.conf
  /// @param kubeletServer its `server:`
  /// @param otherCa the same of bootstrap-kubelet.conf or, without one, of the cluster's ca.crt:
  ///   what a join that was not finished leaves
  /// @param manifests file names in /etc/kubernetes/manifests
  /// @param etcdData whether /var/lib/etcd/member is there
  /// @param cniConfigs file names in /etc/cni/net.d; container tools leave some, too
  /// @param files the telling paths that are there, such as /etc/kubernetes/kubelet.conf
  public record Leftovers(
      Optional<String> kubeletCa,
      Optional<String> kubeletServer,
      Optional<String> otherCa,
      List<String> manifests,
      boolean etcdData,
      List<String> cniConfigs,
      List<String> files) {
    public Leftovers {
      manifests = List.copyOf(manifests);
      cniConfigs = List.copyOf(cniConfigs);
      files = List.copyOf(files);
    }

    public boolean none() {
      return kubeletCa.isEmpty() && manifests.isEmpty() && !etcdData && files.isEmpty();
    }

    /// The CA of the cluster that these are of, as far as they tell.
    public Optional<String> ca() {
      return kubeletCa.or(() -> otherCa);
    }
  }
}
