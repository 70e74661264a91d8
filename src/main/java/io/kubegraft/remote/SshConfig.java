package io.kubegraft.remote;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds out how OpenSSH would get to a host: what inventory and flags leave open is taken from
/// ssh_config, then from OpenSSH's defaults.
final class SshConfig {
  private static final int MOST_JUMPS = 10;
  private static final List<String> DEFAULT_KEYS =
      List.of(
          "id_ed25519", "id_rsa", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk", "id_dsa", "id_xmss");

  private final SshSettings settings;
  private final ConfigReader reader;

  SshConfig(SshSettings settings, Optional<Path> ssh) {
    this.settings = settings;
    this.reader = new ConfigReader(settings, ssh);
  }

  /// The ssh program on the search path.
  static Optional<Path> findSsh(String searchPath) {
    for (String folder : searchPath.split(File.pathSeparator)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, "ssh");
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  Target resolve(Access access) {
    List<String> words = new ArrayList<>(access.firstArgs());
    access.port().ifPresent(port -> words.addAll(List.of("-p", port.toString())));
    access.user().ifPresent(user -> words.addAll(List.of("-l", user)));
    words.addAll(access.commonArgs());
    words.add(access.address());
    return resolve(access, access.name(), words, access.keyFiles(), access.password(), 0);
  }

  /// A jump host that only ssh_config or arguments name.
  private Target jump(Access access, List<String> words, int depth) {
    String label = access.name() + " (jump host " + words.getLast() + ")";
    return resolve(access, label, words, List.of(), Optional.empty(), depth);
  }

  private Target resolve(
      Access access,
      String label,
      List<String> line,
      List<Path> keys,
      Optional<Secret> password,
      int depth) {
    List<String> words = plain(line);
    ConfigValues values = reader.read(access, words);
    String host = values.one("hostname").orElse(Destination.parse(words.getLast()).host());
    int port = number(access, values, "port", KnownHosts.DEFAULT_PORT);
    String user = values.one("user").orElse(System.getProperty("user.name"));

    List<Path> asked =
        new ArrayList<>(keys.stream().map(k -> settings.expand(k.toString())).toList());
    List<Path> defaults = DEFAULT_KEYS.stream().map(k -> settings.ssh().resolve(k)).toList();
    for (String file : values.all("identityfile")) {
      Path path = settings.expand(tokens(file, host, port, user));
      if (!defaults.contains(path) && !asked.contains(path) && !file.equals("none")) {
        asked.add(path);
      }
    }
    boolean namesKeys = asked.size() > keys.size();
    Duration timeout = access.connectTimeout();
    if (timeout.equals(Access.DEFAULT_CONNECT_TIMEOUT)) {
      timeout = seconds(values, "connecttimeout").orElse(timeout);
    }
    return new Target(
        label,
        host,
        port,
        user,
        values.one("hostkeyalias").orElse(host),
        asked,
        namesKeys ? List.of() : defaults,
        values.one("identitiesonly").filter(SshConfig::yes).isPresent(),
        agent(values),
        password,
        via(access, values, new Destination(user, host, port), depth),
        weaker(settings.hostKeyChecking(), values.one("stricthostkeychecking").orElse("yes")),
        knownHosts(values),
        timeout,
        seconds(values, "serveraliveinterval").orElse(settings.keepAlive()),
        number(access, values, "serveralivecountmax", 3),
        settings.sessionStart());
  }

  /// The same words, but so that ssh doesn't drop key files which aren't there (they are worth a
  /// word in the message later), and with `~` meaning our home.
  private List<String> plain(List<String> line) {
    List<String> words = new ArrayList<>();
    for (SshOptions.Option option : SshOptions.parse(line.subList(0, line.size() - 1)).options()) {
      switch (option.letter()) {
        case 'i' ->
            words.addAll(List.of("-o", "IdentityFile=\"" + settings.expand(option.value()) + "\""));
        case 'F' -> words.addAll(List.of("-F", settings.expand(option.value()).toString()));
        default -> {
          words.add("-" + option.letter());
          if (!option.value().isEmpty()) {
            words.add(option.value());
          }
        }
      }
    }
    words.add(line.getLast());
    return words;
  }

  private Target.Via via(Access access, ConfigValues values, Destination self, int depth) {
    if (depth == 0 && access.jump().isPresent()) {
      Access.Jump jump = access.jump().get();
      return new Target.Via.Jump(
          resolve(access, jump.name(), jump.words(), jump.keyFiles(), jump.password(), 1));
    }
    Optional<String> jump = values.one("proxyjump").filter(j -> !j.equals("none"));
    Optional<String> command = values.one("proxycommand").filter(c -> !c.equals("none"));
    if (jump.isEmpty() && command.isEmpty()) {
      return new Target.Via.Direct();
    }
    if (depth == MOST_JUMPS) {
      throw new RemoteException(
          access.name(),
          RemoteException.Kind.UNREACHABLE,
          access.name()
              + ": more than "
              + MOST_JUMPS
              + " jump hosts, one behind the other; does one lead back to itself in ssh_config?");
    }
    // What was said about configuration files for the host holds for its jump hosts as well.
    List<String> inherited = new ArrayList<>();
    for (List<String> args : List.of(access.firstArgs(), access.commonArgs())) {
      for (String file : SshOptions.parse(args).values('F')) {
        inherited.addAll(List.of("-F", file));
      }
    }
    if (jump.isPresent()) {
      List<String> hops = List.of(jump.get().split(","));
      Destination last = Destination.parse(hops.getLast());
      if (self.sameServer(last)) {
        throw new RemoteException(
            access.name(),
            RemoteException.Kind.UNREACHABLE,
            access.name()
                + ": jumphost loop: ssh_config makes "
                + last.host()
                + " its own ProxyJump; leave it out there: Host * !"
                + last.host());
      }
      List<String> words = new ArrayList<>(inherited);
      if (hops.size() > 1) {
        words.addAll(List.of("-J", String.join(",", hops.subList(0, hops.size() - 1))));
      }
      words.addAll(last.words());
      return new Target.Via.Jump(jump(access, words, depth + 1));
    }
    String line = command.orElseThrow();
    return SshOptions.asJump(line)
        .<Target.Via>map(words -> new Target.Via.Jump(jump(access, words, depth + 1)))
        .orElseGet(
            () -> new Target.Via.Command(tokens(line, self.host(), self.port(), self.user())));
  }

  private Optional<Path> agent(ConfigValues values) {
    return switch (values.one("identityagent").orElse("SSH_AUTH_SOCK")) {
      case "none" -> Optional.empty();
      case "SSH_AUTH_SOCK", "$SSH_AUTH_SOCK" -> settings.agentSocket();
      case String path -> Optional.of(settings.expand(path));
    };
  }

  private List<Path> knownHosts(ConfigValues values) {
    if (!settings.knownHosts().isEmpty()) {
      return settings.knownHosts();
    }
    List<Path> files = new ArrayList<>();
    String user =
        values
            .one("userknownhostsfile")
            .filter(f -> !usersOwn(f))
            .orElse("~/.ssh/known_hosts ~/.ssh/known_hosts2");
    String global =
        values
            .one("globalknownhostsfile")
            .orElse("/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2");
    for (String file : (user + " " + global).split("\\s+")) {
      if (!file.isEmpty() && !file.equals("none")) {
        files.add(settings.expand(file.replace("\"", "")));
      }
    }
    return files;
  }

  /// `ssh -G` writes its default out with the home of the passwd file, which need not be ours.
  private static boolean usersOwn(String files) {
    String home = System.getProperty("user.home");
    return files.equals(home + "/.ssh/known_hosts " + home + "/.ssh/known_hosts2");
  }

  private static HostKeyChecking weaker(HostKeyChecking wanted, String said) {
    HostKeyChecking configured =
        switch (said.toLowerCase(Locale.ROOT)) {
          case "no", "off", "false" -> HostKeyChecking.OFF;
          case "accept-new" -> HostKeyChecking.ACCEPT_NEW;
          default -> HostKeyChecking.STRICT;
        };
    return wanted.compareTo(configured) > 0 ? wanted : configured;
  }

  private static boolean yes(String said) {
    return said.equals("yes") || said.equals("true");
  }

  private static int number(Access access, ConfigValues values, String key, int otherwise) {
    try {
      return values.one(key).map(Integer::parseInt).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new RemoteException(
          access.name(),
          RemoteException.Kind.UNREACHABLE,
          access.name()
              + ": ssh_config says "
              + key
              + " "
              + values.one(key).orElse("")
              + ": not a number",
          e);
    }
  }

  private static Optional<Duration> seconds(ConfigValues values, String key) {
    return values
        .one(key)
        .filter(v -> v.matches("[1-9][0-9]{0,8}"))
        .map(v -> Duration.ofSeconds(Long.parseLong(v)));
  }

  private static String tokens(String text, String host, int port, String user) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%' || i + 1 == text.length()) {
        out.append(c);
        continue;
      }
      char token = text.charAt(++i);
      switch (token) {
        case 'h', 'n', 'k' -> out.append(host);
        case 'p' -> out.append(port);
        case 'r' -> out.append(user);
        case 'u' -> out.append(System.getProperty("user.name"));
        case '%' -> out.append('%');
        default -> out.append('%').append(token);
      }
    }
    return out.toString();
  }
}
