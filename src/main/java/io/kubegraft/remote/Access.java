package io.kubegraft.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
/// @param firstArgs words of `ansible_ssh_args`, which win over all else, as on ssh's command line
/// @param jump a host of the inventory that leads there, whatever ssh_config says
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
    List<String> firstArgs,
    List<String> commonArgs,
    Optional<Jump> jump,
    Become become,
    Duration connectTimeout) {

  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  public Access {
    keyFiles = List.copyOf(keyFiles);
    firstArgs = List.copyOf(firstArgs);
    commonArgs = List.copyOf(commonArgs);
  }

  /// A host with neither first arguments nor a jump host of the inventory.
  public Access(
      String name,
      String address,
      Optional<Integer> port,
      Optional<String> user,
      List<Path> keyFiles,
      Optional<Secret> password,
      List<String> commonArgs,
      Become become,
      Duration connectTimeout) {
    this(
        name,
        address,
        port,
        user,
        keyFiles,
        password,
        List.of(),
        commonArgs,
        Optional.empty(),
        become,
        connectTimeout);
  }

  /// A host of the inventory that leads to others.
  ///
  /// @param name its inventory name
  /// @param port Kubespray says 22 where the inventory says nothing
  public record Jump(
      String name,
      String address,
      int port,
      Optional<String> user,
      List<Path> keyFiles,
      Optional<Secret> password) {
    public Jump {
      keyFiles = List.copyOf(keyFiles);
    }

    List<String> words() {
      List<String> words = new ArrayList<>(List.of("-p", Integer.toString(port)));
      user.ifPresent(login -> words.addAll(List.of("-l", login)));
      words.add(address);
      return words;
    }
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
