package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.Component;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.plan.ComponentDifference.Kind;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Would kubeadm make of ConfigMap kubeadm-config what runs on a control plane? The flags of its
/// API server, controller manager and scheduler are compared with kubeadm's own and `extraArgs`,
/// and what they mount with `extraVolumes`.
///
/// A flag that kubeadm has of its own and that a running manifest lacks is no difference: other
/// versions of kubeadm have others.
final class ComponentDifferences {
  /// Through these the cluster would not be the same for who happens to ask the new one: it could
  /// not read what others have encrypted, would trust others, let in or refuse others, or give out
  /// other addresses.
  private static final Pattern HURTS =
      Pattern.compile(
          "encryption-provider-config"
              + "|etcd-prefix|etcd-servers-overrides"
              + "|service-account-(issuer|key-file|signing-key-file|private-key-file|jwks-uri"
              + "|signing-endpoint)"
              + "|api-audiences|client-ca-file|requestheader-.*|root-ca-file"
              + "|cluster-signing-.*(file|cert|key)"
              + "|anonymous-auth|authorization-(?!kubeconfig).*|authentication-config"
              + "|authentication-token-.*|token-auth-file|oidc-.*|enable-bootstrap-token-auth"
              + "|enable-admission-plugins|disable-admission-plugins"
              + "|admission-control-config-file"
              + "|audit-(policy-file|log-path|webhook-config-file)|egress-selector-config-file"
              + "|feature-gates|runtime-config"
              + "|service-cluster-ip-range|service-node-port-range|cluster-cidr"
              + "|allocate-node-cidrs|node-cidr-mask-size.*");

  /// Their values are sets.
  private static final Set<String> SETS =
      Set.of(
          "enable-admission-plugins",
          "disable-admission-plugins",
          "feature-gates",
          "runtime-config",
          "tls-cipher-suites");

  private static final Pattern PATCHES =
      Pattern.compile("(?m)^patches:\\s*\\n\\s+directory: *[\"']?([^\"'\\s]+)");

  private ComponentDifferences() {}

  /// All of them; those that hurt first.
  static List<ComponentDifference> of(ControlPlaneModel running, ClusterSettings settings) {
    return Arrays.stream(Component.Name.values())
        .filter(running.components()::containsKey)
        .flatMap(name -> {
          Component component =
              running.components().getOrDefault(name, KubeadmDefaults.extra(settings, name));
          boolean patched = isPatched(name, running);
          return Stream.concat(
                  flags(name, component, settings).stream(),
                  mounts(name, component, settings).stream())
              // What a patch has brought about, it brings about on a newcomer as well.
              .map(it -> patched ? harmless(it) : it);
        })
        .sorted(Comparator.comparing(ComponentDifference::hurts).reversed())
        .toList();
  }

  private static ComponentDifference harmless(ComponentDifference it) {
    return new ComponentDifference(
        it.component(), it.subject(), it.kind(), it.running(), it.newcomer(), false);
  }

  /// kubeadm takes a patch by its name: the component's, and whatever follows it.
  private static boolean isPatched(Component.Name component, ControlPlaneModel running) {
    return running
        .joinConfig()
        .map(PATCHES::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1).replaceAll("/+$", "") + "/" + component.program())
        .filter(start -> running.shared().stream().anyMatch(path -> path.startsWith(start)))
        .isPresent();
  }

  private static List<ComponentDifference> flags(
      Component.Name name, Component running, ClusterSettings settings) {
    Map<String, Optional<String>> defaults = KubeadmDefaults.flags(name, settings);
    Map<String, List<String>> extra = KubeadmDefaults.extra(settings, name).flags();
    Set<String> names = new TreeSet<>(running.flags().keySet());
    names.addAll(extra.keySet());
    List<ComponentDifference> differences = new ArrayList<>();
    for (String flag : names) {
      List<String> here = running.flags().getOrDefault(flag, List.of());
      if (KubeadmDefaults.HOSTS_OWN.contains(flag) || unknown(flag, extra, defaults)) {
        continue;
      }
      List<String> there =
          Optional.ofNullable(extra.get(flag))
              .or(() ->
                  Optional.ofNullable(defaults.get(flag)).flatMap(value -> value.map(List::of)))
              .orElse(List.of());
      if (!canonical(flag, here).equals(canonical(flag, there)) && !noCa(flag, here)) {
        differences.add(
            new ComponentDifference(
                name, flag, Kind.FLAG, here, there, HURTS.matcher(flag).matches()));
      }
    }
    return differences;
  }

  /// Merged with a default of kubeadm's, or such a default itself.
  private static boolean unknown(
      String flag, Map<String, List<String>> extra, Map<String, Optional<String>> defaults) {
    return extra.containsKey(flag)
        ? extra.getOrDefault(flag, List.of()).isEmpty()
        : defaults.getOrDefault(flag, Optional.of("")).isEmpty();
  }

  /// kubeadm gives no signing key where the CA's is not there.
  private static boolean noCa(String flag, List<String> running) {
    return flag.startsWith("cluster-signing-") && running.equals(List.of(""));
  }

  /// However the same is written.
  private static List<String> canonical(String flag, List<String> values) {
    if (SETS.contains(flag)) {
      return values.stream()
          .flatMap(value -> Arrays.stream(value.split(",")))
          .map(String::strip)
          // Of old versions of kubeadm, where it was asked for in its own feature gates.
          .filter(value -> !value.isEmpty() && !value.startsWith("IPv6DualStack="))
          .map(value -> value.toLowerCase(Locale.ROOT))
          .sorted()
          .distinct()
          .toList();
    }
    return values.stream()
        .map(value ->
            switch (value) {
              case "True", "TRUE" -> "true";
              case "False", "FALSE" -> "false";
              case "::", "[::]", "0.0.0.0" -> flag.equals("bind-address") ? "any" : value;
              default -> value;
            })
        .toList();
  }

  private static List<ComponentDifference> mounts(
      Component.Name name, Component running, ClusterSettings settings) {
    Set<String> theirs = KubeadmDefaults.mounts(name, settings, running);
    KubeadmDefaults.extra(settings, name)
        .mounts()
        .forEach(mount -> theirs.add(clean(mount.path())));
    List<ComponentDifference> differences = new ArrayList<>();
    for (Component.Mount mount : running.mounts()) {
      String path = clean(mount.path());
      if (theirs.contains(path)) {
        continue;
      }
      boolean named =
          running.flags().values().stream()
              .flatMap(values -> values.stream().flatMap(value -> Arrays.stream(value.split(","))))
              .anyMatch(value ->
                  isBelow(value, path)
                      && theirs.stream().noneMatch(other -> isBelow(value, other)));
      differences.add(
          new ComponentDifference(
              name, clean(mount.hostPath()), Kind.MOUNT, List.of(path), List.of(), named));
    }
    return differences;
  }

  private static String clean(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static boolean isBelow(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder + "/");
  }

  /// Why a control plane modelled on this one is left out, if it is.
  static Optional<Plan.LeftOut> leftOut(
      String newcomer, ControlPlaneModel running, ClusterSettings settings) {
    List<ComponentDifference> hurting =
        of(running, settings).stream().filter(ComponentDifference::hurts).toList();
    if (hurting.isEmpty()) {
      return Optional.empty();
    }
    boolean lists = !settings.configApiVersion().matches(".*/v1beta[123]");
    return Optional.of(
        new Plan.LeftOut(
            newcomer,
            Code.COMPONENTS_DIFFER,
            "it would not be what "
                + running.host()
                + " is: kubeadm makes its components by ConfigMap kubeadm-config, which says"
                + " otherwise:\n"
                + hurting.stream()
                    .map(it -> it.inWords(running.host()))
                    .collect(Collectors.joining("\n")),
            Next.kubectl("-n kube-system edit configmap kubeadm-config")
                .as(
                    "in its ClusterConfiguration:\n"
                        + hurting.stream()
                            .flatMap(it -> it.mend(lists).stream())
                            .map(line -> "#   " + line)
                            .collect(Collectors.joining("\n")))
                .thenPlan()));
  }

  /// What else differs, in one line; none where nothing does.
  static Optional<Plan.Note> note(ControlPlaneModel running, ClusterSettings settings) {
    List<ComponentDifference> others =
        of(running, settings).stream().filter(it -> !it.hurts()).toList();
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Plan.Note(
                "new control planes differ a little from "
                    + running.host()
                    + ", which has been changed by hand or by patches: "
                    + others.stream()
                        .map(it -> it.inWords(running.host()))
                        .collect(Collectors.joining("; "))));
  }
}
