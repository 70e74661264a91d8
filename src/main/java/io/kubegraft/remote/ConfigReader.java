package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.config.hosts.HostConfigEntry;

/// Asks what ssh_config says about a host.
///
/// `ssh -G` is asked for the effective values where there is an ssh program, so that Include, Match
/// and whatever comes next mean what they mean there. Without one, the file is read here, without
/// Include and Match.
final class ConfigReader {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final SshSettings settings;
  private final Optional<Path> ssh;

  ConfigReader(SshSettings settings, Optional<Path> ssh) {
    this.settings = settings;
    this.ssh = ssh;
  }

  /// @param words an ssh command line, destination last
  ConfigValues read(Access access, List<String> words) {
    return ssh.isPresent() ? ask(access, ssh.get(), words) : parse(access, words);
  }

  private ConfigValues ask(Access access, Path program, List<String> words) {
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
      var values = ConfigValues.none();
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
              + String.join(" ", line.stream().map(ConfigReader::shown).toList()),
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

  private ConfigValues parse(Access access, List<String> words) {
    var values = ConfigValues.none();
    SshOptions options = SshOptions.parse(words.subList(0, words.size() - 1));
    Destination destination = Destination.parse(words.getLast());
    for (SshOptions.Option option : options.options()) {
      switch (option.letter()) {
        case 'p' -> values.add("port", option.value());
        case 'l' -> values.add("user", option.value());
        case 'J' -> values.add("proxyjump", option.value());
        case 'o' -> {
          String[] pair = option.value().strip().split("\\s*=\\s*|\\s+", 2);
          values.add(pair[0], pair.length > 1 ? pair[1].replaceAll("^\"(.*)\"$", "$1") : "");
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
