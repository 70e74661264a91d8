package io.kubegraft.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a step does. How it is done is `graft`'s business, one class for each of these.
public sealed interface Action
    permits Action.Prepare,
        Action.InstallPackages,
        Action.CopyNodeFiles,
        Action.StartRuntime,
        Action.LoadImages,
        Action.Join,
        Action.FollowSiblings,
        Action.Finish,
        Action.VerifyNode,
        Action.RequestServing,
        ControlPlaneAction,
        EtcdAction {
  /// One word for ids and events.
  String kind();

  /// What it does, whole, in one line.
  String inWords();

  /// What it does, without what {@link #details} lists. Whether the host serves without it, as it
  /// did before: the step only brings it up to date with what has changed elsewhere.
  default boolean bringsUpToDate() {
    return switch (this) {
      case EtcdAction.PeerList _,
          ControlPlaneAction.UpdateApiServer _,
          ControlPlaneAction.UpdateProxy _,
          ControlPlaneAction.KubeadmConfig _,
          EtcdAction.Snapshot _,
          RequestServing _ ->
          true;
      case Prepare _,
          InstallPackages _,
          CopyNodeFiles _,
          StartRuntime _,
          LoadImages _,
          Join _,
          FollowSiblings _,
          Finish _,
          VerifyNode _,
          EtcdAction.Certificates _,
          EtcdAction.CopyEtcd _,
          EtcdAction.Preflight _,
          EtcdAction.AddLearner _,
          EtcdAction.Promote _,
          ControlPlaneAction.CopyShared _,
          ControlPlaneAction.JoinControlPlane _ ->
          false;
    };
  }

  default String headline() {
    return inWords();
  }

  /// What the plan lists below the headline; empty where the headline says it all.
  default List<String> details() {
    return List.of();
  }

  /// Inventory names of the hosts that are opened for it, beside its own.
  default List<String> others() {
    return List.of();
  }

  /// Files that its host gets.
  default List<PlannedFile> writes() {
    return List.of();
  }

  /// Looks at the host afresh, stops if it is unfit, and mends what can be mended.
  record Prepare(Expectations expectations, List<Mend> mends) implements Action {
    public Prepare {
      mends = List.copyOf(mends);
    }

    @Override
    public List<PlannedFile> writes() {
      return mends.stream()
          .flatMap(mend -> mend.written().stream())
          .distinct()
          .map(path -> new PlannedFile(path, "kubegraft", "lines added or changed", 0))
          .toList();
    }

    @Override
    public String kind() {
      return "prepare";
    }

    @Override
    public String inWords() {
      return mends.isEmpty()
          ? "check that it is fit (nothing to mend)"
          : "check that it is fit; "
              + mends.stream().map(Mend::inWords).collect(Collectors.joining("; "));
    }

    @Override
    public String headline() {
      return mends.isEmpty() ? inWords() : "check that it is fit, and mend";
    }

    @Override
    public List<String> details() {
      return mends.stream().map(Mend::inWords).toList();
    }
  }

  /// Installs what the donor's package manager installed there, at the same versions.
  record InstallPackages(Map<String, String> packages) implements Action {
    public InstallPackages {
      packages = Map.copyOf(packages);
    }

    @Override
    public String kind() {
      return "packages";
    }

    @Override
    public String inWords() {
      return "install "
          + packages.entrySet().stream()
              .map(entry -> entry.getKey() + " " + entry.getValue())
              .sorted()
              .collect(Collectors.joining(", "));
    }
  }

  /// Brings the donor's node files, its identity rewritten to the newcomer's.
  ///
  /// @param donor inventory name
  /// @param labels what the node will register with; likewise the taints
  /// @param files all of them, what is already there among them
  /// @param hostsLines lines for its /etc/hosts, `address name…`
  record CopyNodeFiles(
      String donor,
      Identity from,
      Identity to,
      Map<String, String> labels,
      List<String> taints,
      List<PlannedFile> files,
      List<String> hostsLines)
      implements Action {
    public CopyNodeFiles {
      files = List.copyOf(files);
      hostsLines = List.copyOf(hostsLines);
      labels = Map.copyOf(labels);
      taints = List.copyOf(taints);
    }

    @Override
    public String kind() {
      return "files";
    }

    @Override
    public String inWords() {
      return "copy "
          + files.size()
          + " node files ("
          + Sizes.inWords(files.stream().mapToLong(PlannedFile::bytes).sum())
          + ") from "
          + donor
          + ", its name and addresses rewritten"
          + (hostsLines.isEmpty() ? "" : "; into /etc/hosts: " + String.join("; ", hostsLines));
    }

    @Override
    public List<PlannedFile> writes() {
      List<PlannedFile> all = new ArrayList<>(files);
      if (!hostsLines.isEmpty()) {
        all.add(new PlannedFile("/etc/hosts", donor, "lines added to the host's own file", 0));
      }
      return all;
    }

    @Override
    public List<String> others() {
      return List.of(donor);
    }
  }

  /// Enables and starts the container runtime.
  record StartRuntime(String unit) implements Action {
    @Override
    public String kind() {
      return "runtime";
    }

    @Override
    public String inWords() {
      return "start " + unit;
    }
  }

  /// Brings images, as far as they are not there already: from the donor, else the host's own
  /// runtime pulls them.
  ///
  /// @param platform as the runtime calls the host's, such as `linux/amd64`
  /// @param needed without these nothing starts there: the pause image and its static pods'
  /// @param useful what its DaemonSets run
  /// @param notLent of all that it runs, what the donor hasn't whole: of these the needed ones are
  ///   pulled, the rest is left to the kubelet
  record LoadImages(
      String donor, String platform, List<String> needed, List<String> useful, List<String> notLent)
      implements Action {
    public LoadImages {
      needed = List.copyOf(needed);
      useful = List.copyOf(useful);
      notLent = List.copyOf(notLent);
    }

    /// All that this brings, what is needed first.
    public List<String> images() {
      return Stream.concat(needed.stream(), useful.stream()).toList();
    }

    @Override
    public String kind() {
      return "images";
    }

    @Override
    public String inWords() {
      return summary() + ": " + String.join(", ", details());
    }

    @Override
    public String headline() {
      return details().size() > 1 ? summary() : inWords();
    }

    private String summary() {
      int count = images().size();
      return "bring " + count + (count == 1 ? " image" : " images") + " from " + donor;
    }

    @Override
    public List<String> details() {
      String why = ": " + donor + " hasn't all of it)";
      return Stream.concat(
              images().stream()
                  .map(image ->
                      notLent.contains(image) ? image + " (from its registry" + why : image),
              notLent.stream()
                  .filter(image -> !needed.contains(image))
                  .map(image -> image + " (left to the kubelet" + why))
          .toList();
    }

    @Override
    public List<String> others() {
      return List.of(donor);
    }
  }

  /// `kubeadm join` with a bootstrap token of its own, deleted afterwards.
  ///
  /// @param coordinator inventory name of the control plane that mints the token
  /// @param endpoint host:port of the API for discovery
  /// @param ignored kubeadm preflight checks that are left out
  record Join(
      String coordinator,
      String donor,
      String nodeName,
      String endpoint,
      String caPin,
      List<String> ignored,
      Map<String, String> labels,
      List<String> taints)
      implements Action {
    public Join {
      ignored = List.copyOf(ignored);
      labels = Map.copyOf(labels);
      taints = List.copyOf(taints);
    }

    @Override
    public String kind() {
      return "join";
    }

    @Override
    public String inWords() {
      StringBuilder words = new StringBuilder("kubeadm join through " + endpoint);
      if (!labels.isEmpty()) {
        words.append(", labels ");
        words.append(
            labels.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .sorted()
                .collect(Collectors.joining(",")));
      }
      if (!taints.isEmpty()) {
        words.append(", taints ").append(String.join(",", taints));
      }
      return words.toString();
    }

    @Override
    public List<PlannedFile> writes() {
      return List.of(
          new PlannedFile(
              "/etc/kubernetes/kubeadm-client.conf",
              "kubegraft",
              "like " + donor + "'s, no token",
              0),
          PlannedFile.made("/etc/kubernetes/kubelet.conf", "kubeadm join"),
          PlannedFile.made("/etc/kubernetes/ssl/ca.crt", "kubeadm join"),
          PlannedFile.made("/var/lib/kubelet/pki/kubelet-client-current.pem", "the kubelet"),
          PlannedFile.made("/var/lib/kubelet/config.yaml", "kubeadm join"),
          PlannedFile.made("/var/lib/kubelet/kubeadm-flags.env", "kubeadm join"));
    }

    @Override
    public List<String> others() {
      return List.of(donor);
    }
  }

  /// Points kubelet.conf to where the siblings' point.
  record FollowSiblings(String server, Map<String, String> labels, List<String> taints)
      implements Action {
    public FollowSiblings {
      labels = Map.copyOf(labels);
      taints = List.copyOf(taints);
    }

    @Override
    public String kind() {
      return "kubelet";
    }

    @Override
    public String inWords() {
      return "point kubelet to " + server + ", as its siblings do";
    }

    @Override
    public List<PlannedFile> writes() {
      return List.of(
          new PlannedFile("/etc/kubernetes/kubelet.conf", "kubegraft", "server: " + server, 0),
          new PlannedFile(
              KubeletEnv.PATH, "kubegraft", "without the taint of an unfinished join", 0));
    }
  }

  /// What Kubespray does to a host last, because it takes a cluster that works: its resolver, and
  /// root's kubeconfig. Each only where the donor has it.
  ///
  /// @param resolver whether /etc/resolv.conf gets the donor's block
  /// @param kubeconfig whether /root/.kube/config becomes a copy of the host's own admin.conf
  record Finish(String donor, String nodeName, boolean resolver, boolean kubeconfig)
      implements Action {
    @Override
    public List<PlannedFile> writes() {
      List<PlannedFile> files = new ArrayList<>();
      if (resolver) {
        files.add(
            new PlannedFile("/etc/resolv.conf", donor, "Kubespray's block; the old file kept", 0));
      }
      if (kubeconfig) {
        files.add(PlannedFile.made("/root/.kube/config", "its own /etc/kubernetes/admin.conf"));
      }
      return files;
    }

    @Override
    public String kind() {
      return "finish";
    }

    @Override
    public String inWords() {
      return "write "
          + Stream.of(
                  resolver ? "/etc/resolv.conf (the cluster's DNS first)" : "",
                  kubeconfig ? "/root/.kube/config" : "")
              .filter(what -> !what.isEmpty())
              .collect(Collectors.joining(" and "))
          + ", as "
          + donor
          + " has "
          + (resolver && kubeconfig ? "them" : "it");
    }

    @Override
    public List<String> others() {
      return List.of(donor);
    }
  }

  /// Waits until the node is Ready and every DaemonSet's pod on it runs, and looks at labels and
  /// taints.
  ///
  /// @param broken DaemonSets whose pod is ready on no node: the newcomer is not held to them
  /// @param accepted DaemonSets whose pods it may go without, as the operator said
  record VerifyNode(
      String nodeName,
      Map<String, String> labels,
      List<String> taints,
      List<String> daemonSets,
      List<String> broken,
      List<String> accepted)
      implements Action {
    public VerifyNode {
      accepted = List.copyOf(accepted);
      broken = List.copyOf(broken);
      labels = Map.copyOf(labels);
      taints = List.copyOf(taints);
      daemonSets = List.copyOf(daemonSets);
    }

    @Override
    public String kind() {
      return "verify";
    }

    @Override
    public String inWords() {
      return "wait until Ready"
          + (daemonSets.isEmpty()
              ? ""
              : ", with the pods of " + String.join(", ", daemonSets) + " running on it")
          + sparing();
    }

    /// What it is not held to, and why, as the end of a sentence.
    public String sparing() {
      return (broken.isEmpty()
              ? ""
              : "; not held to " + String.join(", ", broken) + ", ready on no node")
          + (accepted.isEmpty()
              ? ""
              : "; not held to " + String.join(", ", accepted) + ", as you accepted");
    }

    /// Whether its pod need not be ready there.
    public boolean spares(String daemonSet) {
      return broken.contains(daemonSet) || accepted.contains(daemonSet);
    }
  }

  /// Sees to the certificate that its kubelet asks the cluster for, to serve with.
  ///
  /// @param names of the host and its node; likewise the addresses: all that it may name
  /// @param approve whether a request that is in order is approved, as the operator asked
  record RequestServing(
      String nodeName, List<String> names, List<String> addresses, boolean approve)
      implements Action {
    public RequestServing {
      names = List.copyOf(names);
      addresses = List.copyOf(addresses);
    }

    @Override
    public String kind() {
      return "serving-certificate";
    }

    @Override
    public String inWords() {
      return approve
          ? "approve the request for its serving certificate, if it names this host alone"
          : "look for the request for its serving certificate, and say how it is approved";
    }
  }
}
