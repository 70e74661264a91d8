package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;

class EtcdEnvTest {
  /// As Kubespray 2.16 writes it.
  private static final String FIRST =
      """
      # Environment file for etcd v3.4.13
      ETCD_DATA_DIR=/var/lib/etcd
      ETCD_ADVERTISE_CLIENT_URLS=https://10.200.70.11:2379
      ETCD_INITIAL_ADVERTISE_PEER_URLS=https://10.200.70.11:2380
      ETCD_INITIAL_CLUSTER_STATE=new
      ETCD_METRICS=basic
      ETCD_LISTEN_CLIENT_URLS=https://10.200.70.11:2379,https://127.0.0.1:2379
      ETCD_ELECTION_TIMEOUT=5000
      ETCD_INITIAL_CLUSTER_TOKEN=k8s_etcd
      ETCD_LISTEN_PEER_URLS=https://10.200.70.11:2380
      ETCD_NAME=etcd1
      ETCD_PROXY=off
      ETCD_INITIAL_CLUSTER=etcd1=https://10.200.70.11:2380
      # Flannel need etcd v2 API
      ETCD_ENABLE_V2=true

      # TLS settings
      ETCD_TRUSTED_CA_FILE=/etc/ssl/etcd/ssl/ca.pem
      ETCD_CERT_FILE=/etc/ssl/etcd/ssl/member-k8s-node1.pem
      ETCD_KEY_FILE=/etc/ssl/etcd/ssl/member-k8s-node1-key.pem




      # CLI settings
      ETCDCTL_ENDPOINTS=https://127.0.0.1:2379
      ETCDCTL_KEY=/etc/ssl/etcd/ssl/admin-k8s-node1-key.pem
      """;

  /// As Kubespray 2.31 writes it.
  private static final String FIRST_OF_TODAY =
      """
      # Environment file for etcd 3.6.16
      ETCD_DATA_DIR=/var/lib/etcd
      ETCD_ADVERTISE_CLIENT_URLS=https://10.200.70.11:2379
      ETCD_INITIAL_ADVERTISE_PEER_URLS=https://10.200.70.11:2380
      ETCD_INITIAL_CLUSTER_STATE=existing
      ETCD_METRICS=basic
      ETCD_LISTEN_CLIENT_URLS=https://10.200.70.11:2379,https://127.0.0.1:2379
      ETCD_ELECTION_TIMEOUT=5000
      ETCD_HEARTBEAT_INTERVAL=250
      ETCD_INITIAL_CLUSTER_TOKEN=k8s_etcd
      ETCD_LISTEN_PEER_URLS=https://10.200.70.11:2380
      ETCD_NAME=etcd1
      ETCD_PROXY=off
      ETCD_INITIAL_CLUSTER=etcd1=https://10.200.70.11:2380
      ETCD_AUTO_COMPACTION_RETENTION=8
      ETCD_SNAPSHOT_COUNT=100000
      ETCD_QUOTA_BACKEND_BYTES=2147483648
      ETCD_MAX_REQUEST_BYTES=1572864
      ETCD_LOG_LEVEL=info
      ETCD_MAX_SNAPSHOTS=5
      ETCD_MAX_WALS=5

      # TLS settings
      ETCD_TRUSTED_CA_FILE=/etc/ssl/etcd/ssl/ca.pem
      ETCD_CERT_FILE=/etc/ssl/etcd/ssl/member-k8s-node1.pem
      ETCD_KEY_FILE=/etc/ssl/etcd/ssl/member-k8s-node1-key.pem
      ETCD_CLIENT_CERT_AUTH=true

      ETCD_PEER_TRUSTED_CA_FILE=/etc/ssl/etcd/ssl/ca.pem
      ETCD_PEER_CERT_FILE=/etc/ssl/etcd/ssl/member-k8s-node1.pem
      ETCD_PEER_KEY_FILE=/etc/ssl/etcd/ssl/member-k8s-node1-key.pem
      ETCD_PEER_CLIENT_CERT_AUTH=True



      # CLI settings
      ETCDCTL_ENDPOINTS=https://127.0.0.1:2379
      ETCDCTL_CACERT=/etc/ssl/etcd/ssl/ca.pem
      ETCDCTL_KEY=/etc/ssl/etcd/ssl/admin-k8s-node1-key.pem
      ETCDCTL_CERT=/etc/ssl/etcd/ssl/admin-k8s-node1.pem

      # ETCD 3.5.x issue
      # https://groups.google.com/a/kubernetes.io/g/dev/c/B7gJs88XtQc/m/rSgNOzV2BwAJ?utm_medium=email&utm_source=footer
      ETCD_EXPERIMENTAL_INITIAL_CORRUPT_CHECK=True


      ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL=5s
      """;

  private static final EtcdEnv.Rewriting HOSTS = to("k8s-node2");

  @Test
  void aNewMembersEnvironmentIsTheDonorsButForWhatIsItsOwn() {
    EtcdEnv own = new EtcdEnv(FIRST).forMember(HOSTS, "k8s-node2", "etcd2", url(2380), url(2379));

    assertThat(own.text())
        .isEqualTo(
            FIRST
                .replace("10.200.70.11", "10.200.70.12")
                .replace("k8s-node1", "k8s-node2")
                .replace("ETCD_NAME=etcd1", "ETCD_NAME=etcd2")
                .replace("STATE=new", "STATE=existing")
                .replace("etcd1=https://10.200.70.12:2380", "etcd1=https://10.200.70.11:2380"));
    assertThat(own.traces(HOSTS, "k8s-node2")).isEmpty();
  }

  /// Recorded from a host that Kubespray 2.31 itself had made a member: it differs from the first
  /// one's in these values and no others.
  @Test
  void todaysEnvironmentComesOutAsKubespraysOwnQuotaLimitsAndAll() {
    EtcdEnv own =
        new EtcdEnv(FIRST_OF_TODAY)
            .forMember(HOSTS, "k8s-node2", "etcd2", url(2380), url(2379))
            .withPeers(
                List.of(
                    "etcd1=https://10.200.70.11:2380",
                    "etcd2=https://10.200.70.12:2380",
                    "etcd3=https://10.200.70.13:2380"));

    assertThat(own.text())
        .isEqualTo(
            FIRST_OF_TODAY
                .replace("10.200.70.11", "10.200.70.12")
                .replace("k8s-node1", "k8s-node2")
                .replace("ETCD_NAME=etcd1", "ETCD_NAME=etcd2")
                .replace(
                    "ETCD_INITIAL_CLUSTER=etcd1=https://10.200.70.12:2380",
                    "ETCD_INITIAL_CLUSTER=etcd1=https://10.200.70.11:2380,"
                        + "etcd2=https://10.200.70.12:2380,etcd3=https://10.200.70.13:2380"));
    assertThat(own.text())
        .contains("ETCD_QUOTA_BACKEND_BYTES=2147483648\n", "ETCD_MAX_REQUEST_BYTES=1572864\n");
    assertThat(own.traces(HOSTS, "k8s-node2")).isEmpty();
  }

  @Test
  void whatIsLeftOfTheDonorIsNamedWithItsLine() {
    EtcdEnv own =
        new EtcdEnv(FIRST + "ETCD_LOG_OUTPUTS=/var/log/etcd-k8s-node1.log\nETCD_X=db.k8s-node1\n")
            .forMember(HOSTS, "k8s-node2", "etcd2", url(2380), url(2379));

    assertThat(own.traces(HOSTS, "k8s-node2")).containsExactly("k8s-node1 (line 28)");
  }

  @Test
  void aNameThatTheDonorsIsPartOfIsNoTrace() {
    EtcdEnv.Rewriting longer = to("k8s-node1-b");
    EtcdEnv own =
        new EtcdEnv(FIRST).forMember(longer, "k8s-node1-b", "etcd2", url(2380), url(2379));

    assertThat(own.value("ETCD_CERT_FILE")).contains("/etc/ssl/etcd/ssl/member-k8s-node1-b.pem");
    assertThat(own.traces(longer, "k8s-node1-b")).isEmpty();
  }

  @Test
  void certificatesOfAHostWhoseNameBeginsLikeTheDonorsStay() {
    String other = "ETCD_PEER_CERT_FILE=/etc/ssl/etcd/ssl/member-k8s-node10.pem\n";
    assertThat(HOSTS.apply(other, "k8s-node2")).isEqualTo(other);
  }

  @Test
  void valuesLoseTheirQuotesAndTheLastLineCounts() {
    EtcdEnv env = new EtcdEnv("A=\"one\"\n#A=two\nB='x y'\nA=three\nAA=no\n");
    assertThat(env.value("A")).contains("three");
    assertThat(env.value("B")).contains("x y");
    assertThat(env.value("C")).isEmpty();
  }

  @Test
  void aValueIsChangedWhereItStandsAndAddedAtTheEndIfItIsNew() {
    assertThat(new EtcdEnv("A=1\n# c\nB=2\n").with("A", "$1").text()).isEqualTo("A=$1\n# c\nB=2\n");
    assertThat(new EtcdEnv("A=1").withPeers(List.of("a=x", "b=y")).text())
        .isEqualTo("A=1\nETCD_INITIAL_CLUSTER=a=x,b=y\n");
    assertThat(new EtcdEnv("ETCD_INITIAL_CLUSTER_STATE=new\n").withPeers(List.of("a=x")).text())
        .isEqualTo("ETCD_INITIAL_CLUSTER_STATE=new\nETCD_INITIAL_CLUSTER=a=x\n");
  }

  private static EtcdEnv.Rewriting to(String name) {
    return new EtcdEnv.Rewriting(
        new Identity(List.of("k8s-node1"), List.of("10.200.70.11")),
        "k8s-node1",
        new Identity(List.of(name), List.of("10.200.70.12")));
  }

  private static String url(int port) {
    return "https://10.200.70.12:" + port;
  }
}
