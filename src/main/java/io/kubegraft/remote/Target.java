package io.kubegraft.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One SSH server and how to get in: what remains of an {@link Access} once `~/.ssh/config` and the
/// defaults have had their say.
///
/// @param label the inventory name, or the jump host's name; for messages
/// @param host address or name to connect to
/// @param keyName the name under which the host's key is known
/// @param keyFiles keys somebody asked for, tried first
/// @param defaultKeyFiles tried last
/// @param onlyKeyFiles the agent is asked for no other keys than those
/// @param knownHosts the files, those that may be written first
/// @param keepAliveMax unanswered probes until the connection counts as lost
/// @param sessionStart how long the server may take from letting us in to answering
record Target(
    String label,
    String host,
    int port,
    String user,
    String keyName,
    List<Path> keyFiles,
    List<Path> defaultKeyFiles,
    boolean onlyKeyFiles,
    Optional<Path> agent,
    Optional<Secret> password,
    Via via,
    HostKeyChecking checking,
    List<Path> knownHosts,
    Duration connectTimeout,
    Duration keepAlive,
    int keepAliveMax,
    Duration sessionStart) {

  /// The way there.
  sealed interface Via {
    record Direct() implements Via {}

    record Jump(Target through) implements Via {}

    /// A program whose standard input and output lead there.
    record Command(String line) implements Via {}
  }

  Target {
    keyFiles = List.copyOf(keyFiles);
    defaultKeyFiles = List.copyOf(defaultKeyFiles);
    knownHosts = List.copyOf(knownHosts);
  }

  String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /// What `kubegraft trust` would be given.
  String trusted() {
    return label.replaceFirst("^.* \\(jump host (.*)\\)$", "$1");
  }

  /// How people would write the login.
  String login() {
    return user + "@" + host + (port == KnownHosts.DEFAULT_PORT ? "" : " -p " + port);
  }

  RemoteException problem(RemoteException.Kind kind, String text) {
    return new RemoteException(label, kind, label + ": " + text);
  }

  RemoteException problem(RemoteException.Kind kind, String text, Throwable cause) {
    return new RemoteException(label, kind, label + ": " + text, cause);
  }
}
