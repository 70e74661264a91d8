package io.kubegraft.cli;

import io.kubegraft.inventory.AnsibleConfig;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.inventory.OwnAnsible;
import io.kubegraft.problem.Next;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private OwnAnsible ansible() {
    List<String> options = new ArrayList<>();
    vaultPasswordFiles.forEach(
        file -> options.addAll(List.of("--vault-password-file", file.toString())));
    vaultIds.forEach(id -> options.addAll(List.of("--vault-id", id)));
    if (askVaultPassword) {
      options.add("--ask-vault-pass");
    }
    OwnAnsible ansible =
        OwnAnsible.on(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"), options, config());
    if (!options.isEmpty() && !ansible.isThere()) {
      throw new InputException(
          options.getFirst() + " is for your own Ansible, and there is none on PATH",
          Next.here("apt-get install ansible-core").as("or pip install ansible-core"));
    }
    return ansible;
  }

  private static AnsibleConfig config() {
    AnsibleConfig config =
        AnsibleConfig.read(System.getenv(), Path.of(""), Path.of(System.getProperty("user.home")));
    config.notes().forEach(note -> System.err.println("Note: " + note));
    return config;
  }

  private @Nullable Inventory read;

  /// As it was read, if it could be.
  Optional<Inventory> inventory() {
    return Optional.ofNullable(read);
  }

  /// The same inventory, as it is named on a command line. What `-e` gives may be secret, so it is
  /// shown by its place alone.
  String asTyped() {
    return Stream.concat(
            sources.stream().map(path -> "-i " + quoted(path.toString())),
            extraVars.stream().map(vars -> "-e " + (vars.startsWith("@") ? quoted(vars) : "…")))
        .collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches("[\\w@%+=:,./~-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
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
