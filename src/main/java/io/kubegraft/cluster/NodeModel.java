package io.kubegraft.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What makes a donor's host a Kubernetes node: what a newcomer is given.
///
/// @param node its node name
/// @param host its inventory name
/// @param files every file, folder and link that a newcomer gets, in path order
/// @param packages what its package manager gave it of these: name to exact version
/// @param runtimeUnit systemd unit of the container runtime, such as `containerd.service`
/// @param images references of the images it holds
/// @param startImages images that a node needs before it can ask anybody: the pause image and those
///   of its static pods
/// @param kubeletServer `server:` in its kubelet.conf
/// @param joinConfig text of /etc/kubernetes/kubeadm-client.conf without any token, if there is one
/// @param hostsBlock the block that Kubespray keeps in /etc/hosts, without its marks
/// @param binDir where kubeadm and kubelet lie
/// @param settings what its own configuration and programs ask of a host
/// @param kubelet how its kubelet is started
public record NodeModel(
    String node,
    String host,
    List<ModelFile> files,
    Map<String, String> packages,
    String runtimeUnit,
    List<String> images,
    List<String> startImages,
    String kubeletServer,
    Optional<String> joinConfig,
    String binDir,
    List<String> hostsBlock,
    Settings settings,
    Kubelet kubelet) {
  public NodeModel {
    files = List.copyOf(files);
    packages = Map.copyOf(packages);
    images = List.copyOf(images);
    startImages = List.copyOf(startImages);
    hostsBlock = List.copyOf(hostsBlock);
  }

  public long bytes() {
    return files.stream().mapToLong(ModelFile::size).sum();
  }

  /// @param swapTaken whether its kubelet runs with swap on (`failSwapOn: false`)
  /// @param resolvConf the file that its kubelet hands on to pods, if it names one
  /// @param runtimes programs that containerd's configuration names and that are not among the
  ///   files, by the runtime that they are for
  /// @param hostsLines lines of /etc/hosts outside Kubespray's block
  /// @param cniPlugins a plugin in the folder of CNI's that containerd looks into, where that is
  ///   not among the files
  /// @param linked those of its programs that a host must load with its own libc
  /// @param stays files of its own that nobody else gets, and why
  public record Settings(
      boolean swapTaken,
      Optional<String> resolvConf,
      Map<String, String> runtimes,
      List<String> hostsLines,
      Optional<String> cniPlugins,
      List<Linked> linked,
      Map<String, String> stays) {
    public static final Settings NONE = new Settings(false, Optional.empty(), Map.of(), List.of());

    public Settings(
        boolean swapTaken,
        Optional<String> resolvConf,
        Map<String, String> runtimes,
        List<String> hostsLines) {
      this(swapTaken, resolvConf, runtimes, hostsLines, Optional.empty(), List.of(), Map.of());
    }

    public Settings {
      linked = List.copyOf(linked);
      stays = Map.copyOf(stays);
      runtimes = Map.copyOf(runtimes);
      hostsLines = List.copyOf(hostsLines);
    }
  }

  /// @param env text of /etc/kubernetes/kubelet.env; passwords in URLs are cut off
  /// @param unit kubelet.service with its drop-ins, as `systemctl cat` shows them
  /// @param version as it says itself, `v1.35.4`; empty if it didn't
  /// @param servingCertificates whether it asks the cluster for the certificate that it serves with
  ///   (`serverTLSBootstrap`)
  public record Kubelet(String env, String unit, String version, boolean servingCertificates) {}

  /// @param mode octal
  /// @param link where a symbolic link points
  public record ModelFile(
      String path,
      Kind kind,
      String mode,
      String owner,
      String group,
      long size,
      Optional<String> link) {
    /// What it is.
    public enum Kind {
      FILE,
      FOLDER,
      LINK
    }
  }
}
