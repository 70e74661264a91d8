package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What inventory, flags and ssh_config together come to; asked from the ssh program, and without
/// one, read here.
class SshConfigTest {
  enum Reader {
    SSH,
    OURS
  }

  @TempDir Path home;
  private Path file;

  @BeforeEach
  void folders() throws IOException {
    file = Files.createDirectories(home.resolve(".ssh")).resolve("config");
  }

  @ParameterizedTest
  @EnumSource
  void without_a_word_said_openssh_s_defaults_hold(Reader reader) {
    Target target = resolve(reader, access());

    assertThat(target.host()).isEqualTo("10.0.0.1");
    assertThat(target.port()).isEqualTo(22);
    assertThat(target.user()).isEqualTo(System.getProperty("user.name"));
    assertThat(target.keyFiles()).isEmpty();
    assertThat(target.defaultKeyFiles())
        .contains(home.resolve(".ssh/id_ed25519"), home.resolve(".ssh/id_rsa"));
    assertThat(target.knownHosts())
        .contains(home.resolve(".ssh/known_hosts"), Path.of("/etc/ssh/ssh_known_hosts"));
    assertThat(target.checking()).isEqualTo(HostKeyChecking.STRICT);
    assertThat(target.connectTimeout()).isEqualTo(Access.DEFAULT_CONNECT_TIMEOUT);
    assertThat(target.via()).isEqualTo(new Target.Via.Direct());
  }

  @ParameterizedTest
  @EnumSource
  void ssh_config_fills_in_what_the_inventory_leaves_open(Reader reader) throws IOException {
    Files.writeString(
        file,
        """
        Host 10.0.0.*
          HostName 192.0.2.7
          Port 2222
          User deploy
          IdentityFile %s/.ssh/deploy
          IdentitiesOnly yes
          UserKnownHostsFile %s/.ssh/lab_hosts
          StrictHostKeyChecking accept-new
          ConnectTimeout 3
          ServerAliveInterval 5
          ServerAliveCountMax 2
          HostKeyAlias node1.lab
        """
            .formatted(home, home));

    Target target = resolve(reader, access());

    assertThat(target.host()).isEqualTo("192.0.2.7");
    assertThat(target.port()).isEqualTo(2222);
    assertThat(target.user()).isEqualTo("deploy");
    assertThat(target.keyFiles()).containsExactly(home.resolve(".ssh/deploy"));
    assertThat(target.defaultKeyFiles()).isEmpty();
    assertThat(target.onlyKeyFiles()).isTrue();
    assertThat(target.knownHosts()).startsWith(home.resolve(".ssh/lab_hosts"));
    assertThat(target.checking()).isEqualTo(HostKeyChecking.ACCEPT_NEW);
    assertThat(target.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(target.keepAlive()).isEqualTo(Duration.ofSeconds(5));
    assertThat(target.keepAliveMax()).isEqualTo(2);
    assertThat(target.keyName()).isEqualTo("node1.lab");
  }

  @ParameterizedTest
  @EnumSource
  void the_inventory_wins_over_ssh_config_and_over_its_own_common_args(Reader reader)
      throws IOException {
    Files.writeString(file, "Port 2222\nUser deploy\nIdentityFile " + home + "/.ssh/deploy\n");

    Target target =
        resolve(
            reader,
            new Access(
                "node1",
                "10.0.0.1",
                Optional.of(2022),
                Optional.of("root"),
                List.of(Path.of("~/named")),
                Optional.empty(),
                List.of("-o", "Port=1", "-l", "nobody", "-o", "StrictHostKeyChecking=no"),
                Access.Become.no(),
                Duration.ofSeconds(7)));

    assertThat(target.port()).isEqualTo(2022);
    assertThat(target.user()).isEqualTo("root");
    assertThat(target.keyFiles())
        .containsExactly(home.resolve("named"), home.resolve(".ssh/deploy"));
    assertThat(target.checking()).isEqualTo(HostKeyChecking.OFF);
    assertThat(target.connectTimeout()).isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @EnumSource
  void first_args_win_over_the_inventory_s_own_port_and_user(Reader reader) {
    Target target =
        resolve(
            reader,
            new Access(
                "node1",
                "10.0.0.1",
                Optional.of(2022),
                Optional.of("root"),
                List.of(),
                Optional.empty(),
                List.of("-C", "-o", "ControlPersist=60s", "-p", "1", "-o", "User=first"),
                List.of("-p", "2", "-o", "HostKeyAlias=common"),
                Optional.empty(),
                Access.Become.no(),
                Access.DEFAULT_CONNECT_TIMEOUT));

    assertThat(target.port()).isEqualTo(1);
    assertThat(target.user()).isEqualTo("first");
    assertThat(target.keyName()).isEqualTo("common");
  }

  @ParameterizedTest
  @EnumSource
  void common_args_name_keys_jumps_and_files(Reader reader) throws IOException {
    Path other = Files.writeString(home.resolve("other"), "Host 10.0.0.1\n  User other\n");

    Target target =
        resolve(
            reader,
            access(
                "-F", other.toString(), "-i", "~/my key", "-J", "jump@192.0.2.1:2222,192.0.2.2"));

    assertThat(target.user()).isEqualTo("other");
    assertThat(target.keyFiles()).containsExactly(home.resolve("my key"));
    assertThat(hops(target)).containsExactly("192.0.2.2:22", "jump@192.0.2.1:2222");
  }

  @ParameterizedTest
  @EnumSource
  void a_jump_host_has_its_own_lines_in_ssh_config(Reader reader) throws IOException {
    Files.writeString(
        file,
        """
        Host bastion
          HostName 192.0.2.9
          User door
          Port 222
        Host 10.0.0.*
          ProxyJump bastion
        """);

    assertThat(hops(resolve(reader, access()))).containsExactly("door@192.0.2.9:222");
  }

  @ParameterizedTest
  @EnumSource
  void a_jump_host_that_is_its_own_jump_host_is_an_error(Reader reader) throws IOException {
    Files.writeString(file, "Host *\n  ProxyJump 192.0.2.9\n");

    assertThatThrownBy(() -> resolve(reader, access()))
        .isInstanceOf(RemoteException.class)
        .hasMessageContainingAll("node1", "jumphost loop", "192.0.2.9");
  }

  @ParameterizedTest
  @EnumSource
  void jump_hosts_in_a_circle_are_an_error(Reader reader) throws IOException {
    Files.writeString(
        file, "Host a\n  ProxyJump b\nHost b\n  ProxyJump c\nHost *\n  ProxyJump a\n");

    assertThatThrownBy(() -> resolve(reader, access()))
        .isInstanceOf(RemoteException.class)
        .hasMessageContainingAll("node1", "jump hosts");
  }

  @ParameterizedTest
  @EnumSource
  void the_words_of_kubespray_s_bastion_are_a_jump(Reader reader) {
    Target target =
        resolve(
            reader,
            access(
                "-o",
                "ProxyCommand=ssh -F /dev/null -o UserKnownHostsFile=/dev/null -o"
                    + " StrictHostKeyChecking=no -W %h:%p -p 2222 ubuntu@192.0.2.9 -i ~/bastion"));

    assertThat(target.via())
        .isInstanceOfSatisfying(
            Target.Via.Jump.class,
            jump -> {
              assertThat(jump.through().keyFiles()).containsExactly(home.resolve("bastion"));
              assertThat(jump.through().knownHosts()).startsWith(Path.of("/dev/null"));
              assertThat(jump.through().checking()).isEqualTo(HostKeyChecking.OFF);
            });
    assertThat(hops(target)).containsExactly("ubuntu@192.0.2.9:2222");
  }

  @ParameterizedTest
  @EnumSource
  void another_proxy_command_is_kept_with_its_tokens_replaced(Reader reader) {
    Target target = resolve(reader, access("-o", "ProxyCommand=nc -X 5 %h %p # 100%%"));

    assertThat(target.via()).isEqualTo(new Target.Via.Command("nc -X 5 10.0.0.1 22 # 100%"));
  }

  @Test
  void include_and_match_mean_what_they_mean_to_ssh() throws IOException {
    Files.writeString(home.resolve("more"), "Match host 10.0.0.1\n  User matched\n");
    Files.writeString(file, "Include " + home.resolve("more") + "\n");

    assertThat(resolve(Reader.SSH, access()).user()).isEqualTo("matched");
  }

  @Test
  void a_mistake_in_ssh_config_is_told_with_file_and_line() throws IOException {
    Files.writeString(file, "Host *\n  Prot 22\n");

    assertThatThrownBy(() -> resolve(Reader.SSH, access()))
        .isInstanceOf(RemoteException.class)
        .hasMessageContainingAll("node1", file + ": line 2", "prot");
  }

  @Test
  void an_address_that_looks_like_an_option_stays_an_address() {
    var access = Access.of("node1", "-oProxyCommand=touch " + home.resolve("ran"));

    assertThatThrownBy(() -> resolve(Reader.SSH, access)).isInstanceOf(RemoteException.class);
    assertThat(home.resolve("ran")).doesNotExist();
  }

  @Test
  void only_a_plain_forwarding_ssh_is_taken_for_a_jump() {
    assertThat(
            Stream.of(
                "ssh -W %h:%p bastion",
                "exec /usr/bin/ssh -q -W[%h]:%p 'bastion'",
                "ssh bastion -W %h:%p -o \"ConnectTimeout 5\""))
        .allMatch(line -> SshOptions.asJump(line).isPresent());
    assertThat(
            Stream.of(
                "ssh bastion nc %h %p",
                "ssh -W %h:%p bastion | tee log",
                "ssh -W other:22 bastion",
                "ssh -W %h:%p $BASTION",
                "ssh -W %h:%p 'bastion",
                "sshpass -e ssh -W %h:%p bastion",
                ""))
        .allMatch(line -> SshOptions.asJump(line).isEmpty());
  }

  private Target resolve(Reader reader, Access access) {
    Optional<Path> ssh = SshConfig.findSsh("/usr/bin:/bin");
    Assumptions.assumeTrue(reader == Reader.OURS || ssh.isPresent(), "no ssh program");
    return new SshConfig(SshSettings.ofHome(home), reader == Reader.SSH ? ssh : Optional.empty())
        .resolve(access);
  }

  private static Access access(String... words) {
    return new Access(
        "node1",
        "10.0.0.1",
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(words),
        Access.Become.no(),
        Access.DEFAULT_CONNECT_TIMEOUT);
  }

  /// From the host outwards.
  private static List<String> hops(Target target) {
    return switch (target.via()) {
      case Target.Via.Jump(Target through) ->
          Stream.concat(
                  Stream.of(
                      (through.user().equals(System.getProperty("user.name"))
                              ? ""
                              : through.user() + "@")
                          + through.address()),
                  hops(through).stream())
              .toList();
      case Target.Via.Direct _, Target.Via.Command _ -> List.of();
    };
  }
}
