package io.kubegraft.plan;

import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.cluster.NodeModel.ModelFile;
import java.util.List;

/// What becomes of a donor's file on its way to a newcomer.
public final class NodeFile {
  /// Up to this size a file is read as a text; larger ones go as they are, in a stream.
  public static final long TEXT_LIMIT = 256 * 1024;

  private NodeFile() {}

  /// Whether it may be a text in which something is rewritten; programs never are.
  public static boolean isRead(ModelFile file, NodeModel model) {
    return file.kind() == ModelFile.Kind.FILE
        && file.size() <= TEXT_LIMIT
        && !isUnder(model.binDir(), file)
        && !isUnder("/opt/cni/bin", file);
  }

  /// The files in which Kubespray writes a host's own name and address. Anywhere else these name
  /// the donor for what it is (a mirror that runs there, say), and a person has to look.
  public static boolean carriesIdentity(String path) {
    return path.equals(KubeletEnv.PATH)
        || path.equals("/etc/kubernetes/kubelet-config.yaml")
        || path.startsWith("/etc/systemd/system/");
  }

  /// Whether only its owner reads it: then no line of it is shown.
  public static boolean isSecret(ModelFile file) {
    return file.mode().endsWith("00");
  }

  /// Files and links; folders come with them.
  static List<PlannedFile> planned(NodeModel model) {
    return model.files().stream()
        .filter(file -> file.kind() != ModelFile.Kind.FOLDER)
        .map(file -> new PlannedFile(file.path(), model.host(), how(file, model), file.size()))
        .toList();
  }

  /// etcd's texts are its unit, its environment and scripts; its programs go as they are.
  static List<PlannedFile> planned(EtcdModel model) {
    return model.files().stream()
        .filter(file -> file.kind() != ModelFile.Kind.FOLDER)
        .map(file ->
            new PlannedFile(
                file.path(),
                model.host(),
                file.size() <= TEXT_LIMIT ? "name and addresses of the member rewritten" : "",
                file.size()))
        .toList();
  }

  private static String how(ModelFile file, NodeModel model) {
    if (file.kind() == ModelFile.Kind.LINK) {
      return "a link to " + file.link().orElse("nothing");
    }
    if (!isRead(file, model)) {
      return "";
    }
    if (file.path().equals(KubeletEnv.PATH)) {
      return "name and addresses rewritten, labels and taints of the new node";
    }
    return carriesIdentity(file.path())
        ? "name and addresses rewritten"
        : "its address added where all hosts are listed (NO_PROXY, IPAddressAllow)";
  }

  private static boolean isUnder(String folder, ModelFile file) {
    return file.path().startsWith(folder + "/");
  }
}
