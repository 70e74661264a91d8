package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeadmFileTest {
  private static final Identity FROM =
      new Identity(List.of("node1", "k8s-node1"), List.of("10.0.0.1"));
  private static final Identity TO =
      new Identity(List.of("node2", "k8s-node2"), List.of("10.0.0.2"));

  @Test
  void aControlPlanesOwnFieldsBecomeTheNewcomersAndListsStay() {
    assertThat(
            rewritten(
                """
                apiVersion: kubeadm.k8s.io/v1beta2
                kind: InitConfiguration
                localAPIEndpoint:
                  advertiseAddress: 10.0.0.1
                  bindPort: 6443
                nodeRegistration:
                  name: node1
                  taints:
                  - effect: NoSchedule
                ---
                etcd:
                  external:
                      endpoints:
                      - https://10.0.0.1:2379
                      certFile: /etc/ssl/etcd/ssl/node-k8s-node1.pem
                      keyFile: /etc/ssl/etcd/ssl/node-k8s-node1-key.pem
                controlPlaneEndpoint: 10.0.0.1:6443
                apiServer:
                  extraArgs:
                    oidc-issuer-url: https://k8s-node1:8443
                  extraVolumes:
                  - name: usr-share-ca-certificates
                  certSANs:
                  - node1
                  - 10.0.0.1
                ---
                hostnameOverride: node1
                """))
        .isEqualTo(
            """
            apiVersion: kubeadm.k8s.io/v1beta2
            kind: InitConfiguration
            localAPIEndpoint:
              advertiseAddress: 10.0.0.2
              bindPort: 6443
            nodeRegistration:
              name: node2
              taints:
              - effect: NoSchedule
            ---
            etcd:
              external:
                  endpoints:
                  - https://10.0.0.1:2379
                  certFile: /etc/ssl/etcd/ssl/node-k8s-node2.pem
                  keyFile: /etc/ssl/etcd/ssl/node-k8s-node2-key.pem
            controlPlaneEndpoint: 10.0.0.2:6443
            apiServer:
              extraArgs:
                oidc-issuer-url: https://k8s-node1:8443
              extraVolumes:
              - name: usr-share-ca-certificates
              certSANs:
              - node1
              - 10.0.0.1
            ---
            hostnameOverride: node2
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "controlPlaneEndpoint: lb.example.org:6443 | controlPlaneEndpoint: lb.example.org:6443",
        "controlPlaneEndpoint: \"10.0.0.1:6443\" | controlPlaneEndpoint: \"10.0.0.2:6443\"",
        "name: 'node1' | name: 'node2'",
        "name: node10 | name: node10",
        "advertiseAddress: 10.0.0.11 | advertiseAddress: 10.0.0.11",
        "certFile: /x/node-k8s-node10.pem | certFile: /x/node-k8s-node10.pem",
        "clusterName: node1 | clusterName: node1",
        "- name: advertise-address | - name: advertise-address",
      })
  void onlyWholeNamesInFieldsOfItsOwn(String line, String wanted) {
    assertThat(rewritten(line)).isEqualTo(wanted);
  }

  @Test
  void argumentsThatAreAListAreKnownByTheirName() {
    assertThat(
            rewritten(
                "- name: bind-address\n  value: 10.0.0.1\n- name: oidc-issuer-url\n  value:"
                    + " https://10.0.0.1:1\n"))
        .isEqualTo(
            "- name: bind-address\n  value: 10.0.0.2\n- name: oidc-issuer-url\n  value:"
                + " https://10.0.0.1:1\n");
  }

  private static String rewritten(String text) {
    return KubeadmFile.of(text, FROM, TO, "k8s-node1", "k8s-node2");
  }
}
