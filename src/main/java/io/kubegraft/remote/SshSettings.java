package io.kubegraft.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is true for all hosts of a fleet.
///
/// @param home the folder that `~` means: keys, configuration and known hosts are looked for in its
///   `.ssh`
/// @param configFile read in place of the user's and the system's ssh_config
/// @param knownHosts read in place of the files that ssh_config names
/// @param agentSocket `SSH_AUTH_SOCK`
/// @param hostKeyChecking the weaker of this and a host's `StrictHostKeyChecking` holds
/// @param keepAlive how often a silent connection is probed where ssh_config doesn't say; it is
///   lost after three probes without an answer
/// @param sessionStart how long a server may take from letting us in to answering; see {@link
///   SessionStart}
public record SshSettings(
    Path home,
    Optional<Path> configFile,
    List<Path> knownHosts,
    Optional<Path> agentSocket,
    HostKeyChecking hostKeyChecking,
    Duration keepAlive,
    Duration sessionStart) {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
  private static final Duration SESSION_START = Duration.ofSeconds(10);

  public SshSettings {
    knownHosts = List.copyOf(knownHosts);
  }

  /// As OpenSSH and Ansible would have it for the user who runs us.
  public static SshSettings ofUser(Map<String, String> environment) {
    var agent = environment.getOrDefault("SSH_AUTH_SOCK", "");
    return new SshSettings(
        Path.of(System.getProperty("user.home")),
        Optional.empty(),
        List.of(),
        agent.isBlank() ? Optional.empty() : Optional.of(Path.of(agent)),
        checking(environment.getOrDefault("ANSIBLE_HOST_KEY_CHECKING", "")),
        KEEP_ALIVE,
        SESSION_START);
  }

  /// A user whose home is another folder, without an agent.
  public static SshSettings ofHome(Path home) {
    return new SshSettings(
        home,
        Optional.of(home.resolve(".ssh/config")),
        List.of(),
        Optional.empty(),
        HostKeyChecking.STRICT,
        KEEP_ALIVE,
        SESSION_START);
  }

  public SshSettings withAgent(Path socket) {
    return new SshSettings(
        home,
        configFile,
        knownHosts,
        Optional.of(socket),
        hostKeyChecking,
        keepAlive,
        sessionStart);
  }

  public SshSettings withHostKeyChecking(HostKeyChecking checking) {
    return new SshSettings(
        home, configFile, knownHosts, agentSocket, checking, keepAlive, sessionStart);
  }

  public SshSettings withKeepAlive(Duration interval) {
    return new SshSettings(
        home, configFile, knownHosts, agentSocket, hostKeyChecking, interval, sessionStart);
  }

  public SshSettings withSessionStart(Duration limit) {
    return new SshSettings(
        home, configFile, knownHosts, agentSocket, hostKeyChecking, keepAlive, limit);
  }

  private static HostKeyChecking checking(String said) {
    return switch (said.toLowerCase(java.util.Locale.ROOT)) {
      case "false", "no", "off", "0", "n", "f" -> HostKeyChecking.OFF;
      default -> HostKeyChecking.STRICT;
    };
  }

  Path ssh() {
    return home.resolve(".ssh");
  }

  /// What `~`, `%d` stand for at the start of a path in ssh_config.
  Path expand(String path) {
    if (path.equals("~") || path.startsWith("~/")) {
      return home.resolve(path.length() > 2 ? path.substring(2) : "");
    }
    return Path.of(path.replace("%d", home.toString()));
  }
}
