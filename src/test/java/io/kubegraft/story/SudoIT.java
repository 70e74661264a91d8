package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where nobody logs in as root.
@ExtendWith(OnLab.class)
class SudoIT {
  @TempDir Path state;
  @TempDir Path folder;

  @Test
  void aUserWithASudoPasswordGraftsAWorker(Lab lab) {
    lab.blank("k8s-node3");
    Path inventory = Inventories.write(folder, "k8s-node3");

    Kubegraft.Watched apply =
        new Kubegraft(lab, state)
            .with("KUBEGRAFT_BECOME_PASSWORD", "operator")
            .apply(0, "-u", "operator", "-b", "-K", "-i", inventory.toString());

    assertThat(apply.opened()).containsExactly("k8s-node1", "k8s-node3", "k8s-node4");
    lab.assertInService("k8s-node3");
    for (String host : apply.opened()) {
      assertThat(lab.must(host, "journalctl -t sudo --no-pager -o cat; journalctl --no-pager"))
          .as("log of %s", host)
          .doesNotContain("password=operator");
      assertThat(lab.must(host, "ls -la /tmp /home/operator /run | grep -c kubegraft || true"))
          .isEqualTo("0\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {"ansible_become_password=amiss, doesn't accept the password", "\"\", password"})
  void aSudoThatRefusesIsThatHostsFailure(String variable, String why, Lab lab) {
    lab.blank("k8s-node3");
    Path inventory =
        Inventories.write(
            folder, "k8s-node3 ansible_user=operator ansible_become=true " + variable);

    Shell.Ended plan = new Kubegraft(lab, state).run("plan", "-i", inventory.toString());

    assertThat(plan.exit()).as("%s", plan).isEqualTo(5);
    assertThat(plan.said().replaceAll("\\s+", " ")).contains("k8s-node3", "sudo", why, "-K");
    assertThat(plan.said()).doesNotContain("amiss");
  }
}
