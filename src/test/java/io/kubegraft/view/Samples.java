package io.kubegraft.view;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Expectations;
import io.kubegraft.plan.Identity;
import io.kubegraft.plan.Mend;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.PlannedFile;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Plans as the planner makes them, with the names of the operator's story.
final class Samples {
  static final List<Mend> MENDS =
      List.of(
          new Mend.StopFirewall("firewalld"),
          new Mend.SwapOff(List.of("/dev/sda2"), List.of("/dev/sda2 none swap sw 0 0")),
          new Mend.Sysctl("net.ipv4.ip_forward", "0", "1"),
          new Mend.LoadModule("br_netfilter"));

  private Samples() {}

  static List<Step> worker(String host, List<Mend> mends) {
    Step prepare =
        step(
            host,
            new Action.Prepare(Expectations.bare(host), mends),
            "the inventory lists "
                + host
                + " in kube_node; the cluster has no node of this name, address or machine-id");
    Step packages =
        step(
            host,
            new Action.InstallPackages(Map.of("conntrack", "1:1.4.7-1", "socat", "1.7.4.4-2")),
            "k8s-node4 has them from its package manager",
            prepare);
    Step files =
        step(
            host,
            new Action.CopyNodeFiles(
                "k8s-node4",
                new Identity(List.of("k8s-node4"), List.of("10.200.70.14")),
                new Identity(List.of(host), List.of("10.200.70.99")),
                Map.of(),
                List.of(),
                files(),
                List.of()),
            "k8s-node4 is a healthy worker of the same architecture and system",
            packages);
    Step runtime =
        step(
            host,
            new Action.StartRuntime("containerd.service"),
            "kubelet starts nothing without it",
            files);
    Step images =
        step(
            host,
            new Action.LoadImages(
                "k8s-node4",
                "linux/amd64",
                List.of("registry.k8s.io/pause:3.9", "docker.io/library/nginx:1.25.2-alpine"),
                List.of("registry.k8s.io/kube-proxy:v1.26.6"),
                List.of()),
            "a node needs them before it can ask anybody",
            runtime);
    Step join =
        step(
            host,
            new Action.Join(
                "k8s-node1",
                "k8s-node4",
                host,
                "10.200.70.11:6443",
                "sha256:9c1e",
                List.of(),
                Map.of("disk", "ssd"),
                List.of("dedicated=batch:NoSchedule")),
            "makes it a node of this cluster",
            images);
    Step kubelet =
        step(
            host,
            new Action.FollowSiblings("https://localhost:6443", Map.of(), List.of()),
            "the API is to be reached through the node's own nginx-proxy",
            join);
    Step verify =
        step(
            host,
            new Action.VerifyNode(
                host,
                Map.of("disk", "ssd"),
                List.of("dedicated=batch:NoSchedule"),
                List.of("kube-system/calico-node", "kube-system/kube-proxy"),
                List.of(),
                List.of()),
            "a node that isn't Ready is not in service",
            kubelet);
    return List.of(prepare, packages, files, runtime, images, join, kubelet, verify);
  }

  private static List<PlannedFile> files() {
    List<PlannedFile> files = new ArrayList<>();
    files.add(
        new PlannedFile(
            "/etc/kubernetes/kubelet.env", "k8s-node4", "name and addresses rewritten", 0));
    files.add(new PlannedFile("/usr/local/bin/kubelet", "k8s-node4", "", 412_000_000));
    for (int i = files.size(); i < 214; i++) {
      files.add(new PlannedFile("/opt/cni/bin/plugin" + i, "k8s-node4", "", 0));
    }
    return files;
  }

  static Plan workers(String... hosts) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < hosts.length; i++) {
      steps.addAll(worker(hosts[i], i == 0 ? MENDS : List.of()));
    }
    return plan(steps, opens(hosts));
  }

  /// Workers that differ in nothing but their names.
  static Plan alike(int from, int to) {
    String[] hosts =
        IntStream.rangeClosed(from, to).mapToObj(i -> "k8s-node" + i).toArray(String[]::new);
    List<Step> steps = new ArrayList<>();
    for (String host : hosts) {
      steps.addAll(worker(host, MENDS));
    }
    return plan(steps, opens(hosts));
  }

  static Plan nothing() {
    return plan(List.of(), List.of());
  }

  static Plan refused() {
    return new Plan(
        List.of(),
        List.of(
            new Plan.Refusal(
                Code.HOST_CLONED,
                "k8s-node6 has the machine-id of the live node k8s-node5"
                    + " (4f3c2b1a0987654321fedcba98765432): it was cloned without a new one",
                Next.on("k8s-node6", "rm /etc/machine-id && systemd-machine-id-setup && reboot")),
            new Plan.Refusal(
                Code.INVENTORY_CONTRADICTS,
                "inventory/group_vars/k8s_cluster.yml:12 says kube_version: v1.27.1, the cluster"
                    + " runs v1.26.6",
                Next.edit("inventory/group_vars/k8s_cluster.yml", "kube_version: v1.26.6"))),
        List.of(),
        List.of(),
        new TreeSet<>());
  }

  static Plan partly() {
    Plan good = workers("k8s-node6");
    return new Plan(
        good.steps(),
        List.of(),
        List.of(
            new Plan.LeftOut(
                "k8s-node7",
                Code.SSH_UNREACHABLE,
                "no connection to 10.200.70.17:22 within 10 s (No route to host)",
                Next.on("k8s-node7", "true").as("must work")),
            new Plan.LeftOut(
                "k8s-node8",
                Code.HOST_KERNEL,
                "it is not fit to join:\n"
                    + "kernel: found 4.18.0-477.el8.x86_64, expected newer than 4.20\n"
                    + "leftovers: found a kubelet of the cluster at https://10.9.0.1:6443, expected"
                    + " none of another cluster",
                Next.on(
                    "k8s-node8", List.of("dnf -y install kernel-ml && reboot", "kubeadm reset")))),
        List.of(
            new Plan.Note("k8s-node5 is a live node that the inventory does not name; it is kept"),
            new Plan.Note("k8s-node9 is in [all] and has no role")),
        good.opens());
  }

  static Plan plan(List<Step> steps, List<String> opens) {
    return new Plan(steps, List.of(), List.of(), List.of(), new TreeSet<>(opens));
  }

  static Step step(String host, Action action, String why, Step... after) {
    return new Step(
        action.kind() + "/" + host,
        host,
        Arrays.stream(after).map(Step::id).toList(),
        Disruption.none(),
        why,
        action);
  }

  private static List<String> opens(String... hosts) {
    List<String> opens = new ArrayList<>(List.of("k8s-node1", "k8s-node4"));
    opens.addAll(List.of(hosts));
    return opens;
  }
}
