package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Becoming root with real sudo, as a user made for the test.
class SudoTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String WITHOUT_PASSWORD = "ALL=(ALL) NOPASSWD: ALL";
  private static final String WITH_PASSWORD = "ALL=(ALL) ALL";

  @TempDir Path folder;

  @BeforeEach
  void letUsersIn() {
    // The server reads the user's key file with the user's rights.
    assertThat(folder.toFile().setExecutable(true, false)).isTrue();
  }

  @Test
  void without_a_password_where_sudo_wants_none() {
    as(
        WITHOUT_PASSWORD,
        Access.Become.sudo(),
        host -> {
          assertThat(host.must("id -u; echo $HOME", SOON)).isEqualTo("0\n/root\n");
          assertThat(host.run("exit 9", SOON).exit()).isEqualTo(9);
        });
  }

  @Test
  void a_password_that_is_not_asked_for_stays_out_of_the_scripts_input() {
    as(
        WITHOUT_PASSWORD,
        Access.Become.sudo(new Secret(TemporaryUser.PASSWORD)),
        host -> {
          assertThat(host.must("id -u; cat", SOON)).isEqualTo("0\n");
          Output fed = host.feed("cat", new ByteArrayInputStream(new byte[] {'x', '\n'}), SOON);
          assertThat(fed.stdout()).isEqualTo("x\n");
        });
  }

  @Test
  void with_the_password_where_sudo_wants_it() {
    as(
        WITH_PASSWORD,
        Access.Become.sudo(new Secret(TemporaryUser.PASSWORD)),
        host -> {
          assertThat(host.must("id -u", SOON)).isEqualTo("0\n");
          byte[] data = new byte[2_500_000];
          assertThat(host.feed("wc -c", new ByteArrayInputStream(data), SOON).stdout().strip())
              .isEqualTo("2500000");
          String file = folder.resolve("written").toString();
          host.write(file, data, FileMode.root("0600"));
          assertThat(host.read(file)).hasValueSatisfying(b -> assertThat(b).isEqualTo(data));
          assertThat(host.run("echo oops >&2; exit 1", SOON))
              .satisfies(output -> {
                assertThat(output.exit()).isEqualTo(1);
                assertThat(output.stderr()).isEqualTo("oops\n");
              });
        });
  }

  @Test
  void the_password_is_neither_in_the_environment_nor_in_any_command_line() {
    as(
        WITH_PASSWORD,
        Access.Become.sudo(new Secret(TemporaryUser.PASSWORD)),
        host ->
            assertThat(
                    host.must(
                        "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' '",
                        SOON))
                .contains("kubegraft-sudo-")
                .doesNotContain(TemporaryUser.PASSWORD));
  }

  @Test
  void a_wrong_password_is_said_to_be_wrong_and_tried_once() {
    as(
        WITH_PASSWORD,
        Access.Become.sudo(new Secret("wrong")),
        host ->
            assertThatThrownBy(() -> host.run("true", SOON))
                .satisfies(SudoTest::isBecome)
                .hasMessageContainingAll("node1", "doesn't accept the password", "-K")
                .hasMessageNotContaining("wrong"));
  }

  @Test
  void a_missing_password_is_asked_for_by_its_option() {
    as(
        WITH_PASSWORD,
        Access.Become.sudo(),
        host ->
            assertThatThrownBy(() -> host.run("true", SOON))
                .satisfies(SudoTest::isBecome)
                .hasMessageContainingAll("node1", "wants a password", "-K"));
  }

  @Test
  void a_user_whom_sudo_does_not_know_is_told_how_to_be_let_in() {
    as(
        "",
        Access.Become.sudo(new Secret(TemporaryUser.PASSWORD)),
        host ->
            assertThatThrownBy(() -> host.run("true", SOON))
                .satisfies(SudoTest::isBecome)
                .hasMessageContainingAll("node1", "doesn't let", "usermod -aG"));
  }

  @Test
  void without_become_a_user_who_is_not_root_is_told_to_ask_for_it() {
    as(
        WITHOUT_PASSWORD,
        Access.Become.no(),
        host ->
            assertThatThrownBy(() -> host.run("touch " + folder.resolve("ran"), SOON))
                .satisfies(SudoTest::isBecome)
                .hasMessageContainingAll("node1", "-b"));
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void a_terminal_that_sudo_insists_on_is_named_with_the_rule_that_lifts_it() {
    try (Sshd sshd = Sshd.start(folder);
        var user = TemporaryUser.create(WITHOUT_PASSWORD + "\nDefaults:USER requiretty")) {
      var access = access(sshd, user, Access.Become.sudo(), Optional.empty());
      try (var fleet = SshFleet.of(List.of(access), sshd.settings())) {
        assertThatThrownBy(() -> fleet.host("node1").run("true", SOON))
            .satisfies(SudoTest::isBecome)
            .hasMessageContainingAll("node1", "requiretty");
      }
    }
  }

  @Test
  void what_runs_under_sudo_is_ended_when_its_deadline_passes() {
    String mark = "kubegraft-test-" + System.nanoTime();
    as(
        WITH_PASSWORD,
        Access.Become.sudo(new Secret(TemporaryUser.PASSWORD)),
        host -> {
          assertThatThrownBy(
                  () -> host.run("sh -c 'sleep 60; : " + mark + "'", Duration.ofSeconds(2)))
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("2 s");
          Awaitility.await()
              .atMost(SOON)
              .until(() ->
                  ProcessHandle.allProcesses()
                      .noneMatch(p -> p.info().commandLine().orElse("").contains(mark)));
        });
  }

  @Test
  void a_key_is_put_in_place_over_a_password_login_and_then_opens_the_door() throws Exception {
    try (Sshd sshd =
            Sshd.start(
                folder,
                "PasswordAuthentication yes",
                "UsePAM yes",
                "AuthorizedKeysFile .ssh/authorized_keys");
        var user = TemporaryUser.create("")) {
      String key = Files.readString(sshd.home().resolve(".ssh/id_ed25519.pub"));
      var password =
          access(sshd, user, Access.Become.no(), Optional.of(new Secret(TemporaryUser.PASSWORD)));
      try (var fleet = SshFleet.of(List.of(password), sshd.settings())) {
        assertThat(fleet.installKey("node1", key)).isTrue();
        assertThat(fleet.installKey("node1", key)).isFalse();
      }
      Path file = user.home().resolve(".ssh/authorized_keys");
      assertThat(file).content().isEqualTo(key);
      assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100600);
      assertThat(Files.getAttribute(file.getParent(), "unix:mode")).isEqualTo(040700);

      var withKey = access(sshd, user, Access.Become.no(), Optional.empty());
      try (var fleet = SshFleet.of(List.of(withKey), sshd.settings())) {
        assertThat(fleet.installKey("node1", key)).isFalse();
      }
      assertThat(sshd.log()).contains("Accepted publickey for " + user.name());
    }
  }

  @Test
  void a_wrong_login_password_is_an_authentication_failure() {
    try (Sshd sshd =
            Sshd.start(
                folder, "PasswordAuthentication yes", "UsePAM yes", "PubkeyAuthentication no");
        var user = TemporaryUser.create("")) {
      var access = access(sshd, user, Access.Become.no(), Optional.of(new Secret("wrong one")));
      try (var fleet = SshFleet.of(List.of(access), sshd.settings())) {
        assertThatThrownBy(() -> fleet.host("node1").run("true", SOON))
            .isInstanceOfSatisfying(
                RemoteException.class,
                e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.AUTHENTICATION))
            .hasMessageContainingAll("node1", user.name(), "password")
            .hasMessageNotContaining("wrong one");
      }
    }
  }

  private void as(String sudo, Access.Become become, Consumer<Host> test) {
    try (Sshd sshd = Sshd.start(folder);
        var user = TemporaryUser.create(sudo)) {
      var access = access(sshd, user, become, Optional.empty());
      try (var fleet = SshFleet.of(List.of(access), sshd.settings())) {
        test.accept(fleet.host("node1"));
      }
    }
  }

  private static Access access(
      Sshd sshd, TemporaryUser user, Access.Become become, Optional<Secret> password) {
    return new Access(
        "node1",
        Sshd.ADDRESS,
        Optional.of(sshd.port()),
        Optional.of(user.name()),
        List.of(),
        password,
        List.of(),
        become,
        SOON);
  }

  private static void isBecome(Throwable e) {
    assertThat(e)
        .isInstanceOfSatisfying(
            RemoteException.class,
            r -> assertThat(r.kind()).isEqualTo(RemoteException.Kind.BECOME));
  }
}
