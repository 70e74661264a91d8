package io.kubegraft.cli;

import io.kubegraft.inventory.AnsibleConfig;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.inventory.OwnAnsible;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the inventory comes from.
final class SourceOptions {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "PATH",
      description = "Ansible inventory: INI or YAML file, or folder. May be given several times.")
  private List<Path> sources = new ArrayList<>();

  @Option(
      names = {"-e", "--extra-vars"},
      paramLabel = "VARS",
      description = "Variables that win over the inventory's: k=v, JSON, YAML or @FILE.")
  private List<String> extraVars = new ArrayList<>();

  @Option(
      names = "--vault-password-file",
      paramLabel = "FILE",
      description =
          "Password file of a vault, passed on to your own Ansible, which is asked for what only it"
              + " can read.")
  private List<Path> vaultPasswordFiles = new ArrayList<>();

  @Option(
      names = "--vault-id",
      paramLabel = "ID",
      description = "Likewise, as Ansible takes it: LABEL@FILE or LABEL@prompt.")
  private List<String> vaultIds = new ArrayList<>();

  @Option(
      names = {"-J", "--ask-vault-pass", "--ask-vault-password"},
      description = "Let your own Ansible ask for the vault's password.")
  private boolean askVaultPassword;

  private @Nullable Inventory read;
  private @Nullable Operator operator;

  private OwnAnsible ansible() {
    List<String> options = vaultOptions();
    OwnAnsible ansible =
        OwnAnsible.on(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"), options, config());
    if (!options.isEmpty() && !ansible.isThere()) {
      throw new InputException(
          options.getFirst() + " is for your own Ansible, and there is none on PATH",
          Next.here("apt-get install ansible-core").as("or pip install ansible-core"));
    }
    return ansible;
  }

  private List<String> vaultOptions() {
    List<String> options = new ArrayList<>();
    vaultPasswordFiles.forEach(
        file -> options.addAll(List.of("--vault-password-file", file.toString())));
    vaultIds.forEach(id -> options.addAll(List.of("--vault-id", id)));
    if (askVaultPassword) {
      options.add("--ask-vault-pass");
    }
    return options;
  }

  private static AnsibleConfig config() {
    AnsibleConfig config =
        AnsibleConfig.read(System.getenv(), Path.of(""), Path.of(System.getProperty("user.home")));
    config.notes().forEach(note -> System.err.println("Note: " + note));
    return config;
  }

  /// How an operator gets to the hosts of the inventory, as far as it could be read. Found out
  /// once.
  Operator operator(SshOptions ssh, Optional<String> limit) {
    Inventory inventory = read;
    if (inventory == null) {
      return new Operator(Map.of(), Optional.empty(), asTyped(ssh), limit);
    }
    Operator known = operator;
    if (known == null) {
      known =
          new Operator(
              ssh.byHand(inventory),
              inventory.match("kube_control_plane").stream().findFirst(),
              asTyped(ssh),
              limit);
      operator = known;
    }
    return known;
  }

  /// The same inventory and login, as they are named on a command line. What `-e` gives may be
  /// secret, so it is shown by its place alone.
  private String asTyped(SshOptions ssh) {
    List<String> words = new ArrayList<>();
    sources.forEach(path -> words.addAll(List.of("-i", word(path.toString()))));
    extraVars.forEach(vars -> words.addAll(List.of("-e", vars.startsWith("@") ? word(vars) : "…")));
    vaultOptions().forEach(option -> words.add(word(option)));
    ssh.asTyped().forEach(option -> words.add(word(option)));
    return String.join(" ", words);
  }

  private static String word(String text) {
    return text.matches("[\\w@%+=:,./~-]+") ? text : Operator.quoted(text);
  }

  boolean given() {
    return !sources.isEmpty();
  }

  Inventory read() {
    return read(sources);
  }

  /// An inventory of just these hosts.
  Inventory of(List<String> hosts) {
    return read(List.of(Path.of(String.join(",", hosts) + ",")));
  }

  private Inventory read(List<Path> from) {
    Inventory inventory = Inventories.read(from, extraVars, ansible());
    read = inventory;
    return inventory;
  }
}
