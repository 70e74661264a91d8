package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.observe.RecordedControlPlane;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentDifferencesTest {
  private static final String AFTER = "    - --allow-privileged=true\n";
  private static final String ENCRYPTION =
      "    - --encryption-provider-config=/etc/kubernetes/ssl/secrets_encryption.yaml\n";

  @ParameterizedTest
  @ValueSource(strings = {"2.31", "2.16"})
  void whatKubesprayLeftIsWhatKubeadmWouldMake(String release) {
    assertThat(differences(new RecordedControlPlane(release))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kube-apiserver | encryption-provider-config=/etc/kubernetes/ssl/secrets_encryption.yaml
          kube-apiserver | service-account-jwks-uri=https://issuer.example/keys
          kube-apiserver | authorization-webhook-config-file=/etc/kubernetes/ssl/authz.yaml
          kube-apiserver | disable-admission-plugins=PodSecurity
          kube-apiserver | admission-control-config-file=/etc/kubernetes/ssl/admission.yaml
          kube-apiserver | audit-policy-file=/etc/kubernetes/ssl/audit.yaml
          kube-apiserver | feature-gates=SomeGate=true
          kube-apiserver | runtime-config=api/alpha=true
          kube-apiserver | oidc-issuer-url=https://issuer.example
          kube-apiserver | authentication-config=/etc/kubernetes/ssl/authn.yaml
          kube-apiserver | api-audiences=https://issuer.example
          kube-apiserver | etcd-servers-overrides=/events#https://10.0.0.1:2383
          kube-controller-manager | feature-gates=SomeGate=true
          kube-controller-manager | node-cidr-mask-size-ipv6=64
          kube-scheduler | feature-gates=SomeGate=true
          """)
  void aFlagThatRunsAndThatKubeadmWouldNotGiveHurts(String component, String flag) {
    assertThat(differences(plus(component, flag)))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.component().program()).isEqualTo(component);
          assertThat(it.subject()).isEqualTo(flag.substring(0, flag.indexOf('=')));
          assertThat(it.running()).containsExactly(flag.substring(flag.indexOf('=') + 1));
          assertThat(it.newcomer()).isEmpty();
          assertThat(it.hurts()).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kube-apiserver | --enable-admission-plugins=NodeRestriction | --enable-admission-plugins=NodeRestriction,PodNodeSelector
          kube-apiserver | --service-account-issuer=https://kubernetes.default.svc.cluster.local | --service-account-issuer=https://issuer.example
          kube-apiserver | --client-ca-file=/etc/kubernetes/ssl/ca.crt | --client-ca-file=/etc/kubernetes/ssl/two-cas.crt
          kube-apiserver | --service-cluster-ip-range=10.233.0.0/18 | --service-cluster-ip-range=10.96.0.0/12
          kube-apiserver | --authorization-mode=Node,RBAC | --authorization-mode=Node,RBAC,Webhook
          kube-apiserver | --requestheader-allowed-names=front-proxy-client | --requestheader-allowed-names=
          kube-controller-manager | --cluster-cidr=10.233.64.0/18 | --cluster-cidr=10.0.0.0/8
          kube-controller-manager | --allocate-node-cidrs=true | --allocate-node-cidrs=false
          kube-controller-manager | --root-ca-file=/etc/kubernetes/ssl/ca.crt | --root-ca-file=/etc/kubernetes/ssl/other.crt
          kube-controller-manager | --cluster-signing-key-file=/etc/kubernetes/ssl/ca.key | --cluster-signing-key-file=/etc/kubernetes/ssl/other.key
          """)
  void aFlagThatRunsWithAnotherValueHurts(String component, String is, String becomes) {
    for (String release : List.of("2.31", "2.16")) {
      assertThat(
              differences(
                  new RecordedControlPlane(release).edited(component, is + "\n", becomes + "\n")))
          .singleElement()
          .satisfies(it -> {
            assertThat(it.hurts()).isTrue();
            assertThat(it.running()).containsExactly(value(becomes));
            assertThat(it.newcomer()).containsExactly(value(is));
          });
    }
  }

  @Test
  void whatOnlyKubeadmConfigSaysHurtsAsWell() {
    RecordedControlPlane control =
        new RecordedControlPlane("2.16")
            .edited(
                "ClusterConfiguration",
                "    profiling: \"False\"\n    request-timeout",
                "    profiling: \"False\"\n    encryption-provider-config: /etc/kubernetes/ssl/e.yaml\n    request-timeout");
    assertThat(differences(control))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.running()).isEmpty();
          assertThat(it.newcomer()).containsExactly("/etc/kubernetes/ssl/e.yaml");
          assertThat(it.hurts()).isTrue();
          assertThat(it.mend(false))
              .containsExactly("apiServer.extraArgs: without encryption-provider-config");
        });
  }

  @Test
  void whatMakesNoOtherClusterIsNamedAndNotRefused() {
    RecordedControlPlane control =
        new RecordedControlPlane("2.31")
            .edited("kube-apiserver", "--event-ttl=1h0m0s", "--event-ttl=2h0m0s")
            .edited("kube-scheduler", "'--bind-address=::'", "--bind-address=127.0.0.1");
    assertThat(ComponentDifferences.leftOut("k8s-node2", control.model(), control.settings()))
        .isEmpty();
    assertThat(ComponentDifferences.note(control.model(), control.settings()))
        .hasValueSatisfying(note ->
            assertThat(note.text())
                .contains(
                    "kube-apiserver --event-ttl: 2h0m0s on k8s-node1, 1h0m0s by kubeadm-config")
                .contains("kube-scheduler --bind-address: 127.0.0.1 on k8s-node1, :: by"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --profiling=False | --profiling=false
          '--bind-address=::' | --bind-address=0.0.0.0
          --advertise-address=10.200.71.11 | --advertise-address=10.200.71.12
          --etcd-servers=https://10.200.71.11:2379 | --etcd-servers=https://10.200.71.12:2379
          --apiserver-count=1 | --apiserver-count=3
          --secure-port=6443 | --secure-port=8443
          --enable-admission-plugins=NodeRestriction | --enable-admission-plugins=NodeRestriction,
          """)
  void theSameInOtherWordsAndWhatIsAHostsOwnIsNoDifference(String is, String becomes) {
    String quoted = is.contains("::") ? "'--bind-address=::'" : is;
    assertThat(
            differences(
                new RecordedControlPlane("2.31")
                    .edited("kube-apiserver", "- " + quoted + "\n", "- " + becomes + "\n")))
        .isEmpty();
  }

  @Test
  void aDefaultThatAnotherVersionOfKubeadmHasIsNoDifference() {
    assertThat(
            differences(
                new RecordedControlPlane("2.31")
                    .edited("kube-apiserver", "    - --enable-bootstrap-token-auth=true\n", "")
                    .edited("kube-controller-manager", "    - --leader-elect=true\n", "")))
        .isEmpty();
  }

  @Test
  void aFolderThatAFlagNamesAndThatWouldNotBeMountedHurts() {
    RecordedControlPlane control =
        new RecordedControlPlane("2.31")
            .edited(
                "kube-apiserver",
                AFTER,
                AFTER + "    - --audit-policy-file=/etc/audit/policy.yaml\n")
            .edited(
                "ClusterConfiguration",
                "  - name: event-ttl\n",
                "  - name: audit-policy-file\n    value: /etc/audit/policy.yaml\n  - name: event-ttl\n")
            .edited(
                "kube-apiserver",
                "    volumeMounts:\n",
                "    volumeMounts:\n    - mountPath: /etc/audit\n      name: audit\n")
            .edited(
                "kube-apiserver",
                "  volumes:\n",
                "  volumes:\n  - hostPath:\n      path: /srv/audit\n    name: audit\n");
    assertThat(differences(control))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.hurts()).isTrue();
          assertThat(it.inWords("k8s-node1"))
              .isEqualTo(
                  "kube-apiserver mounts /srv/audit on k8s-node1, and wouldn't by"
                      + " kubeadm-config");
          assertThat(it.mend(true))
              .containsExactly(
                  "apiServer.extraVolumes:",
                  "  - name: srv-audit",
                  "    hostPath: /srv/audit",
                  "    mountPath: /etc/audit");
        });

    control.edited("kube-apiserver", "    - --audit-policy-file=/etc/audit/policy.yaml\n", "");
    control.edited(
        "ClusterConfiguration",
        "  - name: audit-policy-file\n    value: /etc/audit/policy.yaml\n",
        "");
    assertThat(differences(control))
        .as("nobody names it")
        .singleElement()
        .satisfies(it -> assertThat(it.hurts()).isFalse());
  }

  @Test
  void whatAPatchMayHaveBroughtAboutIsNamedAndNotRefused() {
    RecordedControlPlane control = plus("kube-apiserver", "runtime-config=api/alpha=true");
    String config =
        "kind: JoinConfiguration\npatches:\n  directory: /etc/kubernetes/patches\ncontrolPlane: {}\n";
    control.joinedBy(config, "/etc/kubernetes/patches/kube-scheduler+merge.yaml");
    assertThat(differences(control)).allMatch(ComponentDifference::hurts);
    control.joinedBy(config, "/etc/kubernetes/patches/kube-apiserver0+merge.yaml");
    assertThat(differences(control)).hasSize(1).noneMatch(ComponentDifference::hurts);
  }

  @Test
  void whoIsLeftOutIsToldBothValuesAndTheLinesOfItsApiVersion() {
    RecordedControlPlane today =
        new RecordedControlPlane("2.31").edited("kube-apiserver", AFTER, AFTER + ENCRYPTION);
    assertThat(ComponentDifferences.leftOut("k8s-node2", today.model(), today.settings()))
        .contains(
            new Plan.LeftOut(
                "k8s-node2",
                Code.COMPONENTS_DIFFER,
                "it would not be what k8s-node1 is: kubeadm makes its components by ConfigMap"
                    + " kubeadm-config, which says otherwise:\n"
                    + "kube-apiserver --encryption-provider-config:"
                    + " /etc/kubernetes/ssl/secrets_encryption.yaml on k8s-node1, not set by"
                    + " kubeadm-config",
                Next.kubectl("-n kube-system edit configmap kubeadm-config")
                    .as(
                        """
                        in its ClusterConfiguration:
                        #   apiServer.extraArgs:
                        #     - name: encryption-provider-config
                        #       value: "/etc/kubernetes/ssl/secrets_encryption.yaml"\
                        """)
                    .thenPlan()));

    RecordedControlPlane then =
        new RecordedControlPlane("2.16").edited("kube-apiserver", AFTER, AFTER + ENCRYPTION);
    assertThat(ComponentDifferences.leftOut("k8s-node2", then.model(), then.settings()))
        .hasValueSatisfying(out ->
            assertThat(out.next().inWords(Operator.unknown()))
                .contains(
                    "#     encryption-provider-config:"
                        + " \"/etc/kubernetes/ssl/secrets_encryption.yaml\""));
  }

  private static RecordedControlPlane plus(String component, String flag) {
    String command = "    - " + component + "\n";
    return new RecordedControlPlane("2.31")
        .edited(component, command, command + "    - --" + flag + "\n");
  }

  private static String value(String flag) {
    return flag.substring(flag.indexOf('=') + 1);
  }

  private static List<ComponentDifference> differences(RecordedControlPlane control) {
    return ComponentDifferences.of(control.model(), control.settings());
  }
}
