package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The ways to a host behind others: jump hosts and proxy commands, with two real sshd.
class WayTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Sshd bastion;
  private Sshd inner;
  private Path config;

  @BeforeEach
  void start() throws IOException {
    // Tells which program connects.
    bastion = Sshd.start(Files.createDirectory(folder.resolve("bastion")), "LogLevel DEBUG1");
    inner = Sshd.start(Files.createDirectory(folder.resolve("inner")));
    Files.copy(
        bastion.home().resolve(".ssh/id_ed25519.pub"),
        inner.folder().resolve("authorized_keys"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(
        bastion.knownHosts(),
        Files.readString(bastion.knownHosts()) + Files.readString(inner.knownHosts()));
    config = bastion.home().resolve(".ssh/config");
  }

  @AfterEach
  void stop() {
    bastion.close();
    inner.close();
  }

  @Test
  void a_jump_host_from_ssh_config_is_used_and_shared_by_all_behind_it() throws IOException {
    Files.writeString(
        config, "Host 127.0.0.1\n  ProxyJump " + user() + "@localhost:" + bastion.port() + "\n");
    knowAs("localhost");

    run(access("node1"), access("node2"));

    assertThat(bastion.logins()).isEqualTo(1);
    assertThat(inner.logins()).isEqualTo(2);
  }

  @Test
  void the_proxy_command_that_kubespray_writes_for_its_bastion_is_a_jump() {
    run(
        access(
            "node1",
            "-o",
            "ProxyCommand=ssh -F /dev/null"
                + " -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -W %h:%p -p "
                + bastion.port()
                + " "
                + user()
                + "@127.0.0.1 -i "
                + bastion.home().resolve(".ssh/id_ed25519")));

    assertThat(bastion.logins()).isEqualTo(1);
    assertThat(bastion.log()).contains("APACHE-SSHD").doesNotContain("software version OpenSSH");
    assertThat(inner.logins()).isEqualTo(1);
  }

  @Test
  void a_jump_host_of_the_inventory_leads_there_whatever_ssh_config_says_and_counts_as_opened()
      throws IOException {
    Files.writeString(config, "Host 127.0.0.1\n  ProxyCommand false\n");
    Access behind =
        new Access(
            "node1",
            Sshd.ADDRESS,
            Optional.of(inner.port()),
            Optional.of(user()),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.of(
                new Access.Jump(
                    "bastion",
                    "localhost",
                    bastion.port(),
                    Optional.of(user()),
                    List.of(),
                    Optional.empty())),
            Access.Become.no(),
            SOON);
    knowAs("localhost");

    try (var fleet = SshFleet.of(List.of(behind), bastion.settings())) {
      assertThatCode(() -> fleet.host("node1").run("true", SOON))
          .satisfiesAnyOf(
              e -> assertThat(e).isNull(),
              e -> assertThat(((RemoteException) e).kind()).isEqualTo(RemoteException.Kind.BECOME));
      assertThat(fleet.opened()).containsExactlyInAnyOrder("node1", "bastion");
    }

    assertThat(bastion.logins()).isEqualTo(1);
    assertThat(inner.logins()).isEqualTo(1);
  }

  @Test
  void any_other_proxy_command_is_run() {
    run(
        access(
            "node1",
            "-o",
            "ProxyCommand=ssh -F /dev/null -i "
                + bastion.home().resolve(".ssh/id_ed25519")
                + " -o UserKnownHostsFile="
                + bastion.knownHosts()
                + " -p "
                + bastion.port()
                + " "
                + user()
                + "@127.0.0.1 -W %h:%p 2>/dev/null | cat"));

    assertThat(bastion.logins()).isEqualTo(1);
    assertThat(bastion.log()).contains("software version OpenSSH");
    assertThat(inner.logins()).isEqualTo(1);
  }

  @Test
  void a_proxy_command_that_fails_is_quoted() {
    assertThatThrownBy(
            () -> run(access("node1", "-o", "ProxyCommand=echo no way to %h >&2; exit 1")))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.UNREACHABLE))
        .hasMessageContainingAll("node1", "no way to 127.0.0.1");
  }

  @Test
  void the_keys_of_hosts_behind_a_jump_host_are_checked_under_their_own_names() throws IOException {
    Files.writeString(
        bastion.knownHosts(),
        Files.readString(bastion.knownHosts()).lines().findFirst().orElseThrow());

    assertThatThrownBy(() -> run(access("node1", "-J", user() + "@127.0.0.1:" + bastion.port())))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.HOST_KEY_UNKNOWN))
        .hasMessageContaining("127.0.0.1:" + inner.port());
  }

  @Test
  void trouble_with_the_jump_host_is_told_as_such() {
    assertThatThrownBy(() -> run(access("node1", "-J", "127.0.0.1:" + Sshd.freePort())))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.UNREACHABLE))
        .hasMessageContainingAll("node1", "jump host", "refused");
  }

  @Test
  void a_host_behind_the_jump_host_that_is_not_there_is_unreachable() {
    Access gone =
        new Access(
            "node1",
            "127.0.0.1",
            Optional.of(Sshd.freePort()),
            Optional.of(user()),
            List.of(),
            Optional.empty(),
            List.of("-J", user() + "@127.0.0.1:" + bastion.port()),
            Access.Become.no(),
            SOON);

    assertThatThrownBy(() -> run(gone))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.UNREACHABLE))
        .hasMessageContainingAll("node1", "through its jump host", "refused");
  }

  private void knowAs(String name) throws IOException {
    Files.writeString(
        bastion.knownHosts(),
        Files.readString(bastion.knownHosts())
            + Files.readString(bastion.knownHosts()).replace("[127.0.0.1]", "[" + name + "]"));
  }

  private Access access(String name, String... words) {
    return new Access(
        name,
        Sshd.ADDRESS,
        Optional.of(inner.port()),
        Optional.of(user()),
        List.of(),
        Optional.empty(),
        List.of(words),
        Access.Become.no(),
        SOON);
  }

  private void run(Access... hosts) {
    List<String> failed = new ArrayList<>();
    try (var fleet = SshFleet.of(List.of(hosts), bastion.settings())) {
      for (Access host : hosts) {
        try {
          Output output = fleet.host(host.name()).run("echo " + host.name(), SOON);
          assertThat(output.stdout()).isEqualTo(host.name() + "\n");
        } catch (RemoteException e) {
          if (e.kind() != RemoteException.Kind.BECOME) {
            throw e;
          }
          failed.add(host.name());
        }
      }
    }
    assertThat(failed).matches(f -> f.isEmpty() || !Sshd.isRoot());
  }

  private static String user() {
    return System.getProperty("user.name");
  }
}
