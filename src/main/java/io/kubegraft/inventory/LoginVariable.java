package io.kubegraft.inventory;

import java.util.List;
import java.util.Optional;

/// What Ansible's variables say of the way to a host. Most have several names, of one age each;
/// where more than one is set, Ansible takes the one that stands first here.
public enum LoginVariable {
  ADDRESS,
  PORT,
  USER,
  PASSWORD,
  KEY_FILE,
  CONNECTION,
  SSH_ARGS,
  SSH_COMMON_ARGS,
  SSH_EXTRA_ARGS,
  SSH_EXECUTABLE,
  BECOME,
  BECOME_METHOD,
  BECOME_USER,
  BECOME_EXECUTABLE,
  BECOME_PASSWORD;

  /// Its names, the strongest first.
  public List<String> names() {
    return switch (this) {
      case ADDRESS -> List.of("ansible_ssh_host", "ansible_host");
      case PORT -> List.of("ansible_ssh_port", "ansible_port");
      case USER -> List.of("ansible_ssh_user", "ansible_user");
      case PASSWORD -> List.of("ansible_ssh_password", "ansible_ssh_pass", "ansible_password");
      case KEY_FILE -> List.of("ansible_ssh_private_key_file", "ansible_private_key_file");
      case CONNECTION -> List.of("ansible_connection");
      case SSH_ARGS -> List.of("ansible_ssh_args");
      case SSH_COMMON_ARGS -> List.of("ansible_ssh_common_args");
      case SSH_EXTRA_ARGS -> List.of("ansible_ssh_extra_args");
      case SSH_EXECUTABLE -> List.of("ansible_ssh_executable");
      case BECOME -> List.of("ansible_become");
      case BECOME_METHOD -> List.of("ansible_become_method");
      case BECOME_USER -> List.of("ansible_sudo_user", "ansible_become_user");
      case BECOME_EXECUTABLE -> List.of("ansible_sudo_exe", "ansible_become_exe");
      case BECOME_PASSWORD ->
          List.of("ansible_sudo_pass", "ansible_become_pass", "ansible_become_password");
    };
  }

  /// The name under which it is set for a host; one that is null counts as not set.
  public Optional<String> nameFor(Inventory inventory, String host) {
    return names().stream().filter(name -> inventory.value(host, name).isPresent()).findFirst();
  }

  /// Its value; empty when it isn't set, or is empty under the name that counts.
  ///
  /// @throws InventoryException as [Inventory#string]
  public Optional<String> of(Inventory inventory, String host) {
    return nameFor(inventory, host)
        .flatMap(name -> inventory.string(host, name))
        .map(value -> SecretText.isName(names().getFirst()) ? value : value.strip())
        .filter(value -> !value.isEmpty());
  }

  /// The setting of ansible.cfg that stands in for it.
  public Optional<AnsibleConfig.Setting> setting() {
    return switch (this) {
      case PORT -> Optional.of(AnsibleConfig.Setting.REMOTE_PORT);
      case USER -> Optional.of(AnsibleConfig.Setting.REMOTE_USER);
      case KEY_FILE -> Optional.of(AnsibleConfig.Setting.PRIVATE_KEY_FILE);
      case CONNECTION -> Optional.of(AnsibleConfig.Setting.TRANSPORT);
      case SSH_ARGS -> Optional.of(AnsibleConfig.Setting.SSH_ARGS);
      case SSH_COMMON_ARGS -> Optional.of(AnsibleConfig.Setting.SSH_COMMON_ARGS);
      case SSH_EXTRA_ARGS -> Optional.of(AnsibleConfig.Setting.SSH_EXTRA_ARGS);
      case SSH_EXECUTABLE -> Optional.of(AnsibleConfig.Setting.SSH_EXECUTABLE);
      case BECOME -> Optional.of(AnsibleConfig.Setting.BECOME);
      case BECOME_METHOD -> Optional.of(AnsibleConfig.Setting.BECOME_METHOD);
      case BECOME_USER -> Optional.of(AnsibleConfig.Setting.BECOME_USER);
      case BECOME_EXECUTABLE -> Optional.of(AnsibleConfig.Setting.BECOME_EXECUTABLE);
      case ADDRESS, PASSWORD, BECOME_PASSWORD -> Optional.empty();
    };
  }

  /// What ansible.cfg says in its place.
  public Optional<String> configured(Inventory inventory) {
    return setting().flatMap(setting -> inventory.config().value(setting));
  }

  /// Its value for a host; where no variable sets it, what ansible.cfg says.
  public Optional<String> orConfigured(Inventory inventory, String host) {
    return nameFor(inventory, host).isPresent() ? of(inventory, host) : configured(inventory);
  }

  /// An error about what it says for a host, at the place that says it.
  public InventoryException wrong(Inventory inventory, String host, String problem, String mend) {
    Optional<String> name = nameFor(inventory, host);
    return name.isEmpty() && setting().isPresent()
        ? inventory.config().wrong(setting().get(), problem, mend)
        : inventory.wrong(host, name.orElse(names().getFirst()), problem, mend);
  }

  /// Whether a variable of this name belongs to the way to a host. No role of Kubespray sets one
  /// that the inventory doesn't.
  static boolean isName(String name) {
    for (LoginVariable variable : values()) {
      if (variable.names().contains(name)) {
        return true;
      }
    }
    return false;
  }
}
