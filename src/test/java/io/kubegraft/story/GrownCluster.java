package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// What must be true of control planes and etcd members, asked of the hosts themselves.
final class GrownCluster {
  private static final String ETCDCTL =
      "set -a; . /etc/etcd.env; set +a; export ETCDCTL_API=3; etcdctl ";

  private final Lab lab;

  GrownCluster(Lab lab) {
    this.lab = lab;
  }

  /// etcd's members as one of them tells: name to peer URL, learners marked.
  Map<String, String> members(String host) {
    JsonNode list = Kubegraft.json(lab.must(host, ETCDCTL + "member list -w json"));
    Map<String, String> members = new TreeMap<>();
    list.path("members")
        .forEach(member ->
            members.put(
                member.path("name").asText(),
                member.path("peerURLs").path(0).asText()
                    + (member.path("isLearner").asBoolean() ? " learner" : "")));
    return members;
  }

  /// Every one of these hosts has a voter, all agree, and all are healthy.
  void assertEtcdOn(String... hosts) {
    Map<String, String> wanted = members(hosts[0]);
    assertThat(wanted.values())
        .containsExactlyInAnyOrderElementsOf(
            List.of(hosts).stream()
                .map(host -> "https://" + Inventories.address(host) + ":2380")
                .toList());
    for (String host : hosts) {
      assertThat(members(host)).as("members as %s tells", host).isEqualTo(wanted);
      lab.must(host, ETCDCTL + "endpoint health");
      // On disk, for the day when a member is started anew.
      assertThat(initialCluster(host))
          .as("etcd.env of %s", host)
          .isEqualTo(new TreeSet<>(pairs(wanted)));
    }
  }

  private java.util.Set<String> initialCluster(String host) {
    String line = lab.must(host, "sed -n 's/^ETCD_INITIAL_CLUSTER=//p' /etc/etcd.env").strip();
    return new TreeSet<>(List.of(line.split(",")));
  }

  private static List<String> pairs(Map<String, String> members) {
    List<String> pairs = new ArrayList<>();
    members.forEach((name, url) -> pairs.add(name + "=" + url));
    return pairs;
  }

  /// Each of these serves, names all etcd members, and has a certificate for all of them.
  void assertControlPlanesOn(List<String> hosts, List<String> etcdHosts) {
    TreeSet<String> urls = new TreeSet<>();
    etcdHosts.forEach(host -> urls.add("https://" + Inventories.address(host) + ":2379"));
    for (String host : hosts) {
      String flags =
          lab.must(host, "grep -- '--etcd-' /etc/kubernetes/manifests/kube-apiserver.yaml");
      String servers =
          flags.lines().filter(line -> line.contains("--etcd-servers=")).findFirst().orElseThrow();
      assertThat(new TreeSet<>(List.of(servers.split("=", 2)[1].strip().split(","))))
          .as("--etcd-servers of %s", host)
          .isEqualTo(urls);
      String running = lab.must(host, "tr '\\0' ' ' < /proc/$(pgrep -n -x kube-apiserver)/cmdline");
      assertThat(running)
          .as("the API server that runs on %s", host)
          .contains(servers.split("- ", 2)[1].strip());
      String certificate =
          lab.must(
              host,
              "openssl x509 -in /etc/kubernetes/ssl/apiserver.crt -noout -ext subjectAltName");
      for (String other : hosts) {
        assertThat(certificate)
            .as("certificate of %s", host)
            .contains("DNS:" + other)
            .contains("IP Address:" + Inventories.address(other));
      }
      assertThat(kubectlOn(host, host, "get --raw /readyz")).isEqualTo("ok");
      // To itself, by whichever of its own addresses its siblings use.
      assertThat(
              lab.must(
                  host, "grep -h server: /etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf"))
          .as("kubeconfigs of %s", host)
          .matches(
              "(\\s*server: https://(127\\.0\\.0\\.1|%s):6443\\s*)+"
                  .formatted(Inventories.address(host).replace(".", "\\.")));
    }
  }

  /// The etcd client certificate that an API server uses is this host's own.
  void assertOwnEtcdCertificate(String host) {
    String subject =
        lab.must(
            host,
            "f=$(sed -n 's/.*--etcd-certfile=//p' /etc/kubernetes/manifests/kube-apiserver.yaml);"
                + " openssl x509 -in $f -noout -subject");
    assertThat(subject).contains("etcd-node-" + host);
  }

  void assertProxiesLeadTo(List<String> controlPlanes, String... workers) {
    for (String worker : workers) {
      String config = lab.must(worker, "grep -E '^ *server [0-9]' /etc/nginx/nginx.conf");
      for (String host : controlPlanes) {
        assertThat(config)
            .as("nginx.conf of %s", worker)
            .contains(Inventories.address(host) + ":6443");
      }
    }
  }

  /// kubectl as it works on that host, through an API server there or through a local proxy.
  String kubectlOn(String credentialsFrom, String host, String words) {
    return kubectl(credentialsFrom, host, "https://127.0.0.1:6443", words).mustBeOk();
  }

  /// From inside the lab's network, so that no host's own credentials decide.
  Shell.Ended kubectl(String credentialsFrom, String host, String server, String words) {
    String conf = lab.must(credentialsFrom, "cat /etc/kubernetes/admin.conf");
    return Shell.run(
        List.of(
            "lab/lab",
            "sh",
            host,
            "sh",
            "-c",
            "umask 077; cat > /run/story.conf <<'END'\n"
                + conf
                + "\nEND\n"
                + "PATH=$PATH:/usr/local/bin; k=$(command -v kubectl || echo /run/kubectl);"
                + " $k --kubeconfig /run/story.conf --server "
                + server
                + " --request-timeout 10s "
                + words
                + "; c=$?; rm -f /run/story.conf; exit $c"));
  }

  /// Workers have no kubectl; a story that asks from one brings it.
  void bringKubectl(List<String> workers) {
    for (String worker : workers) {
      Shell.run(
              List.of(
                  "bash",
                  "-o",
                  "pipefail",
                  "-c",
                  "lab/lab sh k8s-node1 cat /usr/local/bin/kubectl | lab/lab sh "
                      + worker
                      + " sh -c 'cat > /run/kubectl; chmod 755 /run/kubectl'"))
          .mustBeOk();
    }
  }

  /// Reading and writing both work there, now or within a kubelet's patience.
  void assertServes(String credentialsFrom, String host, String what) {
    Lab.until(
        what,
        Duration.ofSeconds(60),
        () ->
            kubectl(
                        credentialsFrom,
                        host,
                        "https://127.0.0.1:6443",
                        "annotate --overwrite namespace default story="
                            + Long.toHexString(System.nanoTime()))
                    .exit()
                == 0);
  }
}
