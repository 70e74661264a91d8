package io.kubegraft.cli;

import io.kubegraft.inventory.AnsibleConfig;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.inventory.InventoryException;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.remote.Access;
import io.kubegraft.remote.HostKeyChecking;
import io.kubegraft.remote.Secret;
import io.kubegraft.remote.SshFleet;
import io.kubegraft.remote.SshSettings;
import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      throw new InputException(
          "--forks is " + forks + "; it must be 1 or more", Next.words("leave it out"));
    }
    return forks;
  }

  private Duration timeout() {
    if (timeoutSeconds < 1) {
      throw new InputException(
          "--timeout is " + timeoutSeconds + "; it must be 1 or more", Next.words("leave it out"));
    }
    return Duration.ofSeconds(timeoutSeconds);
  }

  /// A fleet of every host of the inventory. Opens nothing.
  ///
  /// @param needed hosts that may be opened: how to log in to each must be known
  SshFleet fleet(Inventory inventory, Collection<String> needed) {
    Optional<Secret> password = secret(askPassword, "KUBEGRAFT_SSH_PASSWORD", "SSH password: ");
    Optional<Secret> sudoPassword =
        secret(askBecomePassword, "KUBEGRAFT_BECOME_PASSWORD", "sudo password: ")
            .or(() -> askBecomePassword ? password : Optional.empty());
    Logins logins = logins(inventory, password, sudoPassword);
    List<Access> hosts = new ArrayList<>();
    Map<String, String> unusable = new LinkedHashMap<>();
    for (String name : inventory.hosts()) {
      try {
        hosts.add(logins.to(name));
      } catch (InventoryException e) {
        if (needed.contains(name)) {
          throw e;
        }
        unusable.put(name, String.valueOf(e.getMessage()));
      }
    }
    SshSettings settings = SshSettings.ofUser(System.getenv());
    boolean unchecked =
        inventory.config().bool(AnsibleConfig.Setting.HOST_KEY_CHECKING).equals(Optional.of(false));
    return SshFleet.of(
        hosts, unusable, unchecked ? settings.withHostKeyChecking(HostKeyChecking.OFF) : settings);
  }

  private Logins logins(
      Inventory inventory, Optional<Secret> password, Optional<Secret> sudoPassword) {
    return new Logins(
        inventory,
        new Logins.Flags(
            Optional.ofNullable(user),
            Optional.ofNullable(privateKey),
            password,
            become || askBecomePassword,
            sudoPassword,
            timeout()));
  }

  /// How each host is logged in to by hand, by name; without those of whom that can't be read,
  /// which is then what is being told.
  Map<String, Operator.Login> byHand(Inventory inventory) {
    Map<String, Operator.Login> byHand = new HashMap<>();
    for (String name : inventory.hosts()) {
      login(inventory, name).ifPresent(login -> byHand.put(name, login));
    }
    return byHand;
  }

  private Optional<Operator.Login> login(Inventory inventory, String name) {
    try {
      Access access = logins(inventory, Optional.empty(), Optional.empty()).to(name);
      return Optional.of(
          new Operator.Login(
              access.user(),
              access.port(),
              access.become().wanted(),
              access.jump().map(SshOptions::way)));
    } catch (InputException | InventoryException _) {
      return Optional.empty();
    }
  }

  private static String way(Access.Jump jump) {
    String address = jump.address().contains(":") ? "[" + jump.address() + "]" : jump.address();
    return jump.user().map(name -> name + "@").orElse("")
        + address
        + (jump.port() == 22 ? "" : ":" + jump.port());
  }

  /// The same login, as it is written on a command line; what is to be asked for is asked again.
  List<String> asTyped() {
    List<String> words = new ArrayList<>();
    Optional.ofNullable(user).ifPresent(name -> words.addAll(List.of("-u", name)));
    Optional.ofNullable(privateKey)
        .ifPresent(file -> words.addAll(List.of("--private-key", file.toString())));
    if (askPassword) {
      words.add("-k");
    }
    if (become) {
      words.add("-b");
    }
    if (askBecomePassword) {
      words.add("-K");
    }
    return words;
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
                    "a password must be entered, but there is no terminal",
                    Next.here("export " + variable + "=…")
                        .as("in the environment of the caller, not on the command line")));
    return Consoles.password(console, prompt)
        .filter(typed -> typed.length > 0)
        .map(typed -> new Secret(new String(typed)));
  }
}
