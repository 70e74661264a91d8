package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The host keys somebody has vouched for: OpenSSH's known_hosts files, read as OpenSSH reads them
/// (plain, with wildcards and negation, hashed, with port, revoked, certificate authorities).
///
/// Files are read once, when this is made. A line that can't be read is no key, as in OpenSSH.
final class KnownHosts {
  static final int DEFAULT_PORT = 22;

  private enum Marker {
    NONE,
    REVOKED,
    AUTHORITY
  }

  /// What the files say about a key that a host has shown.
  sealed interface Verdict {
    /// It is the host's known key.
    record Known() implements Verdict {}

    /// No key of this kind is known for the host.
    ///
    /// @param others known keys of other kinds
    record Unknown(List<Entry> others) implements Verdict {}

    /// Another key of the same kind is known.
    record Changed(Entry known) implements Verdict {}

    /// Somebody has marked this very key as stolen.
    record Revoked(Entry entry) implements Verdict {}
  }

  /// One line of one file.
  record Entry(Path file, int line, String hosts, HostKey key, Marker marker) {
    String place() {
      return file + ":" + line;
    }
  }

  private final List<Entry> entries;

  private KnownHosts(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  static KnownHosts read(List<Path> files) {
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      String text;
      try {
        text = Files.readString(file, ISO_8859_1);
      } catch (NoSuchFileException e) {
        continue;
      } catch (IOException e) {
        throw new UncheckedIOException("can't read " + file + ": " + e.getMessage(), e);
      }
      int number = 0;
      for (String line : text.lines().toList()) {
        number++;
        parse(file, number, line).ifPresent(entries::add);
      }
    }
    return new KnownHosts(entries);
  }

  private static Optional<Entry> parse(Path file, int number, String line) {
    String[] words = line.strip().split("[ \t]+", 5);
    int at = 0;
    Marker marker = Marker.NONE;
    if (words[0].startsWith("@")) {
      switch (words[0]) {
        case "@revoked" -> marker = Marker.REVOKED;
        case "@cert-authority" -> marker = Marker.AUTHORITY;
        default -> {
          return Optional.empty();
        }
      }
      at = 1;
    }
    if (words[0].startsWith("#") || words.length < at + 3) {
      return Optional.empty();
    }
    try {
      var _ = Base64.getDecoder().decode(words[at + 2]);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(file, number, words[at], new HostKey(words[at + 1], words[at + 2]), marker));
  }

  /// What the files say about `key`, shown by the host that is called `host`.
  Verdict check(String host, int port, HostKey key) {
    Verdict verdict = check(name(host, port), key);
    if (port != DEFAULT_PORT && verdict instanceof Verdict.Unknown) {
      // As OpenSSH: a key known for the host, whatever the port, is good enough, but never bad.
      Verdict anyPort = check(name(host, DEFAULT_PORT), key);
      return switch (anyPort) {
        case Verdict.Known known -> known;
        case Verdict.Revoked revoked -> revoked;
        case Verdict.Changed _, Verdict.Unknown _ -> verdict;
      };
    }
    return verdict;
  }

  private Verdict check(String name, HostKey key) {
    List<Entry> others = new ArrayList<>();
    Optional<Entry> changed = Optional.empty();
    boolean known = false;
    for (Entry entry : entries) {
      if (entry.marker() == Marker.AUTHORITY || !matches(entry.hosts(), name)) {
        continue;
      }
      boolean same = entry.key().same(key);
      if (entry.marker() == Marker.REVOKED) {
        if (same) {
          return new Verdict.Revoked(entry);
        }
      } else if (same) {
        known = true;
      } else if (entry.key().type().equals(key.type())) {
        changed = changed.or(() -> Optional.of(entry));
      } else {
        others.add(entry);
      }
    }
    if (known) {
      return new Verdict.Known();
    }
    return changed.<Verdict>map(Verdict.Changed::new).orElse(new Verdict.Unknown(others));
  }

  /// Whether `authority` may vouch for the host's certificate.
  boolean trustsAuthority(String host, int port, HostKey authority) {
    String name = name(host, port);
    boolean trusted = false;
    for (Entry entry : entries) {
      if (matches(entry.hosts(), name) && entry.key().same(authority)) {
        switch (entry.marker()) {
          case REVOKED -> {
            return false;
          }
          case AUTHORITY -> trusted = true;
          case NONE -> {}
        }
      }
    }
    return trusted;
  }

  /// Whether any authority is known that could vouch for the host.
  boolean hasAuthority(String host, int port) {
    String name = name(host, port);
    return entries.stream()
        .anyMatch(e -> e.marker() == Marker.AUTHORITY && matches(e.hosts(), name));
  }

  /// The kinds of keys known for the host, in the order of the files.
  List<String> types(String host, int port) {
    return entries.stream()
        .filter(e -> e.marker() == Marker.NONE)
        .filter(e ->
            matches(e.hosts(), name(host, port)) || matches(e.hosts(), name(host, DEFAULT_PORT)))
        .map(e -> e.key().type())
        .distinct()
        .toList();
  }

  /// How known_hosts calls a host: `[host]:port` where the port is not 22.
  static String name(String host, int port) {
    String lower = host.toLowerCase(Locale.ROOT);
    return port == DEFAULT_PORT ? lower : "[" + lower + "]:" + port;
  }

  /// Adds a line for the host to a file, which is made where it is missing.
  static void append(Path file, String host, int port, HostKey key) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Modes.only(folder, "rwx------");
    }
    String line = name(host, port) + " " + key.type() + " " + key.base64() + "\n";
    boolean missing = !Files.exists(file);
    if (!missing && !endsLine(file)) {
      line = "\n" + line;
    }
    // One write in append mode: others may be adding lines at the same time.
    Files.write(file, line.getBytes(UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (missing) {
      Modes.only(file, "rw-------");
    }
  }

  private static boolean endsLine(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return bytes.length == 0 || bytes[bytes.length - 1] == '\n';
  }

  private static boolean matches(String hosts, String name) {
    if (hosts.startsWith("|1|")) {
      return hashed(hosts, name);
    }
    boolean matched = false;
    for (String word : hosts.split(",")) {
      boolean not = word.startsWith("!");
      if (glob(not ? word.substring(1) : word).matcher(name).matches()) {
        if (not) {
          return false;
        }
        matched = true;
      }
    }
    return matched;
  }

  private static Pattern glob(String word) {
    var regex = new StringBuilder();
    for (char c : word.toLowerCase(Locale.ROOT).toCharArray()) {
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString());
  }

  private static boolean hashed(String hosts, String name) {
    String[] parts = hosts.split("\\|");
    if (parts.length != 4) {
      return false;
    }
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[2]), "HmacSHA1"));
      return MessageDigest.isEqual(
          mac.doFinal(name.getBytes(UTF_8)), Base64.getDecoder().decode(parts[3]));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
