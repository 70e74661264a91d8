package io.kubegraft.cli;

import io.kubegraft.inventory.Inventory;
import io.kubegraft.remote.Access;
import io.kubegraft.remote.Secret;
import io.kubegraft.remote.SshFleet;
import io.kubegraft.remote.SshSettings;
import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How to log in: Ansible's flags and Ansible's variables, which win as they win there.
final class SshOptions {
  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER",
      description = "Log in as this user (ansible_user wins).")
  private @Nullable String user;

  @Option(
      names = {"--private-key", "--key-file"},
      paramLabel = "FILE",
      description = "Private key to log in with.")
  private @Nullable Path privateKey;

  @Option(
      names = {"-k", "--ask-pass"},
      description = "Ask for the SSH password (or take it from KUBEGRAFT_SSH_PASSWORD).")
  private boolean askPassword;

  @Option(
      names = {"-b", "--become"},
      description = "Become root with sudo.")
  private boolean become;

  @Option(
      names = {"-K", "--ask-become-pass"},
      description = "Ask for the sudo password (or take it from KUBEGRAFT_BECOME_PASSWORD).")
  private boolean askBecomePassword;

  @Option(
      names = {"-f", "--forks"},
      paramLabel = "N",
      defaultValue = "20",
      description = "Hosts worked on at once (default: ${DEFAULT-VALUE}).")
  private int forks;

  @Option(
      names = {"-T", "--timeout"},
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Limit for connecting, in seconds (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  int forks() {
    if (forks < 1) {
      throw new InputException("--forks is " + forks + "; it must be 1 or more", "leave it out");
    }
    return forks;
  }

  private Duration timeout() {
    if (timeoutSeconds < 1) {
      throw new InputException(
          "--timeout is " + timeoutSeconds + "; it must be 1 or more", "leave it out");
    }
    return Duration.ofSeconds(timeoutSeconds);
  }

  /// A fleet of every host of the inventory. Opens nothing.
  SshFleet fleet(Inventory inventory) {
    Optional<Secret> password = secret(askPassword, "KUBEGRAFT_SSH_PASSWORD", "SSH password: ");
    Optional<Secret> sudoPassword =
        secret(askBecomePassword, "KUBEGRAFT_BECOME_PASSWORD", "sudo password: ")
            .or(() -> askBecomePassword ? password : Optional.empty());
    List<Access> hosts = new ArrayList<>();
    for (String name : inventory.hosts()) {
      hosts.add(access(inventory, name, password, sudoPassword));
    }
    return SshFleet.of(hosts, SshSettings.ofUser(System.getenv()));
  }

  private Access access(
      Inventory inventory, String name, Optional<Secret> password, Optional<Secret> sudoPassword) {
    List<Path> keys = new ArrayList<>();
    inventory
        .string(name, "ansible_ssh_private_key_file")
        .or(() -> inventory.string(name, "ansible_private_key_file"))
        .map(SshOptions::home)
        .or(() -> Optional.ofNullable(privateKey))
        .ifPresent(keys::add);
    List<String> words = new ArrayList<>();
    for (String variable : List.of("ansible_ssh_common_args", "ansible_ssh_extra_args")) {
      inventory.string(name, variable).ifPresent(text -> words.addAll(ShellWords.split(text)));
    }
    boolean becomes = inventory.bool(name, "ansible_become").orElse(become || askBecomePassword);
    Optional<Secret> becomePassword =
        first(
                inventory,
                name,
                "ansible_become_password",
                "ansible_become_pass",
                "ansible_sudo_pass")
            .map(Secret::new)
            .or(() -> sudoPassword);
    return new Access(
        name,
        first(inventory, name, "ansible_host", "ansible_ssh_host").orElse(name),
        port(inventory, name),
        first(inventory, name, "ansible_user", "ansible_ssh_user")
            .or(() -> Optional.ofNullable(user)),
        keys,
        first(inventory, name, "ansible_password", "ansible_ssh_pass", "ansible_ssh_password")
            .map(Secret::new)
            .or(() -> password),
        words,
        new Access.Become(becomes, becomePassword),
        timeout());
  }

  private static Optional<Integer> port(Inventory inventory, String name) {
    return inventory
        .integer(name, "ansible_port")
        .or(() -> inventory.integer(name, "ansible_ssh_port"));
  }

  private static Optional<String> first(Inventory inventory, String host, String... variables) {
    for (String variable : variables) {
      Optional<String> value = inventory.string(host, variable);
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private static Path home(String path) {
    return path.startsWith("~/")
        ? Path.of(System.getProperty("user.home"), path.substring(2))
        : Path.of(path);
  }

  private static Optional<Secret> secret(boolean ask, String variable, String prompt) {
    if (!ask) {
      return Optional.empty();
    }
    String given = System.getenv(variable);
    if (given != null) {
      return Optional.of(new Secret(given));
    }
    Console console =
        Consoles.terminal()
            .orElseThrow(() ->
                new InputException(
                    "a password is to be asked for, but there is no terminal",
                    "export "
                        + variable
                        + "=…   # in the environment of the caller, not on the command line"));
    return Consoles.password(console, prompt)
        .filter(typed -> typed.length > 0)
        .map(typed -> new Secret(new String(typed)));
  }
}
