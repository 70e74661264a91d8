package io.kubegraft.cli;

import io.kubegraft.inventory.AnsibleConfig;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.inventory.InventoryException;
import io.kubegraft.inventory.LoginVariable;
import io.kubegraft.remote.Access;
import io.kubegraft.remote.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// How each host of an inventory is logged in to: as Ansible would, where its variables win over
/// its flags; or refused by name, where only Ansible could.
final class Logins {
  private static final Set<String> SSH =
      Set.of("ssh", "smart", "paramiko", "paramiko_ssh", "libssh");
  private static final int KUBESPRAYS_PORT = 22;

  private final Inventory inventory;
  private final Flags flags;

  /// What the command line says for all hosts.
  record Flags(
      Optional<String> user,
      Optional<Path> key,
      Optional<Secret> password,
      boolean become,
      Optional<Secret> becomePassword,
      Duration timeout) {}

  Logins(Inventory inventory, Flags flags) {
    this.inventory = inventory;
    this.flags = flags;
  }

  /// @throws InventoryException when what is said of the host can't be read, or can't be honoured
  Access to(String host) {
    requireSsh(host);
    List<String> words = new ArrayList<>(words(host, LoginVariable.SSH_COMMON_ARGS));
    words.addAll(words(host, LoginVariable.SSH_EXTRA_ARGS));
    return new Access(
        host,
        LoginVariable.ADDRESS.of(inventory, host).orElse(host),
        port(host),
        user(host),
        keys(host),
        password(host),
        words(host, LoginVariable.SSH_ARGS),
        words,
        inventory.jump(host).map(jump -> jump(jump, host)),
        become(host),
        flags.timeout());
  }

  /// As Kubespray's default writes it, with the key of the host behind it.
  private Access.Jump jump(String name, String behind) {
    List<Path> keys = new ArrayList<>(keys(name));
    keys(behind).stream().filter(key -> !keys.contains(key)).forEach(keys::add);
    return new Access.Jump(
        name,
        LoginVariable.ADDRESS.of(inventory, name).orElse(name),
        port(name).orElse(KUBESPRAYS_PORT),
        user(name),
        keys,
        password(name));
  }

  private void requireSsh(String host) {
    Optional<String> connection = LoginVariable.CONNECTION.orConfigured(inventory, host);
    String kind = last(connection.orElse("ssh"), '.');
    if (kind.equals("local")) {
      throw LoginVariable.CONNECTION.wrong(
          inventory,
          host,
          "is local, and kubegraft reaches every host over SSH, this machine, too",
          "Write for "
              + host
              + ": ansible_connection=ssh ansible_host=127.0.0.1 (an sshd has to run here), or take"
              + " it out of the groups of the cluster.");
    }
    if (!SSH.contains(kind)) {
      throw LoginVariable.CONNECTION.wrong(
          inventory,
          host,
          "is " + connection.orElse("") + "; kubegraft reaches hosts only over SSH",
          "Write for " + host + ": ansible_connection=ssh");
    }
    Optional<String> program = LoginVariable.SSH_EXECUTABLE.orConfigured(inventory, host);
    if (program.isPresent() && !last(program.get(), '/').equals("ssh")) {
      throw LoginVariable.SSH_EXECUTABLE.wrong(
          inventory,
          host,
          "is "
              + program.get()
              + "; kubegraft starts no ssh program: it has its own SSH client, which reads ~/.ssh/config",
          "Say in ~/.ssh/config or ansible_ssh_common_args what that program does, and leave "
              + LoginVariable.SSH_EXECUTABLE.names().getFirst()
              + " out.");
    }
  }

  private static String last(String name, char separator) {
    return name.substring(name.lastIndexOf(separator) + 1);
  }

  private Optional<Integer> port(String host) {
    return LoginVariable.PORT
        .nameFor(inventory, host)
        .flatMap(name -> inventory.integer(host, name))
        .or(() ->
            LoginVariable.PORT
                .configured(inventory)
                .map(text -> {
                  if (!text.matches("[0-9]{1,5}")) {
                    throw inventory
                        .config()
                        .wrong(
                            AnsibleConfig.Setting.REMOTE_PORT,
                            "must be a whole number",
                            "Write remote_port = 22.");
                  }
                  return Integer.valueOf(text);
                }));
  }

  private Optional<String> user(String host) {
    // Set to nothing, it leaves the user to ssh, whatever the flags say.
    return LoginVariable.USER.nameFor(inventory, host).isPresent()
        ? LoginVariable.USER.of(inventory, host)
        : flags.user().or(() -> LoginVariable.USER.configured(inventory));
  }

  private List<Path> keys(String host) {
    return LoginVariable.KEY_FILE
        .of(inventory, host)
        .map(Logins::home)
        .or(flags::key)
        .or(() -> LoginVariable.KEY_FILE.configured(inventory).map(Logins::home))
        .map(List::of)
        .orElse(List.of());
  }

  private static Path home(String path) {
    return path.startsWith("~/")
        ? Path.of(System.getProperty("user.home"), path.substring(2))
        : Path.of(path);
  }

  private Optional<Secret> password(String host) {
    return LoginVariable.PASSWORD.of(inventory, host).map(Secret::new).or(flags::password);
  }

  private List<String> words(String host, LoginVariable variable) {
    Optional<String> line = variable.orConfigured(inventory, host);
    try {
      return line.map(ShellWords::split).orElse(List.of());
    } catch (IllegalArgumentException e) {
      throw variable.wrong(
          inventory, host, "can't be split into words: " + e.getMessage(), "Mend the quotes.");
    }
  }

  private Access.Become become(String host) {
    Optional<Boolean> said = inventory.bool(host, "ansible_become");
    if (said.orElse(true)) {
      requireSudo(host);
    }
    boolean configured = inventory.config().bool(AnsibleConfig.Setting.BECOME).orElse(false);
    return new Access.Become(
        said.orElse(flags.become() || configured),
        LoginVariable.BECOME_PASSWORD
            .of(inventory, host)
            .map(Secret::new)
            .or(flags::becomePassword));
  }

  private void requireSudo(String host) {
    String orRoot = ", or log in as root: ansible_user=root ansible_become=false";
    refuseUnless(
        LoginVariable.BECOME_METHOD,
        host,
        method -> last(method, '.').equals("sudo"),
        "and kubegraft can become root only with sudo",
        "Let the login user sudo there, and write ansible_become_method=sudo" + orRoot);
    refuseUnless(
        LoginVariable.BECOME_USER,
        host,
        user -> user.equals("root"),
        "and kubegraft must be root on the hosts",
        "Write ansible_become_user=root" + orRoot);
    refuseUnless(
        LoginVariable.BECOME_EXECUTABLE,
        host,
        program -> last(program, '/').equals("sudo"),
        "and kubegraft can become root only with sudo",
        "Leave it out, with sudo on the host's PATH" + orRoot);
  }

  private void refuseUnless(
      LoginVariable variable, String host, Predicate<String> honoured, String why, String mend) {
    Optional<String> value =
        variable.orConfigured(inventory, host).map(said -> said.toLowerCase(Locale.ROOT));
    if (value.isPresent() && !honoured.test(value.get())) {
      throw variable.wrong(inventory, host, "is " + value.get() + ", " + why, mend);
    }
  }
}
