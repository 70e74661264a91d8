package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OnLab.class)
class ExistingContainerdIT {
  @TempDir Path state;
  @TempDir Path folder;

  @Test
  void aWorkerThatAlreadyRunsAnotherContainerdEndsUpLikeItsDonor(Lab lab) {
    lab.blank("k8s-node3");
    installAsDebianDoes(lab, "k8s-node3");
    Path inventory = Inventories.write(folder, "k8s-node3");

    new Kubegraft(lab, state).apply(0, "-i", inventory.toString());

    lab.assertInService("k8s-node3");
    String configuration =
        "sha256sum </etc/containerd/config.toml; systemctl show -p FragmentPath -p ExecStart"
            + " containerd | sed 's/ *; ignore_errors.*//'; readlink /proc/$(systemctl show -p"
            + " MainPID --value containerd)/exe";
    assertThat(lab.must("k8s-node3", configuration))
        .isEqualTo(lab.must("k8s-node4", configuration));
    // What the donor has not is somebody else's, and stays.
    assertThat(lab.must("k8s-node3", "cat /etc/containerd/certs.d/mine/hosts.toml"))
        .isEqualTo("server = \"https://registry.example\"\n");
  }

  /// /usr/bin, /lib/systemd/system, and the old form of the configuration, with the CRI off.
  private static void installAsDebianDoes(Lab lab, String host) {
    Shell.run(
            List.of(
                "bash",
                "-o",
                "pipefail",
                "-c",
                "lab/lab sh k8s-node4 tar -C /usr/local/bin -cf - containerd"
                    + " containerd-shim-runc-v2 ctr runc | lab/lab sh "
                    + host
                    + " tar -C /usr/bin -xf -"))
        .mustBeOk();
    lab.must(
        host,
        """
        set -e
        mkdir -p /etc/containerd/certs.d/mine
        echo 'server = "https://registry.example"' >/etc/containerd/certs.d/mine/hosts.toml
        cat >/etc/containerd/config.toml <<'END'
        version = 2
        disabled_plugins = ["io.containerd.grpc.v1.cri"]
        [metrics]
          address = "127.0.0.1:1338"
        END
        cat >/lib/systemd/system/containerd.service <<'END'
        [Unit]
        Description=containerd container runtime
        [Service]
        ExecStart=/usr/bin/containerd
        Type=notify
        Delegate=yes
        KillMode=process
        [Install]
        WantedBy=multi-user.target
        END
        systemctl daemon-reload
        systemctl enable --now containerd
        ctr version >/dev/null
        """);
  }
}
