package io.kubegraft.inventory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Ansible's host patterns. Parts without a sign are united first, then those with `&` cut down,
/// then those with `!` take away, wherever they stand; without any plain part it begins with all.
final class HostPatterns {
  private static final Pattern SUBSCRIPT =
      Pattern.compile("(.+)\\[(?:(-?[0-9]{1,9})|([0-9]{1,9})[:-]([0-9]{0,9}))\\]");
  private static final Pattern COLON_PART = Pattern.compile("(?:[^\\s:\\[\\]]|\\[[^\\]]*\\])+");

  private final Topology topology;

  HostPatterns(Topology topology) {
    this.topology = topology;
  }

  List<String> match(String pattern) {
    List<String> plain = new ArrayList<>();
    List<String> within = new ArrayList<>();
    List<String> without = new ArrayList<>();
    for (String part : parts(pattern)) {
      switch (part.charAt(0)) {
        case '!' -> without.add(part.substring(1));
        case '&' -> within.add(part.substring(1));
        default -> plain.add(part);
      }
    }
    Set<String> matched = new LinkedHashSet<>();
    (plain.isEmpty() ? List.of(Topology.ALL) : plain).forEach(part -> matched.addAll(one(part)));
    within.forEach(part -> matched.retainAll(one(part)));
    without.forEach(part -> matched.removeAll(Set.copyOf(one(part))));
    return topology.hostsOf(Topology.ALL).stream().filter(matched::contains).toList();
  }

  /// A group that is there and has no hosts, such as Kubespray's calico_rr, is named rightly.
  List<String> unmatched(String pattern) {
    return parts(pattern).stream().filter(part -> namesNothing(withoutSign(part))).toList();
  }

  private boolean namesNothing(String part) {
    return !topology.groups().containsKey(part) && one(part).isEmpty();
  }

  private static String withoutSign(String part) {
    return part.startsWith("!") || part.startsWith("&") ? part.substring(1) : part;
  }

  private static List<String> parts(String pattern) {
    List<String> parts = new ArrayList<>();
    for (String part : split(pattern)) {
      if (part.startsWith("@")) {
        PyText.lines(limitFile(Path.of(part.substring(1)))).stream()
            .map(PyText::strip)
            .filter(line -> !line.isEmpty())
            .forEach(parts::add);
      } else {
        parts.add(part);
      }
    }
    return parts;
  }

  private static String limitFile(Path file) {
    if (Files.isDirectory(file)) {
      throw InventoryException.in(
          file, "--limit @ needs a file, and this is a directory", "Name a file of host names.");
    }
    return SourceText.of(file).utf8();
  }

  /// At commas; without commas at colons, unless those belong to an address or a range.
  private static List<String> split(String pattern) {
    List<String> parts = new ArrayList<>();
    if (pattern.contains(",")) {
      parts.addAll(List.of(pattern.split(",")));
    } else if (pattern.startsWith("@") || Address.parse(pattern).isPresent()) {
      parts.add(pattern);
    } else {
      Matcher matcher = COLON_PART.matcher(pattern);
      while (matcher.find()) {
        parts.add(matcher.group());
      }
    }
    return parts.stream().map(PyText::strip).filter(part -> !part.isEmpty()).toList();
  }

  private List<String> one(String pattern) {
    if (topology.hosts().containsKey(pattern)) {
      return List.of(pattern);
    }
    // Ansible takes a lone ~ for a regular expression that every host matches.
    if (pattern.isEmpty() || pattern.equals("~")) {
      throw InventoryException.of(
          "--limit has a sign without a name after it", "Write !name, &name or name.");
    }
    Matcher subscript = SUBSCRIPT.matcher(pattern);
    if (pattern.startsWith("~") || !subscript.matches()) {
      return named(pattern);
    }
    List<String> hosts = named(subscript.group(1));
    if (hosts.isEmpty()) {
      return hosts;
    }
    if (subscript.group(2) == null) {
      int end =
          subscript.group(4).isEmpty() ? hosts.size() : Integer.parseInt(subscript.group(4)) + 1;
      int start = Math.min(Integer.parseInt(subscript.group(3)), hosts.size());
      return hosts.subList(start, Math.max(start, Math.min(end, hosts.size())));
    }
    int index = Integer.parseInt(subscript.group(2));
    int at = index < 0 ? hosts.size() + index : index;
    if (at < 0 || at >= hosts.size()) {
      throw InventoryException.of(
          "--limit " + pattern + ": there is no host " + index + " among " + hosts.size(),
          "Count from 0, or from -1 backwards.");
    }
    return List.of(hosts.get(at));
  }

  /// Hosts of the groups that match; and the hosts that match, if no group does or the pattern is
  /// more than a word. A host comes once for each match, and subscripts count it so, as Ansible's.
  private List<String> named(String pattern) {
    Pattern regex = regex(pattern);
    List<String> groups = matching(topology.groups().keySet(), regex);
    List<String> hosts = new ArrayList<>();
    groups.forEach(group -> hosts.addAll(topology.hostsOf(group)));
    boolean special =
        pattern.startsWith("~") || pattern.chars().anyMatch(c -> ".?*[".indexOf(c) >= 0);
    if (groups.isEmpty() || special) {
      hosts.addAll(matching(topology.hosts().keySet(), regex));
    }
    return List.copyOf(hosts);
  }

  private static List<String> matching(Collection<String> names, Pattern regex) {
    return names.stream().filter(name -> regex.matcher(name).lookingAt()).toList();
  }

  private static Pattern regex(String pattern) {
    try {
      return pattern.startsWith("~")
          ? Pattern.compile(pattern.substring(1))
          : Pattern.compile(glob(pattern) + "\\z", Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw InventoryException.of(
          "--limit " + pattern + " is no regular expression: " + e.getDescription(),
          "Mend what follows the ~.");
    }
  }

  /// `*`, `?`, `[abc]`, `[!abc]`; everything else is itself.
  private static String glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i++);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> {
          boolean negated = pattern.startsWith("!", i);
          int start = negated ? i + 1 : i;
          int close = pattern.indexOf(']', start + 1);
          if (close < 0) {
            regex.append("\\[");
          } else {
            regex
                .append(negated ? "[^" : "[")
                .append(set(pattern.substring(start, close)))
                .append(']');
            i = close + 1;
          }
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static String set(String characters) {
    return characters.replaceAll("[\\\\\\[\\]&^~|]", "\\\\$0");
  }
}
