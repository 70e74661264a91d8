package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeletEnvTest {
  /// As Kubespray v2.31 writes them.
  private static final String TEXT =
      """
      KUBE_LOG_LEVEL="--v=2"
      KUBELET_ADDRESS="--node-ip=10.200.70.16"
      KUBELET_HOSTNAME="--hostname-override=k8s-node6"


      KUBELET_ARGS="--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \\
      --config=/etc/kubernetes/kubelet-config.yaml \\
      --kubeconfig=/etc/kubernetes/kubelet.conf \\
       "
      KUBELET_CLOUDPROVIDER=""

      PATH=/usr/local/bin:/usr/bin
      """;

  private static final String UNIT =
      """
      # /etc/systemd/system/kubelet.service
      [Service]
      EnvironmentFile=-/etc/kubernetes/kubelet.env
      ExecStart=/usr/local/bin/kubelet \\
      \t\t$KUBE_LOGTOSTDERR \\
      \t\t$KUBE_LOG_LEVEL \\
      \t\t$KUBELET_ADDRESS \\
      \t\t$KUBELET_HOSTNAME \\
      \t\t$KUBELET_ARGS \\
      \t\t$KUBELET_CLOUDPROVIDER
      Restart=always
      """;

  private static KubeletEnv env(String text) {
    return new KubeletEnv(text, UNIT);
  }

  private static String without(String name) {
    return TEXT.replaceAll("(?m)^" + name + "=.*\n", "");
  }

  @Test
  void labelsAndTaintsAreThereFromRegistrationAndNothingElseChanges() {
    assertThat(
            env(TEXT)
                .registeringWith(
                    Map.of("disk", "ssd", "app", ""),
                    List.of("dedicated=batch:NoSchedule", "gpu:NoExecute")))
        .contains(
            TEXT.replace(
                "k8s-node6\"",
                "k8s-node6 --node-labels=app=,disk=ssd"
                    + " --register-with-taints=dedicated=batch:NoSchedule,gpu=:NoExecute\""));
  }

  @Test
  void withoutLabelsAndTaintsTheTextStays() {
    assertThat(env(TEXT).registeringWith(Map.of(), List.of())).contains(TEXT);
    String clouds = without("KUBELET_HOSTNAME");
    assertThat(env(clouds).registeringWith(Map.of(), List.of())).contains(clouds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KUBELET_HOSTNAME=\"--hostname-override=a\"",
        "KUBELET_HOSTNAME=\"--hostname-override a\"",
        "KUBELET_HOSTNAME='--hostname-override=a'",
        "KUBELET_HOSTNAME=--hostname-override=a",
        "KUBELET_HOSTNAME=\"\""
      })
  void anEarlierAttemptsLabelsAndTaintsAreReplacedNotKept(String line) {
    KubeletEnv earlier =
        env(
            env(TEXT.replaceAll("(?m)^KUBELET_HOSTNAME=.*$", line))
                .registeringWith(Map.of("old", "1"), List.of("old:NoSchedule"))
                .orElseThrow());
    assertThat(earlier.text())
        .containsPattern("--node-labels=old=1 --register-with-taints=old=:NoSchedule[\"']\n");

    assertThat(earlier.registeringWith(Map.of("disk", "ssd"), List.of()).orElseThrow())
        .contains("--node-labels=disk=ssd")
        .doesNotContain("old");
    assertThat(earlier.registeringWith(Map.of(), List.of()).orElseThrow())
        .doesNotContain("old")
        .doesNotContain("--node-labels");
  }

  @Test
  void theOrderOfLabelsMakesNoDifference() {
    TreeMap<String, String> backwards = new TreeMap<>(java.util.Comparator.reverseOrder());
    backwards.putAll(Map.of("a", "1", "b", "2", "c", "3"));

    assertThat(env(TEXT).registeringWith(backwards, List.of()))
        .isEqualTo(env(TEXT).registeringWith(new TreeMap<>(backwards), List.of()))
        .hasValueSatisfying(text -> assertThat(text).contains("--node-labels=a=1,b=2,c=3\""));
  }

  /// As on clouds, where Kubespray leaves the name to the host.
  @Test
  void aVariableThatTheUnitPassesOnAndNobodySetsIsSet() {
    String clouds = without("KUBELET_HOSTNAME");
    String joined = env(clouds).registeringWith(Map.of(), List.of("a:NoSchedule")).orElseThrow();

    assertThat(joined)
        .isEqualTo(clouds + "KUBELET_HOSTNAME=\"--register-with-taints=a=:NoSchedule\"\n");
    assertThat(env(joined).registeringWith(Map.of("disk", "ssd"), List.of()))
        .contains(clouds + "KUBELET_HOSTNAME=\"--node-labels=disk=ssd\"\n");
  }

  @Test
  void aUnitWithoutKubespraysVariableGetsThemInTheLastThatItPassesOnAndTheFileSets() {
    String text = "KUBELET_ARGS=\"--config=/x \\\n --v=2\"\nKUBELET_EXTRA_ARGS=--a=1\nOTHER=1\n";
    KubeletEnv env =
        new KubeletEnv(
            text,
            """
            EnvironmentFile=/etc/kubernetes/kubelet.env
            ExecStart=
            ExecStart=/usr/bin/kubelet $KUBELET_ARGS $KUBELET_EXTRA_ARGS ${OTHER}
            """);

    assertThat(env.carrier()).contains("KUBELET_EXTRA_ARGS");
    assertThat(env.registeringWith(Map.of("a", "b"), List.of()))
        .contains(text.replace("=--a=1", "=\"--a=1 --node-labels=a=b\""));
  }

  @ParameterizedTest
  @CsvSource({
    "KUBELET_HOSTNAME=\"--hostname-override=a\",a",
    "KUBELET_HOSTNAME=\"--hostname-override a\",a",
    "KUBELET_HOSTNAME='--hostname-override=a --v=3',a",
    "KUBELET_HOSTNAME=--hostname-override=a,a",
    "KUBELET_ARGS=\"--v=2 --hostname-override=a\",a",
    "KUBELET_ADDRESS=\"--node-ip=1.2.3.4 --hostname-override=a\",a",
    "#KUBELET_HOSTNAME=\"--hostname-override=a\",",
    "NOBODYS=\"--hostname-override=a\",",
    "KUBELET_HOSTNAME=\"\","
  })
  void aNodesNameIsFoundInWhicheverVariableArrives(String line, String name) {
    assertThat(env(line + "\n").nodeName()).isEqualTo(java.util.Optional.ofNullable(name));
  }

  @Test
  void aNodesNameIsFoundInTheUnitItself() {
    assertThat(
            new KubeletEnv("", "ExecStart=/usr/bin/kubelet --hostname-override=b $X\n").nodeName())
        .contains("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ExecStart=/usr/bin/kubelet $KUBELET_HOSTNAME\n",
        "EnvironmentFile=/etc/default/kubelet\nExecStart=/usr/bin/kubelet $KUBELET_HOSTNAME\n",
        "EnvironmentFile=-/etc/kubernetes/kubelet.env\nExecStart=/usr/bin/kubelet --v=2\n",
        """
        EnvironmentFile=-/etc/kubernetes/kubelet.env
        ExecStart=/usr/bin/kubelet ${KUBELET_ARGS}
        """,
        ""
      })
  void whereNothingOfTheFileArrivesNothingIsWritten(String unit) {
    KubeletEnv env = new KubeletEnv(TEXT, unit);

    assertThat(env.carrier()).isEmpty();
    assertThat(env.registeringWith(Map.of("a", "1"), List.of())).isEmpty();
  }

  @Test
  void aVariableThatIsSetTwiceOrByTheUnitIsNotTouched() {
    assertThat(env(TEXT + "KUBELET_HOSTNAME=\"--hostname-override=other\"\n").carrier())
        .isNotEqualTo(java.util.Optional.of("KUBELET_HOSTNAME"));
    assertThat(
            new KubeletEnv(without("KUBELET_HOSTNAME"), UNIT + "Environment=KUBELET_HOSTNAME=--x\n")
                .carrier())
        .isNotEqualTo(java.util.Optional.of("KUBELET_HOSTNAME"));
  }
}
