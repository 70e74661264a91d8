package io.kubegraft.plan;

import io.kubegraft.cluster.NodeModel;
import io.kubegraft.plan.Expectations.Brought;
import io.kubegraft.plan.Expectations.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Files that a donor's configuration names and that no step brings: the newcomer must have them
/// already, or its pods don't start.
final class Needs {
  private static final String STUB = "/run/systemd/resolve/";

  private static final Pattern RESOLV_CONF =
      Pattern.compile("(?m)^[^#\\n]*--resolv-conf[= ]([^\\s\"']*)");

  private Needs() {}

  static List<Need> of(NodeModel model) {
    List<Need> needs = new ArrayList<>();
    resolvConf(model)
        .filter(path -> !comes(path, model))
        .ifPresent(path ->
            needs.add(
                new Need(
                    "pods' resolver",
                    path,
                    "which the kubelet of " + model.host() + " gives to pods",
                    path.startsWith(STUB)
                        ? new Brought.ByCommand(
                            "systemctl enable --now systemd-resolved", "it writes that file")
                        : new Brought.ByHand(model.host()))));
    model
        .settings()
        .cniPlugins()
        .ifPresent(path ->
            needs.add(
                new Need(
                    "CNI plugins",
                    path,
                    "as containerd of " + model.host() + " looks for them there",
                    new Brought.ByPackage(
                        model.host(), "containernetworking-plugins; SUSE: cni-plugins"))));
    new TreeMap<>(model.settings().runtimes())
        .forEach((runtime, program) ->
            needs.add(
                new Need(
                    "runtime " + runtime,
                    program,
                    "as containerd's config.toml of " + model.host() + " names it",
                    new Brought.WithRuntime(model.host()))));
    return needs;
  }

  /// The flag has the last word. An empty one hands nothing on.
  private static Optional<String> resolvConf(NodeModel model) {
    Matcher flag = RESOLV_CONF.matcher(model.kubelet().env());
    return flag.find()
        ? Optional.of(flag.group(1)).filter(path -> !path.isEmpty())
        : model.settings().resolvConf();
  }

  /// What comes with the files need not be there before.
  private static boolean comes(String path, NodeModel model) {
    return model.files().stream().anyMatch(file -> file.path().equals(path));
  }
}
