package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The seed of it all: one line more in the inventory, and k8s-node6 is in service.
@ExtendWith(OnLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AddWorkerIT {
  private static final String INVENTORY = "examples/2-add-worker.ini";

  @TempDir static Path state;

  @Test
  @Order(1)
  void thePlanForOneWorkerNamesThreeHostsAndRestartsNothing(Lab lab, @TempDir Path folder)
      throws IOException {
    lab.blank("k8s-node6");
    Kubegraft kubegraft = new Kubegraft(lab, state);
    String before = everything(lab);

    Shell.Ended text = kubegraft.run("plan", "--detailed-exitcode", "-i", INVENTORY);
    Shell.Ended json = kubegraft.run("plan", "-o", "json", "-i", INVENTORY);
    Shell.Ended shuffled =
        kubegraft.run("plan", "-o", "json", "-i", shuffled(folder, 7).toString());

    assertThat(text.exit()).as("%s", text).isEqualTo(2);
    assertThat(text.out())
        .containsPattern("Contacts: +k8s-node1, k8s-node4, k8s-node6\\n")
        .containsPattern("Restarts: +none\\n");
    assertThat(json.exit()).as("%s", json).isEqualTo(0);
    JsonNode plan = Kubegraft.json(json.out());
    List<String> kinds = new ArrayList<>();
    plan.path("steps")
        .forEach(step -> {
          kinds.add(step.path("kind").asText());
          assertThat(step.path("host").asText()).isEqualTo("k8s-node6");
          assertThat(step.path("disrupts").path("kind").asText()).isEqualTo("none");
        });
    assertThat(kinds)
        .containsExactly(
            "prepare", "files", "runtime", "images", "join", "kubelet", "finish", "verify");
    assertThat(text.out().lines().filter(line -> line.matches(" {4}\\d+\\. .*")).count())
        .isEqualTo(kinds.size());
    assertThat(Kubegraft.json(shuffled.out())).isEqualTo(plan);
    assertThat(everything(lab)).isEqualTo(before);
    assertThat(state.resolve("kubegraft")).doesNotExist();
  }

  @Test
  @Order(2)
  void applyPutsTheNodeIntoServiceAndOpensNoOtherHost(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);

    Kubegraft.Watched apply = kubegraft.apply(0, "-i", INVENTORY);

    assertThat(apply.opened()).containsExactly("k8s-node1", "k8s-node4", "k8s-node6");
    assertThat(apply.said())
        .containsPattern("k8s-node6 +Ready .*← new")
        .containsPattern("Contacted: +k8s-node1, k8s-node4, k8s-node6\\n")
        .containsPattern("Restarts: +none\\n");
    lab.assertInService("k8s-node6");
  }

  @Test
  @Order(3)
  void nothingOfTheDonorsIdentityIsLeft(Lab lab) {
    Shell.Ended found =
        lab.sh(
            "k8s-node6",
            "grep -rlwE 'k8s-node4|10\\.200\\.70\\.14' /etc /var/lib/kubelet/config.yaml"
                + " /usr/local/etc 2>/dev/null | grep -v '^/etc/hosts$'");

    assertThat(found.out()).isEmpty();
  }

  @Test
  @Order(4)
  void aPodOnTheNewNodeAnswersAPodOnAnotherAndIsAnswered(Lab lab) {
    lab.must(
        Lab.CONTROL_PLANE,
        "cat >/run/pods.yml <<'END'\n"
            + pod("old", "k8s-node4")
            + "---\n"
            + pod("new", "k8s-node6")
            + "END\nkubectl apply -f /run/pods.yml");
    try {
      lab.bringImage("docker.io/library/busybox:1.35", "k8s-node4", "k8s-node6");
      lab.kubectl("wait", "--for=condition=Ready", "pod/old", "pod/new", "--timeout=60s");
      assertThat(asks(lab, "old", "new")).isEqualTo("here is new\n");
      assertThat(asks(lab, "new", "old")).isEqualTo("here is old\n");
    } finally {
      lab.must(Lab.CONTROL_PLANE, "kubectl delete -f /run/pods.yml --wait=false");
    }
  }

  @Test
  @Order(5)
  void theRunFolderTellsAllAndHoldsNoSecret(Lab lab) throws IOException {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    Path run = kubegraft.lastRun();
    List<JsonNode> journal = kubegraft.journal();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run)))
        .isEqualTo("rwx------");
    assertThat(Kubegraft.json(Shell.read(run.resolve("plan.json"))).path("opens")).hasSize(3);
    assertThat(journal.getFirst().path("event").asText()).isEqualTo("run-started");
    assertThat(journal.getLast().path("event").asText()).isEqualTo("run-finished");
    assertThat(journal.getLast().path("outcome").asText()).isEqualTo("done");
    assertThat(journal.stream().filter(e -> e.path("event").asText().equals("step-done")))
        .hasSize(8);
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(Shell::read))
          .allSatisfy(text ->
              assertThat(text)
                  .doesNotContain("PRIVATE KEY")
                  .doesNotContain("client-key-data")
                  .doesNotContainPattern("\\b[a-z0-9]{6}\\.[a-z0-9]{16}\\b"));
    }
  }

  @Test
  @Order(6)
  void aSecondApplyFindsNothingToDoAndOpensTheCoordinatorAlone(Lab lab) {
    Kubegraft.Watched again = new Kubegraft(lab, state).apply(0, "-i", INVENTORY);

    assertThat(again.ended().out()).contains("No changes");
    assertThat(again.opened()).containsExactly("k8s-node1");
  }

  @Test
  @Order(7)
  void statusShowsTheNewNodeAndAHealthyCluster(Lab lab) {
    Shell.Ended status = new Kubegraft(lab, state).run("status", "-i", INVENTORY);

    assertThat(status.exit()).as("%s", status).isEqualTo(0);
    assertThat(status.out())
        .containsPattern("API: +healthy")
        .containsPattern("etcd: +healthy, 1 voter")
        .containsPattern("k8s-node6 +Ready");
  }

  /// Settings that hold only because the machine had them already, or that were never written down,
  /// are gone after the next boot: the ones of the host's network are made anew with it, those of
  /// the kernel are put to its defaults here.
  @Test
  @Order(8)
  void aRebootFindsAllThatTheNodeNeedsOnItsDisk(Lab lab) {
    String donors = settings(lab, "k8s-node4");
    lab.off("k8s-node6");
    lab.must(
        "k8s-node4", "sysctl -qw vm.overcommit_memory=0 kernel.panic=0 kernel.panic_on_oops=0");
    Instant booted = Instant.now();
    lab.on("k8s-node6");

    Lab.until(
        "a word of k8s-node6's kubelet after its boot, and Ready",
        Duration.ofMinutes(2),
        () -> lab.heartbeat("k8s-node6").isAfter(booted) && lab.ready("k8s-node6").equals("True"));
    assertThat(settings(lab, "k8s-node6")).isEqualTo(donors).contains("vm.overcommit_memory = 1");
    lab.assertInService("k8s-node6");
    Kubegraft kubegraft = new Kubegraft(lab, state);
    assertThat(kubegraft.run("plan", "-i", INVENTORY).out()).contains("No changes");
    Lab.until(
        "a status that finds nothing",
        Duration.ofMinutes(2),
        () -> kubegraft.run("status", "--deep", "-i", INVENTORY).exit() == 0);
  }

  /// All that the donor's files tell the kernel, as that host's has it now.
  private static String settings(Lab lab, String host) {
    String keys =
        lab.must(
            "k8s-node4",
            "cat /etc/sysctl.conf /etc/sysctl.d/*.conf | sed -n 's/^ *\\([a-z][^ =]*\\) *=.*/\\1/p'"
                + " | sort -u | tr '\n' ' '");
    assertThat(keys).contains("net.ipv4.ip_forward", "kernel.panic", "vm.overcommit_memory");
    return lab.must(host, "sysctl " + keys);
  }

  /// What a plan must not change: /etc of every host, and the cluster's nodes.
  private static String everything(Lab lab) {
    StringBuilder text = new StringBuilder(String.join(" ", lab.nodes()));
    for (String host : Lab.HOSTS) {
      text.append('\n').append(host).append(' ');
      text.append(
          lab.must(
              host,
              "cd /etc; find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum;"
                  + " find . | sort | sha256sum; ls /usr/local/bin /opt /run/kubegraft* 2>/dev/null"
                  + " | sha256sum; cat /proc/sys/net/ipv4/ip_forward"));
    }
    return text.toString();
  }

  /// The example with its lines in another order inside each section.
  private static Path shuffled(Path folder, long seed) throws IOException {
    List<List<String>> sections = new ArrayList<>();
    for (String line : Files.readAllLines(Shell.CHECKOUT.resolve(INVENTORY))) {
      if (line.startsWith("[")) {
        sections.add(new ArrayList<>(List.of(line)));
      } else if (!line.isBlank()) {
        sections.getLast().add(line);
      }
    }
    Random random = new Random(seed);
    sections.forEach(section -> Collections.shuffle(section.subList(1, section.size()), random));
    Collections.shuffle(sections.subList(1, sections.size()), random);
    Path file = folder.resolve("shuffled.ini");
    Files.write(file, sections.stream().flatMap(List::stream).toList());
    return file;
  }

  private static String pod(String name, String node) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s}
    spec:
      nodeName: %2$s
      terminationGracePeriodSeconds: 0
      containers:
      - name: web
        image: "docker.io/library/busybox:1.35"
        imagePullPolicy: IfNotPresent
        command: [sh, -c, "mkdir /www; echo here is %1$s >/www/index.html; httpd -f -p 8080 -h /www"]
    """
        .formatted(name, node);
  }

  private static String asks(Lab lab, String from, String to) {
    String address = lab.kubectl("get", "pod", to, "-o", "jsonpath={.status.podIP}");
    StringBuilder answer = new StringBuilder();
    // Routes to a new node's pods are there within moments of it being Ready.
    Lab.until(
        from + " reaches " + to,
        Duration.ofSeconds(30),
        () -> {
          Shell.Ended wget =
              lab.sh(
                  Lab.CONTROL_PLANE,
                  "kubectl exec " + from + " -- timeout 5 wget -qO- http://" + address + ":8080/");
          answer.setLength(0);
          answer.append(wget.out());
          return wget.exit() == 0;
        });
    return answer.toString();
  }
}
