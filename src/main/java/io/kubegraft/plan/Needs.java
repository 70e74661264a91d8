package io.kubegraft.plan;

import io.kubegraft.cluster.NodeModel;
import io.kubegraft.plan.Expectations.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Files that a donor's configuration names and that no step brings: the newcomer must have them
/// already, or its pods don't start.
final class Needs {
  private static final String STUB = "/run/systemd/resolve/";

  private Needs() {}

  static List<Need> of(NodeModel model) {
    List<Need> needs = new ArrayList<>();
    model
        .settings()
        .resolvConf()
        .ifPresent(path ->
            needs.add(
                new Need(
                    "pods' resolver",
                    path,
                    "resolvConf in the kubelet's configuration on " + model.host(),
                    path.startsWith(STUB)
                        ? "systemctl enable --now systemd-resolved   # it writes that file"
                        : "make that file, as on " + model.host())));
    new TreeMap<>(model.settings().runtimes())
        .forEach((runtime, program) ->
            needs.add(
                new Need(
                    "runtime " + runtime,
                    program,
                    "as containerd's config.toml of " + model.host() + " names it",
                    "install it as on "
                        + model.host()
                        + ", or take a donor without that runtime: kubegraft plan --donor HOST")));
    return needs;
  }
}
