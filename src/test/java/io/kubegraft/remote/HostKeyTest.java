package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which host keys are accepted, against a real sshd with keys of three kinds.
class HostKeyTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Sshd sshd;

  @BeforeEach
  void start() {
    Sshd.keygen(folder.resolve("host_rsa"), "rsa");
    Sshd.keygen(folder.resolve("host_ecdsa"), "ecdsa");
    sshd =
        Sshd.start(
            folder,
            "HostKey " + folder.resolve("host_rsa"),
            "HostKey " + folder.resolve("host_ecdsa"),
            "HostKey " + folder.resolve("host_ed25519"));
  }

  @AfterEach
  void stop() {
    sshd.close();
  }

  @Test
  void whichever_kind_of_key_is_known_is_the_one_asked_for() throws IOException {
    for (String key : List.of("host_rsa", "host_ecdsa", "host_ed25519")) {
      sshd.know(key);

      assertThatCode(() -> connect(sshd.settings())).as(key).doesNotThrowAnyException();
    }
  }

  @Test
  void an_unknown_key_is_refused_with_its_fingerprint_and_the_way_to_pin_it() throws IOException {
    Files.writeString(sshd.knownHosts(), "");

    assertThatThrownBy(() -> connect(sshd.settings()))
        .satisfies(kind(RemoteException.Kind.HOST_KEY_UNKNOWN))
        .hasMessageContainingAll(
            "node1", "ssh-ed25519", fingerprint("host_ed25519"), "kubegraft trust node1");
    assertThat(sshd.logins()).isZero();
  }

  @Test
  void a_changed_key_is_refused_with_both_fingerprints_and_the_line_of_the_old_one()
      throws IOException {
    Sshd.keygen(folder.resolve("other"), "ed25519");
    Files.writeString(sshd.knownHosts(), "# our hosts\n" + line("other") + "\n");

    assertThatThrownBy(() -> connect(sshd.settings()))
        .satisfies(kind(RemoteException.Kind.HOST_KEY_CHANGED))
        .hasMessageContainingAll(
            "node1",
            fingerprint("host_ed25519"),
            fingerprint("other"),
            sshd.knownHosts() + ":2",
            "ssh-keygen -f '" + sshd.knownHosts() + "' -R '[127.0.0.1]:" + sshd.port() + "'");
    assertThat(sshd.logins()).isZero();
  }

  @Test
  void hashed_entries_are_understood() {
    Sshd.run(List.of("ssh-keygen", "-q", "-H", "-f", sshd.knownHosts().toString()));

    assertThat(sshd.knownHosts()).content().startsWith("|1|");
    assertThatCode(() -> connect(sshd.settings())).doesNotThrowAnyException();
  }

  @Test
  void a_key_known_for_the_host_on_the_usual_port_is_good_on_any_port() throws IOException {
    Files.writeString(sshd.knownHosts(), line("host_ed25519").replaceFirst("^\\S+", "127.0.0.1"));

    assertThatCode(() -> connect(sshd.settings())).doesNotThrowAnyException();
  }

  @Test
  void a_revoked_key_is_refused_even_where_it_is_known() throws IOException {
    Files.writeString(
        sshd.knownHosts(),
        line("host_ed25519") + "\n@revoked * " + line("host_ed25519").replaceFirst("^\\S+ ", ""));

    assertThatThrownBy(() -> connect(sshd.settings()))
        .satisfies(kind(RemoteException.Kind.HOST_KEY_CHANGED))
        .hasMessageContainingAll("@revoked", sshd.knownHosts() + ":2");
  }

  @Test
  void the_line_of_an_authority_is_not_taken_for_a_host_key() throws IOException {
    Files.writeString(sshd.knownHosts(), "@cert-authority " + line("host_ed25519"));

    assertThatThrownBy(() -> connect(sshd.settings()))
        .satisfies(kind(RemoteException.Kind.HOST_KEY_UNKNOWN));
  }

  @Test
  void a_key_in_another_of_several_files_is_known() throws IOException {
    Path second = Files.move(sshd.knownHosts(), folder.resolve("second"));
    Path first = folder.resolve("missing");
    var settings =
        new SshSettings(
            sshd.home(),
            sshd.settings().configFile(),
            List.of(first, second),
            sshd.settings().agentSocket(),
            HostKeyChecking.STRICT,
            Duration.ofSeconds(15),
            Duration.ofSeconds(10));

    assertThatCode(() -> connect(settings)).doesNotThrowAnyException();
  }

  @Test
  void accept_new_writes_a_new_key_down_and_refuses_it_once_it_has_changed() throws IOException {
    Files.delete(sshd.knownHosts());
    SshSettings accepting = sshd.settings().withHostKeyChecking(HostKeyChecking.ACCEPT_NEW);

    try (var fleet = fleet(accepting)) {
      run(fleet);
      sshd.kill();
      sshd.restart();
      Awaitility.await()
          .atMost(SOON)
          .until(() -> {
            run(fleet);
            return sshd.logins() == 2;
          });
    }

    assertThat(sshd.knownHosts()).content().isEqualTo(line("host_ed25519") + "\n");
    assertThatCode(() -> connect(sshd.settings())).doesNotThrowAnyException();

    Sshd.keygen(folder.resolve("other"), "ed25519");
    Files.writeString(sshd.knownHosts(), line("other"));
    assertThatThrownBy(() -> connect(accepting))
        .satisfies(kind(RemoteException.Kind.HOST_KEY_CHANGED));
  }

  @Test
  void without_checking_any_key_will_do_and_nothing_is_written() throws IOException {
    Sshd.keygen(folder.resolve("other"), "ed25519");
    Files.writeString(sshd.knownHosts(), line("other"));

    connect(sshd.settings().withHostKeyChecking(HostKeyChecking.OFF));

    assertThat(sshd.knownHosts()).content().isEqualTo(line("other"));
  }

  @Test
  void a_key_is_shown_pinned_and_then_known() throws IOException {
    Files.writeString(sshd.knownHosts(), "other.example ssh-rsa AAAA");
    try (var fleet = fleet(sshd.settings())) {
      ShownKey shown = fleet.scan("node1");
      assertThat(shown.standing()).isEqualTo(ShownKey.Standing.UNKNOWN);
      assertThat(shown.key().fingerprint()).isEqualTo(fingerprint("host_ed25519"));
      assertThatThrownBy(() -> fleet.host("node1").run("true", SOON))
          .satisfies(kind(RemoteException.Kind.HOST_KEY_UNKNOWN));

      fleet.pin("node1", shown.key());
      fleet.pin("node1", shown.key());

      assertThat(fleet.host("node1").run("true", SOON).ok()).isTrue();
      assertThat(fleet.scan("node1").standing()).isEqualTo(ShownKey.Standing.KNOWN);
      assertThat(sshd.knownHosts())
          .content()
          .isEqualTo("other.example ssh-rsa AAAA\n" + line("host_ed25519") + "\n");
    }
  }

  @Test
  void pinning_never_overrules_a_known_key() throws IOException {
    Sshd.keygen(folder.resolve("other"), "ed25519");
    Files.writeString(sshd.knownHosts(), line("other"));
    try (var fleet = fleet(sshd.settings())) {
      ShownKey shown = fleet.scan("node1");

      assertThat(shown.standing()).isEqualTo(ShownKey.Standing.CHANGED);
      assertThat(shown.place()).contains(sshd.knownHosts() + ":1");
      assertThatThrownBy(() -> fleet.pin("node1", shown.key()))
          .satisfies(kind(RemoteException.Kind.HOST_KEY_CHANGED));
    }
  }

  private void connect(SshSettings settings) {
    try (var fleet = fleet(settings)) {
      run(fleet);
    }
  }

  private static void run(SshFleet fleet) {
    try {
      fleet.host("node1").run("true", SOON);
    } catch (RemoteException e) {
      // Whether we may become root there is not the question here, and one test restarts sshd.
      if (e.kind() != RemoteException.Kind.BECOME && e.kind() != RemoteException.Kind.LOST) {
        throw e;
      }
    }
  }

  private SshFleet fleet(SshSettings settings) {
    return SshFleet.of(List.of(sshd.access("node1")), settings);
  }

  private String line(String key) throws IOException {
    String[] words = Files.readString(folder.resolve(key + ".pub")).split(" ");
    return "[127.0.0.1]:" + sshd.port() + " " + words[0] + " " + words[1];
  }

  private String fingerprint(String key) {
    return Sshd.run(List.of("ssh-keygen", "-lf", folder.resolve(key + ".pub").toString()))
        .split(" ")[1];
  }

  private static ThrowingConsumer<Throwable> kind(RemoteException.Kind kind) {
    return e ->
        assertThat(e)
            .isInstanceOfSatisfying(
                RemoteException.class, r -> assertThat(r.kind()).isEqualTo(kind));
  }
}
