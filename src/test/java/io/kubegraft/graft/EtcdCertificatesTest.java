package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.observe.LocalHost;
import io.kubegraft.problem.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real openssl on hosts with files of their own.
@Timeout(120)
class EtcdCertificatesTest {
  private static final String FOLDER = EtcdHosts.CERTIFICATES;

  @TempDir private Path folder;
  private EtcdHosts hosts;
  private IsolatedHost signer;
  private IsolatedHost newcomer;

  @BeforeEach
  void signerAndNewcomer() throws Exception {
    assumeTrue(LocalHost.has("openssl") && LocalHost.has("unshare"), "no openssl or unshare");
    assumeTrue(IsolatedHost.canBe(), "no mount namespaces for us on this machine");
    hosts = EtcdHosts.unstarted(folder);
    signer = hosts.host(1);
    newcomer = hosts.host(2);
  }

  @AfterEach
  void nothingIsLeftRunning() {
    if (hosts != null) {
      hosts.close();
    }
  }

  @Test
  void pairsAreMadeAsKubesprayMakesThem() throws Exception {
    EtcdHosts.carryOut(hosts.certify(2));

    for (String kind : List.of("member", "admin", "node")) {
      String told =
          newcomer.must(
              "openssl x509 -noout -text -in " + FOLDER + "/" + kind + "-k8s-node2.pem",
              EtcdHosts.LIMIT);
      assertThat(told)
          .contains("Subject: CN = etcd-" + kind + "-k8s-node2\n", "Public-Key: (2048 bit)")
          .contains("TLS Web Client Authentication, TLS Web Server Authentication", "CA:FALSE")
          .contains("X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier")
          .contains(
              "DNS:localhost, DNS:k8s-node2, DNS:lb-apiserver.kubernetes.local,"
                  + " DNS:etcd.kube-system.svc, DNS:etcd, IP Address:"
                  + EtcdHosts.address(2)
                  + ", IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
    }
    newcomer.must(
        "cd " + FOLDER + " && openssl verify -CAfile ca.pem *-k8s-node2.pem", EtcdHosts.LIMIT);
  }

  @Test
  void noOtherFileOfTheSignerChangesAndNothingIsLeftBeside() throws Exception {
    Map<String, String> before = contents(signer);

    EtcdHosts.carryOut(hosts.certify(2));

    Map<String, String> after = contents(signer);
    assertThat(after).containsAllEntriesOf(before);
    after.keySet().removeAll(before.keySet());
    assertThat(after.keySet())
        .containsExactly(
            "admin-k8s-node2-key.pem",
            "admin-k8s-node2.pem",
            "member-k8s-node2-key.pem",
            "member-k8s-node2.pem",
            "node-k8s-node2-key.pem",
            "node-k8s-node2.pem");
  }

  @Test
  void whatAKilledRunHasLeftBesideIsClearedByTheNextEvenIfEverythingIsThere() throws Exception {
    EtcdHosts.carryOut(hosts.certify(2));
    for (IsolatedHost host : List.of(signer, newcomer)) {
      host.must(
          "d=%s/.kubegraft.k8s-node2; mkdir $d; echo key > $d/node-k8s-node2-key.pem"
              .formatted(FOLDER),
          EtcdHosts.LIMIT);
      assertThat(hosts.certify(2).check()).isFalse();

      EtcdHosts.carryOut(hosts.certify(2));

      assertThat(host.path(FOLDER + "/.kubegraft.k8s-node2")).doesNotExist();
      assertThat(hosts.certify(2).check()).isTrue();
    }
  }

  @Test
  void theNewcomerGetsItsPairsAndTheCaWithTheSignersModesAndNobodyElsesPair() throws Exception {
    EtcdHosts.carryOut(hosts.certify(2));

    Map<String, String> there = contents(newcomer);
    assertThat(there.keySet())
        .containsExactly(
            "admin-k8s-node2-key.pem",
            "admin-k8s-node2.pem",
            "ca-key.pem",
            "ca.pem",
            "member-k8s-node2-key.pem",
            "member-k8s-node2.pem",
            "node-k8s-node1-key.pem",
            "node-k8s-node1.pem",
            "node-k8s-node2-key.pem",
            "node-k8s-node2.pem");
    assertThat(there.get("node-k8s-node1.pem")).isEqualTo(there.get("node-k8s-node2.pem"));
    assertThat(Files.readSymbolicLink(newcomer.path(FOLDER + "/node-k8s-node1-key.pem")))
        .hasToString("node-k8s-node2-key.pem");
    assertThat(
            newcomer.must(
                "cd "
                    + FOLDER
                    + " && stat -c '%a %U' . .. ca.pem ca-key.pem node-k8s-node2-key.pem",
                EtcdHosts.LIMIT))
        .isEqualTo("700 root\n".repeat(5));
  }

  /// On today's hosts the folders are a user's own, certificates can be read and keys can't; in
  /// 2021 all of it was 0700.
  @Test
  void foldersOfAUserOfTheirOwnAndTodaysModesComeAlong() throws Exception {
    signer.must(
        "cd %s && chown daemon:root . .. && chmod 644 *.pem && chmod 600 *-key.pem"
            .formatted(FOLDER),
        EtcdHosts.LIMIT);

    EtcdHosts.carryOut(hosts.certify(2));

    assertThat(
            newcomer.must(
                "cd "
                    + FOLDER
                    + " && stat -c '%a %U:%G' . .. ca.pem ca-key.pem member-k8s-node2.pem"
                    + " member-k8s-node2-key.pem",
                EtcdHosts.LIMIT))
        .isEqualTo(
            "700 daemon:root\n".repeat(2)
                + "644 root:root\n600 root:root\n644 root:root\n600 root:root\n");
  }

  @Test
  void asSoonAsAllIsThereNothingIsDoneAgain() throws Exception {
    EtcdHosts.carryOut(hosts.certify(2));
    Map<String, String> before = contents(newcomer);

    assertThat(hosts.certify(2).check()).isTrue();
    hosts.certify(2).act((_, _, _) -> {});

    assertThat(contents(newcomer)).isEqualTo(before);
  }

  @Test
  void halfOfAPairAndAWrongKeyAreNoPair() throws Exception {
    EtcdHosts.carryOut(hosts.certify(2));
    Path key = newcomer.path(FOLDER + "/admin-k8s-node2-key.pem");
    byte[] right = Files.readAllBytes(key);

    Files.delete(key);
    assertThat(hosts.certify(2).check()).isFalse();
    Files.copy(newcomer.path(FOLDER + "/member-k8s-node2-key.pem"), key);
    assertThat(hosts.certify(2).check()).isFalse();
    Files.write(key, right);
    assertThat(hosts.certify(2).check()).isTrue();
  }

  @Test
  void aKillBetweenTheHalvesOfAPairIsMended() throws Exception {
    EtcdHosts.carryOut(hosts.certify(2));
    for (IsolatedHost host : List.of(signer, newcomer)) {
      Files.delete(host.path(FOLDER + "/member-k8s-node2.pem"));
    }
    Files.delete(newcomer.path(FOLDER + "/member-k8s-node2-key.pem"));

    assertThat(EtcdHosts.carryOut(hosts.certify(2))).isEqualTo("signed member-k8s-node2");
  }

  @Test
  void aPairThatKubesprayMadeForAWorkerIsKeptAndAMembersThatNamesTooLittleIsPutAside()
      throws Exception {
    for (String kind : List.of("node", "member")) {
      signer.must(
          """
          set -e; cd %s
          openssl req -new -newkey rsa:2048 -nodes -keyout %s-k8s-node2-key.pem -subj /CN=etcd-old \\
            | openssl x509 -req -CA ca.pem -CAkey ca-key.pem -set_serial 7 -out %2$s-k8s-node2.pem
          """
              .formatted(FOLDER, kind),
          EtcdHosts.LIMIT);
    }
    Map<String, String> before = contents(signer);

    EtcdHosts.carryOut(hosts.certify(2));

    Map<String, String> after = contents(signer);
    assertThat(after.get("node-k8s-node2.pem")).isEqualTo(before.get("node-k8s-node2.pem"));
    assertThat(after.get("member-k8s-node2.pem")).isNotEqualTo(before.get("member-k8s-node2.pem"));
    assertThat(after.keySet())
        .filteredOn(name -> name.startsWith("member-k8s-node2") && name.contains(".pem.old-"))
        .hasSize(2)
        .allSatisfy(name ->
            assertThat(after.get(name))
                .isEqualTo(before.get(name.substring(0, name.indexOf(".old-")))));
  }

  @Test
  void aKeyIsNeverPrinted() throws Exception {
    List<String> told = new java.util.ArrayList<>();
    Work work = hosts.certify(2);
    told.add(String.valueOf(work.check()));
    told.add(work.act((text, _, _) -> told.add(text)));
    Files.delete(signer.path(FOLDER + "/ca-key.pem"));
    Files.writeString(signer.path(FOLDER + "/ca-key.pem"), "-----BEGIN PRIVATE KEY-----\nc2Vj\n");
    Files.delete(signer.path(FOLDER + "/node-k8s-node2.pem"));
    Files.delete(newcomer.path(FOLDER + "/node-k8s-node2.pem"));

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.certify(2)))
        .isInstanceOf(StepException.class)
        .hasMessageNotContainingAny("PRIVATE", "c2Vj")
        .hasMessageContaining("ca-key.pem is not the key of ca.pem");
    assertThat(told).noneMatch(text -> text.contains("PRIVATE"));
  }

  @Test
  void certificatesOfAnotherClusterOnTheNewcomerAreNamedAndKept() throws Exception {
    Path other = newcomer.path(FOLDER + "/ca.pem");
    Files.createDirectories(other.getParent());
    Files.writeString(other, "another's");

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.certify(2)))
        .isInstanceOfSatisfying(
            StepException.class,
            e ->
                assertThat(e.next().inWords(Operator.unknown()))
                    .startsWith(
                        "ssh k8s-node2 'mv " + FOLDER + " " + FOLDER + ".$(date +%F-%H%M%S)'"))
        .hasMessageContaining(FOLDER + "/ca.pem is there already and is another than the signer's");
    assertThat(other).hasContent("another's");
  }

  private static Map<String, String> contents(IsolatedHost host) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(host.path(FOLDER))) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }
}
