package io.kubegraft.graft;

import io.kubegraft.cluster.Reach;
import io.kubegraft.plan.Action.Finish;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// Brings what Kubespray does to a host last. A resolver that doesn't answer would hold up every
/// look-up on the host, so its file is written when the cluster's DNS answers from there, and what
/// was there is kept beside it, as Ansible keeps it.
final class FinishHost implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration DNS_LIMIT = Duration.ofMinutes(5);
  private static final String RESOLV_CONF = "/etc/resolv.conf";
  private static final String ADMIN = "/etc/kubernetes/admin.conf";
  private static final String KUBECONFIG = "/root/.kube/config";
  private static final String KEEP_OLD =
      """
      keep_old() { if [ -f "$1" ]; then cp -p "$1" "$1.$$.$(date '+%Y-%m-%d@%H:%M:%S')~"; fi; }
      """;

  private final Host donor;
  private final Host newcomer;
  private final Finish action;
  private final Supplier<Optional<PodTrouble.Blocked>> blocked;
  private String donorsResolver = "";

  /// @param blocked what keeps pods away from the node, on whom the cluster's DNS depends there
  FinishHost(
      Host donor, Host newcomer, Finish action, Supplier<Optional<PodTrouble.Blocked>> blocked) {
    this.blocked = blocked;
    this.donor = donor;
    this.newcomer = newcomer;
    this.action = action;
  }

  @Override
  public boolean check() {
    donorsResolver = action.resolver() ? text(donor, RESOLV_CONF).orElse("") : "";
    return resolverIsRight() && kubeconfigIsRight();
  }

  @Override
  public String act(Progress progress) {
    List<String> written = new ArrayList<>();
    if (!kubeconfigIsRight()) {
      newcomer.must(
          KEEP_OLD
              + """
              set -eu
              [ -d /root/.kube ] || install -d -m 700 /root/.kube
              keep_old %1$s
              (umask 077; cat %2$s > %1$s.new)
              mv -f %1$s.new %1$s
              """
                  .formatted(KUBECONFIG, ADMIN),
          LIMIT);
      written.add(KUBECONFIG);
    }
    if (!resolverIsRight()) {
      String text = wantedResolver().orElseThrow(this::noBlock);
      String first = ResolvConf.servers(donorsResolver).getFirst();
      progress.at("waiting for the cluster's DNS, " + first);
      awaitDns(first, progress);
      // Whoever made it a link since the plan was made writes it from now on.
      newcomer.must(
          KEEP_OLD
              + "if [ -L %1$s ]; then echo '%1$s is a link now' >&2; exit 1; fi\nkeep_old %1$s\n"
                  .formatted(RESOLV_CONF),
          LIMIT);
      newcomer.write(RESOLV_CONF, text.getBytes(StandardCharsets.UTF_8), FileMode.root("644"));
      newcomer.must(
          "if command -v restorecon >/dev/null 2>&1; then restorecon -F " + RESOLV_CONF + "; fi\n",
          LIMIT);
      written.add(RESOLV_CONF);
    }
    return String.join(" and ", written) + " written";
  }

  private void awaitDns(String server, Progress progress) {
    String endpoint = (server.contains(":") ? "[" + server + "]" : server) + ":53";
    AtomicReference<Next> next =
        new AtomicReference<>(
            Next.kubectl("-n kube-system get pods -o wide -l k8s-app=kube-dns").thenApply());
    try {
      new Waiting(DNS_LIMIT, Duration.ofSeconds(1), progress)
          .until(() -> dnsIsAway(endpoint, next), Code.NODE_FILE, Next.none());
    } catch (StepException e) {
      if (e.code() != Code.NODE_FILE) {
        throw e;
      }
      throw new StepException(Code.NODE_FILE, String.valueOf(e.getMessage()), next.get(), e);
    }
  }

  /// @param next told how to see more of what is in the way
  private Optional<String> dnsIsAway(String endpoint, AtomicReference<Next> next) {
    Optional<Reach> tried =
        Optional.ofNullable(Ways.tried(newcomer, List.of(endpoint)).get(endpoint));
    if (tried.equals(Optional.of(Reach.OPEN))) {
      return Optional.empty();
    }
    Optional<PodTrouble.Blocked> pods = blocked.get();
    pods.ifPresent(trouble -> next.set(trouble.next().thenApply()));
    return Optional.of(
        newcomer.name()
            + ": the cluster's DNS, the first server in "
            + donor.name()
            + "'s /etc/resolv.conf, does not answer there: "
            + tried
                .map(reach -> Ways.closed(endpoint, newcomer.name(), reach))
                .orElse("nothing on the host can try it (bash, curl, nc)")
            + pods.map(trouble -> "; " + trouble.why()).orElse(""));
  }

  @Override
  public void verify(Progress progress) {
    if (!resolverIsRight()) {
      throw new StepException(
          Code.NODE_FILE,
          newcomer.name() + ": /etc/resolv.conf is not what was just written there",
          Next.on(newcomer.name(), "ls -l /etc/resolv.conf").as("find who writes it").thenApply());
    }
    if (!kubeconfigIsRight()) {
      throw new StepException(
          Code.NODE_FILE,
          newcomer.name() + ": " + KUBECONFIG + " is not its " + ADMIN,
          Next.on(newcomer.name(), "ls -l /root/.kube").thenApply());
    }
  }

  private boolean resolverIsRight() {
    return !action.resolver()
        || (!donorsResolver.isEmpty() && wantedResolver().equals(text(newcomer, RESOLV_CONF)));
  }

  private Optional<String> wantedResolver() {
    return ResolvConf.forNewcomer(donorsResolver, text(newcomer, RESOLV_CONF).orElse(""));
  }

  private StepException noBlock() {
    return new StepException(
        Code.NODE_FILE,
        donor.name() + ": its /etc/resolv.conf has no block of Kubespray's with a server any more",
        Next.plan());
  }

  private boolean kubeconfigIsRight() {
    return !action.kubeconfig()
        || newcomer
            .run(
                "[ -f %2$s ] && [ \"$(sha256sum <%1$s)\" = \"$(sha256sum <%2$s)\" ]"
                    .formatted(ADMIN, KUBECONFIG),
                LIMIT)
            .ok();
  }

  private static Optional<String> text(Host host, String path) {
    return host.read(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
