package io.kubegraft.run;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.ControlPlaneAction;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.plan.EtcdShape;
import io.kubegraft.plan.Identity;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.PlannedFile;
import io.kubegraft.plan.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Small plans.
public final class Plans {
  private Plans() {}

  public static Step step(String id, String... after) {
    return step(id, new Action.StartRuntime("containerd.service"), after);
  }

  static Step join(String host, String... after) {
    return step(
        "join/" + host,
        new Action.Join(
            "k8s-node1",
            "k8s-node4",
            host,
            "10.200.70.11:6443",
            "sha256:9c1e",
            List.of(),
            Map.of(),
            List.of()),
        after);
  }

  private static Step step(String id, Action action, String... after) {
    return new Step(
        id,
        id.substring(id.indexOf('/') + 1),
        List.of(after),
        Disruption.none(),
        "a test wants it",
        action);
  }

  static Step files(String host) {
    return step(
        "files/" + host,
        new Action.CopyNodeFiles(
            "k8s-node4",
            new Identity(List.of("k8s-node4"), List.of("10.200.70.14")),
            new Identity(List.of(host), List.of("10.200.70.16")),
            Map.of(),
            List.of(),
            files(42, 279_000_000),
            List.of()));
  }

  private static List<PlannedFile> files(int count, long bytes) {
    return IntStream.range(0, count)
        .mapToObj(i -> new PlannedFile("/usr/local/bin/" + i, "k8s-node4", "", i == 0 ? bytes : 0))
        .toList();
  }

  static Step etcdFiles(String host) {
    return step(
        "etcd-files/" + host,
        new EtcdAction.CopyEtcd(
            "k8s-node1",
            new Identity(List.of("k8s-node1"), List.of("10.200.70.11")),
            new Identity(List.of(host), List.of("10.200.70.12")),
            "etcd2",
            "https://10.200.70.12:2380",
            "https://10.200.70.12:2379",
            files(5, 38_000_000)));
  }

  static Step images(String host) {
    return step(
        "images/" + host,
        new Action.LoadImages(
            "k8s-node4", "linux/amd64", List.of("k8s.gcr.io/pause:3.2"), List.of(), List.of()));
  }

  static Step controlPlaneJoin(String host) {
    return step(
        "join/" + host,
        new ControlPlaneAction.JoinControlPlane(
            "k8s-node1",
            "k8s-node1",
            host,
            "127.0.0.1",
            "10.200.70.11:6443",
            "sha256:9c1e",
            List.of(),
            Map.of(),
            List.of(),
            Map.of()));
  }

  static Step updateApiServer(String host) {
    return disrupting(
        "apiserver/" + host,
        new ControlPlaneAction.UpdateApiServer(host, List.of(), List.of()),
        new Disruption.Restarts("kube-apiserver", host));
  }

  static Step updateProxy(String host) {
    return disrupting(
        "proxy/" + host,
        new ControlPlaneAction.UpdateProxy(List.of()),
        new Disruption.Restarts("nginx-proxy", host));
  }

  static Step promote(String host) {
    return disrupting(
        "promote/" + host,
        new EtcdAction.Promote(host, "https://10.200.70.12:2380"),
        new Disruption.ChangesMembership(
            "promote " + host, new EtcdShape(1, 1), new EtcdShape(2, 0)));
  }

  static Step disrupting(String id, Disruption disruption) {
    return disrupting(id, new Action.StartRuntime("containerd.service"), disruption);
  }

  private static Step disrupting(String id, Action action, Disruption disruption) {
    return new Step(
        id, id.substring(id.indexOf('/') + 1), List.of(), disruption, "a test wants it", action);
  }

  public static Plan of(Step... steps) {
    return new Plan(Arrays.asList(steps), List.of(), List.of(), List.of(), new TreeSet<>());
  }
}
