package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.config.hosts.HostConfigEntry;

/// Finds out how OpenSSH would get to a host.
///
/// `ssh -G` is asked for the effective values where there is an ssh program, so that Include, Match
/// and whatever comes next mean what they mean there. Without one, the file is read here, without
/// Include and Match.
final class SshConfig {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_JUMPS = 10;
  private static final List<String> DEFAULT_KEYS =
      List.of(
          "id_ed25519", "id_rsa", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk", "id_dsa", "id_xmss");

  private final SshSettings settings;
  private final Optional<Path> ssh;

  SshConfig(SshSettings settings, Optional<Path> ssh) {
    this.settings = settings;
    this.ssh = ssh;
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
    List<String> words = new ArrayList<>();
    access.port().ifPresent(port -> words.addAll(List.of("-p", port.toString())));
    access.user().ifPresent(user -> words.addAll(List.of("-l", user)));
    words.addAll(access.commonArgs());
    words.add(access.address());
    return resolve(access, words, access.keyFiles(), access.password(), 0);
  }

  private Target resolve(
      Access access, List<String> line, List<Path> keys, Optional<Secret> password, int depth) {
    List<String> words = plain(line);
    Values values = ssh.isPresent() ? ask(access, ssh.get(), words) : read(access, words);
    String label =
        depth == 0 ? access.name() : access.name() + " (jump host " + words.getLast() + ")";
    String host = values.one("hostname").orElse(destination(words.getLast()).host());
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
        number(access, values, "serveralivecountmax", 3));
  }

  /// The same words, but so that ssh doesn't drop key files which aren't there (they are worth a
  /// word in the message later), and with `~` meaning our home.
  private List<String> plain(List<String> line) {
    List<String> words = new ArrayList<>();
    for (SshOptions.Option option : SshOptions.parse(line.subList(0, line.size() - 1)).options()) {
      switch (option.letter()) {
        case 'i' -> words.addAll(List.of("-o", "IdentityFile=" + settings.expand(option.value())));
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

  private Target.Via via(Access access, Values values, Destination self, int depth) {
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
    for (String file : SshOptions.parse(access.commonArgs()).values('F')) {
      inherited.addAll(List.of("-F", file));
    }
    if (jump.isPresent()) {
      List<String> hops = List.of(jump.get().split(","));
      Destination last = destination(hops.getLast());
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
      return new Target.Via.Jump(resolve(access, words, List.of(), Optional.empty(), depth + 1));
    }
    String line = command.orElseThrow();
    return SshOptions.asJump(line)
        .<Target.Via>map(words ->
            new Target.Via.Jump(resolve(access, words, List.of(), Optional.empty(), depth + 1)))
        .orElseGet(
            () -> new Target.Via.Command(tokens(line, self.host(), self.port(), self.user())));
  }

  /// `[user@]host[:port]` or `ssh://…`, as -J takes it.
  private record Destination(String user, String host, int port) {
    List<String> words() {
      List<String> words = new ArrayList<>();
      if (port > 0) {
        words.addAll(List.of("-p", Integer.toString(port)));
      }
      if (!user.isEmpty()) {
        words.addAll(List.of("-l", user));
      }
      words.add(host);
      return words;
    }

    boolean sameServer(Destination other) {
      return host.equals(other.host)
          && (other.user.isEmpty() || user.equals(other.user))
          && (other.port == 0 || port == other.port);
    }
  }

  private static Destination destination(String text) {
    String rest = text.startsWith("ssh://") ? text.substring(6) : text;
    int at = rest.lastIndexOf('@');
    String user = at < 0 ? "" : rest.substring(0, at);
    rest = rest.substring(at + 1);
    int colon = rest.lastIndexOf(':');
    boolean bare6 = rest.indexOf(':') != colon && !rest.startsWith("[");
    int port = 0;
    if (colon > rest.lastIndexOf(']') && !bare6) {
      try {
        port = Integer.parseInt(rest.substring(colon + 1));
        rest = rest.substring(0, colon);
      } catch (NumberFormatException notAPort) {
        port = 0;
      }
    }
    return new Destination(user, rest.replaceAll("^\\[|]$", ""), port);
  }

  private Optional<Path> agent(Values values) {
    return switch (values.one("identityagent").orElse("SSH_AUTH_SOCK")) {
      case "none" -> Optional.empty();
      case "SSH_AUTH_SOCK", "$SSH_AUTH_SOCK" -> settings.agentSocket();
      case String path -> Optional.of(settings.expand(path));
    };
  }

  private List<Path> knownHosts(Values values) {
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

  private static int number(Access access, Values values, String key, int otherwise) {
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

  private static Optional<Duration> seconds(Values values, String key) {
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

  /// Keys in small letters.
  private record Values(Map<String, List<String>> map) {
    Optional<String> one(String key) {
      return all(key).stream().findFirst();
    }

    List<String> all(String key) {
      return map.getOrDefault(key, List.of());
    }

    void add(String key, String value) {
      map.computeIfAbsent(key.toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(value);
    }
  }

  private Values ask(Access access, Path program, List<String> words) {
    List<String> line = new ArrayList<>(List.of(program.toString(), "-G"));
    settings
        .configFile()
        .ifPresent(
            file -> line.addAll(List.of("-F", Files.exists(file) ? file.toString() : "/dev/null")));
    line.addAll(words.subList(0, words.size() - 1));
    line.addAll(List.of("--", words.getLast()));
    try {
      // Both streams into one: the answer is far smaller than a pipe, so nothing can block.
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      String text;
      try (var out = process.getInputStream()) {
        text = new String(out.readAllBytes(), UTF_8);
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException("no answer within " + PATIENCE.toSeconds() + " s");
        }
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new IOException(text.strip());
      }
      var values = new Values(new HashMap<>());
      for (String each : text.lines().toList()) {
        int space = each.indexOf(' ');
        if (space > 0) {
          values.add(each.substring(0, space), each.substring(space + 1));
        }
      }
      return values;
    } catch (IOException e) {
      throw new RemoteException(
          access.name(),
          RemoteException.Kind.UNREACHABLE,
          access.name()
              + ": ssh can't make sense of its configuration: "
              + e.getMessage()
              + "\n  look with: "
              + String.join(" ", line.stream().map(SshConfig::shown).toList()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteException(
          access.name(),
          RemoteException.Kind.INTERRUPTED,
          access.name() + ": interrupted while reading ssh_config",
          e);
    }
  }

  private static String shown(String word) {
    return word.matches("[A-Za-z0-9_./:=@%+-]+") ? word : Words.quote(word);
  }

  private Values read(Access access, List<String> words) {
    var values = new Values(new HashMap<>());
    SshOptions options = SshOptions.parse(words.subList(0, words.size() - 1));
    Destination destination = destination(words.getLast());
    for (SshOptions.Option option : options.options()) {
      switch (option.letter()) {
        case 'p' -> values.add("port", option.value());
        case 'l' -> values.add("user", option.value());
        case 'J' -> values.add("proxyjump", option.value());
        case 'o' -> {
          String[] pair = option.value().strip().split("\\s*=\\s*|\\s+", 2);
          values.add(pair[0], pair.length > 1 ? pair[1] : "");
        }
        default -> {}
      }
    }
    if (!destination.user().isEmpty()) {
      values.add("user", destination.user());
    }
    Path file =
        options.values('F').stream()
            .reduce((_, last) -> last)
            .map(settings::expand)
            .or(settings::configFile)
            .orElse(settings.ssh().resolve("config"));
    if (Files.isRegularFile(file)) {
      try {
        var entries = HostConfigEntry.readHostConfigEntries(file);
        var entry =
            HostConfigEntry.toHostConfigEntryResolver(entries)
                .resolveEffectiveHost(destination.host(), 0, null, "", "", null);
        if (entry != null) {
          entry.getProperties().forEach(values::add);
        }
      } catch (IOException | RuntimeException e) {
        throw new RemoteException(
            access.name(),
            RemoteException.Kind.UNREACHABLE,
            access.name() + ": can't read " + file + ": " + e.getMessage(),
            e);
      }
    }
    return values;
  }
}
