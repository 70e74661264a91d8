package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which keys are offered, and what is said if none is good, with a real sshd and a real ssh-agent.
class LoginTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Sshd sshd;

  @BeforeEach
  void start() {
    sshd = Sshd.start(folder);
  }

  @AfterEach
  void stop() {
    sshd.close();
  }

  @Test
  void default_keys_of_every_kind_open_the_door() throws IOException {
    for (String type : List.of("rsa", "ecdsa", "ed25519")) {
      Path key = onlyKey(type, sshd.home().resolve(".ssh/id_" + type));

      login(List.of(), sshd.settings());

      assertThat(sshd.logins()).as(type).isPositive();
      Files.delete(key);
    }
    assertThat(sshd.logins()).isEqualTo(3);
  }

  @Test
  void a_key_file_that_was_named_is_tried_before_all_others() throws IOException {
    Path named = folder.resolve("named");
    Sshd.keygen(named, "ed25519");
    Files.writeString(
        folder.resolve("authorized_keys"),
        Files.readString(folder.resolve("authorized_keys"))
            + Files.readString(folder.resolve("named.pub")));

    login(List.of(named), sshd.settings());

    assertThat(sshd.log()).contains("Accepted publickey").contains(fingerprint(named));
  }

  @Test
  void the_agents_keys_open_the_door() throws IOException {
    Path key = onlyKey("ed25519", folder.resolve("elsewhere"));
    try (var agent = Agent.start(folder.resolve("agent"))) {
      agent.add(key);
      Files.delete(key);

      login(List.of(), sshd.settings().withAgent(agent.socket()));
    }
    assertThat(sshd.logins()).isEqualTo(1);
  }

  @Test
  void an_rsa_key_in_the_agent_signs_with_sha_2() throws IOException {
    Path key = onlyKey("rsa", folder.resolve("elsewhere"));
    try (var agent = Agent.start(folder.resolve("agent"))) {
      agent.add(key);

      login(List.of(), sshd.settings().withAgent(agent.socket()));
    }
    assertThat(sshd.logins()).isEqualTo(1);
  }

  @Test
  void an_encrypted_key_file_is_used_through_the_agent_that_holds_it() throws IOException {
    Path open = onlyKey("ed25519", folder.resolve("key"));
    try (var agent = Agent.start(folder.resolve("agent"))) {
      agent.add(open);
      Sshd.run(List.of("ssh-keygen", "-q", "-p", "-N", "a phrase", "-f", open.toString()));

      login(List.of(open), sshd.settings().withAgent(agent.socket()));
    }
    assertThat(sshd.logins()).isEqualTo(1);
  }

  @Test
  void an_encrypted_key_file_without_agent_is_named_with_the_way_to_unlock_it() throws IOException {
    Path key = onlyKey("ed25519", folder.resolve("key"));
    Sshd.run(List.of("ssh-keygen", "-q", "-p", "-N", "a phrase", "-f", key.toString()));

    assertThatThrownBy(() -> login(List.of(key), sshd.settings()))
        .satisfies(LoginTest::isAuthentication)
        .hasMessageContainingAll("node1", key + " is encrypted", "ssh-add " + key);
  }

  @Test
  void when_nothing_helps_all_that_was_tried_is_named() throws IOException {
    Files.writeString(folder.resolve("authorized_keys"), "");
    Path missing = folder.resolve("missing");
    Path rubbish = Files.writeString(folder.resolve("rubbish"), "not a key");
    Path held = folder.resolve("held");
    Sshd.keygen(held, "ed25519");
    try (var agent = Agent.start(folder.resolve("agent"))) {
      agent.add(held);

      assertThatThrownBy(
              () -> login(List.of(missing, rubbish), sshd.settings().withAgent(agent.socket())))
          .satisfies(LoginTest::isAuthentication)
          .hasMessageContainingAll(
              "node1",
              "127.0.0.1:" + sshd.port(),
              missing + " doesn't exist",
              rubbish.toString(),
              "agent key",
              fingerprint(held),
              sshd.home().resolve(".ssh/id_ed25519").toString(),
              "--private-key");
    }
  }

  @Test
  void a_server_that_gives_up_before_the_right_key_is_said_to_have_given_up() throws IOException {
    sshd.close();
    sshd = Sshd.start(folder, "MaxAuthTries 2");
    try (var agent = Agent.start(folder.resolve("agent"))) {
      for (int i = 0; i < 4; i++) {
        Path key = folder.resolve("wrong" + i);
        Sshd.keygen(key, "ed25519");
        agent.add(key);
      }

      assertThatThrownBy(() -> login(List.of(), sshd.settings().withAgent(agent.socket())))
          .satisfies(LoginTest::isAuthentication)
          .hasMessageContainingAll("gave up", "--private-key");
    }
  }

  @Test
  void with_identities_only_the_agents_other_keys_stay_at_home() throws IOException {
    Path named = onlyKey("ed25519", folder.resolve("named"));
    Files.writeString(
        sshd.home().resolve(".ssh/config"), "IdentitiesOnly yes\nIdentityFile " + named + "\n");
    Path other = folder.resolve("other");
    Sshd.keygen(other, "ed25519");
    try (var agent = Agent.start(folder.resolve("agent"))) {
      agent.add(other);
      Files.writeString(folder.resolve("authorized_keys"), "");

      assertThatThrownBy(() -> login(List.of(), sshd.settings().withAgent(agent.socket())))
          .satisfies(LoginTest::isAuthentication)
          .hasMessageContaining(named.toString())
          .hasMessageNotContaining(fingerprint(other));
    }
  }

  /// Makes a key, the only one that opens the door.
  private Path onlyKey(String type, Path file) throws IOException {
    Files.deleteIfExists(sshd.home().resolve(".ssh/id_ed25519"));
    Files.deleteIfExists(sshd.home().resolve(".ssh/id_ed25519.pub"));
    Sshd.keygen(file, type);
    Files.writeString(folder.resolve("authorized_keys"), Files.readString(Path.of(file + ".pub")));
    return file;
  }

  private void login(List<Path> keys, SshSettings settings) {
    Access plain = sshd.access("node1");
    var access =
        new Access(
            plain.name(),
            plain.address(),
            plain.port(),
            plain.user(),
            keys,
            Optional.empty(),
            List.of(),
            plain.become(),
            plain.connectTimeout());
    try (var fleet = SshFleet.of(List.of(access), settings)) {
      fleet.host("node1").run("true", SOON);
    } catch (RemoteException e) {
      if (e.kind() != RemoteException.Kind.BECOME) {
        throw e;
      }
    }
  }

  private static String fingerprint(Path key) {
    return Sshd.run(List.of("ssh-keygen", "-lf", key + ".pub")).split(" ")[1];
  }

  private static void isAuthentication(Throwable e) {
    assertThat(e)
        .isInstanceOfSatisfying(
            RemoteException.class,
            r -> assertThat(r.kind()).isEqualTo(RemoteException.Kind.AUTHENTICATION));
  }

  /// A real ssh-agent.
  private record Agent(Process process, Path socket) implements AutoCloseable {
    static Agent start(Path socket) throws IOException {
      Process process =
          new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      org.awaitility.Awaitility.await().atMost(SOON).until(() -> Files.exists(socket));
      return new Agent(process, socket);
    }

    void add(Path key) {
      Sshd.run(List.of("env", "SSH_AUTH_SOCK=" + socket, "ssh-add", "-q", key.toString()));
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }
}
