package io.kubegraft.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How one host is reached: everything that Ansible's connection variables and flags can say. What
/// is empty is taken from `~/.ssh/config`, then from OpenSSH's defaults.
///
/// @param name the host's inventory name, used in every message
/// @param address what to connect to: `ansible_host`, or the name
/// @param port `ansible_port`
/// @param user `ansible_user`, `-u`
/// @param keyFiles `ansible_ssh_private_key_file`, `--private-key`; tried before the agent's and
///   the default keys
/// @param password `ansible_password`, `-k`
/// @param commonArgs words of `ansible_ssh_common_args` and `ansible_ssh_extra_args`
/// @param become whether and how to become root
/// @param connectTimeout for TCP, key exchange and authentication together
public record Access(
    String name,
    String address,
    Optional<Integer> port,
    Optional<String> user,
    List<Path> keyFiles,
    Optional<Secret> password,
    List<String> commonArgs,
    Become become,
    Duration connectTimeout) {

  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  public Access {
    keyFiles = List.copyOf(keyFiles);
    commonArgs = List.copyOf(commonArgs);
  }

  /// A host with nothing said about it but its name and address.
  public static Access of(String name, String address) {
    return new Access(
        name,
        address,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        Become.no(),
        DEFAULT_CONNECT_TIMEOUT);
  }

  /// Becoming root with sudo. Not needed, and not done, when the login user is root.
  ///
  /// @param wanted `-b`, `ansible_become`
  /// @param password `-K`, `ansible_become_password`
  public record Become(boolean wanted, Optional<Secret> password) {
    public static Become no() {
      return new Become(false, Optional.empty());
    }

    public static Become sudo() {
      return new Become(true, Optional.empty());
    }

    public static Become sudo(Secret password) {
      return new Become(true, Optional.of(password));
    }
  }
}
