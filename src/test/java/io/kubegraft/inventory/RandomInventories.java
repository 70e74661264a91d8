package io.kubegraft.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Makes inventories up: groups within groups in any order, hosts with ranges and ports, values of
/// every kind in every place that variables can stand.
final class RandomInventories {
  private static final List<String> SOUP =
      List.of(
          "0", "1", "7", "42", "_", ".", ".5", "e", "E5", "-", "+", "'", "\"", "[", "]", "(", ")",
          ",", ":", " ", " ", "True", "False", "None", "a", "x", "0x", "0o", "r'", "u\"", "\\",
          "\\n", "\\x41", "\\u00e9", "'''", "'a'", "\"b\"", "#", ";", "=", "/", "é", "{{ a }}",
          "{}", "1_0");

  private static final List<String> YAML_SOUP =
      List.of(
          "0", "1", "7", "9", "12", "_", ".", "e", "E", "-", "+", ":", "x", "b", "o", "a", "inf",
          "yes", "n", "~", "null", "true", "/", "=x");

  private final Random random;
  private int variable;

  RandomInventories(long seed) {
    random = new Random(seed);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String soup(List<String> ingredients, int most) {
    StringBuilder text = new StringBuilder();
    int size = 1 + random.nextInt(most);
    for (int i = 0; i < size; i++) {
      text.append(pick(ingredients));
    }
    return text.toString();
  }

  /// Anything that an INI value may be, but for `...`, which Ansible can't print.
  private String iniValue() {
    String value = chance(50) ? literal(3) : soup(SOUP, 7);
    return value.contains("...") ? "plain" : value;
  }

  private String literal(int depth) {
    return switch (random.nextInt(depth > 0 ? 13 : 8)) {
      case 0 -> String.valueOf(random.nextLong());
      case 1 -> String.valueOf(random.nextInt(1000) - 500);
      case 2 -> random.nextInt(100) + "." + random.nextInt(100);
      case 3 -> pick(List.of("True", "False", "None"));
      case 4 -> "'" + soup(List.of("a", " ", "é", "\\n", "\\t", "#", "\"", ":"), 5) + "'";
      case 5 -> "\"" + soup(List.of("b", " ", "'", "\\\\", "=", "{{ x }}"), 5) + "\"";
      case 6 -> pick(List.of("0x1f", "0o17", "0b11", "1_000", "1e10", ".5", "5.", "007", "0.0"));
      case 7 -> "-" + random.nextInt(50);
      case 8, 9 -> sequence("[", "]", depth);
      case 10 -> sequence("(", ")", depth);
      default -> dictionary(depth);
    };
  }

  private String sequence(String open, String close, int depth) {
    List<String> items = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      items.add(literal(depth - 1));
    }
    return open
        + String.join(pick(List.of(",", ", ", " , ")), items)
        + (!items.isEmpty() && chance(20) ? "," : "")
        + close;
  }

  private String dictionary(int depth) {
    List<String> items = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      items.add("'k" + i + "': " + literal(depth - 1));
    }
    return "{" + String.join(", ", items) + "}";
  }

  /// Quoted for a host line, so that the shell-like splitting gives the value back, mostly.
  private String inline() {
    String value = iniValue();
    return switch (random.nextInt(3)) {
      case 0 -> value.matches("[\\w.,:/+\\[\\]-]+") ? value : "\"" + escaped(value) + "\"";
      case 1 -> value.contains("'") ? "\"" + escaped(value) + "\"" : "'" + value + "'";
      default -> "\"" + escaped(value) + "\"";
    };
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private String name() {
    return "v" + (chance(60) ? random.nextInt(6) : 100 + variable++);
  }

  private String host() {
    return switch (random.nextInt(8)) {
      case 0 -> "h[" + random.nextInt(3) + ":" + (3 + random.nextInt(4)) + "]";
      case 1 -> "p[0" + random.nextInt(3) + ":" + (10 + random.nextInt(3)) + ":3]";
      case 2 -> "x[a:" + pick(List.of("c", "e")) + "]-n[1:2]";
      case 3 -> "10.0." + random.nextInt(3) + "." + random.nextInt(3);
      case 4 -> "h" + random.nextInt(8) + ":" + (2200 + random.nextInt(3));
      case 5 -> "n" + random.nextInt(5) + ".example.com";
      default -> "h" + random.nextInt(8);
    };
  }

  private static List<String> groups(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("g" + i);
    }
    return names;
  }

  /// An INI inventory; children always have higher numbers than parents, so there are no circles.
  String ini() {
    List<String> groups = groups(1 + random.nextInt(7));
    List<String> sections = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      sections.add("[" + groups.get(i) + "]" + (chance(20) ? " # note" : "") + "\n" + hostLines());
      if (chance(50) && i + 1 < groups.size()) {
        StringBuilder children = new StringBuilder("[" + groups.get(i) + ":children]\n");
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          children.append(groups.get(i + 1 + random.nextInt(groups.size() - i - 1))).append('\n');
        }
        sections.add(children.toString());
      }
      if (chance(60)) {
        sections.add("[" + groups.get(i) + ":vars]\n" + varLines());
      }
    }
    if (chance(50)) {
      sections.add("[all:vars]\n" + varLines());
    }
    if (chance(30)) {
      sections.add("[all]\n" + hostLines());
    }
    java.util.Collections.shuffle(sections, random);
    return (chance(50) ? hostLines() : "") + String.join(chance(50) ? "\n" : "", sections);
  }

  private String hostLines() {
    StringBuilder lines = new StringBuilder();
    for (int n = random.nextInt(4); n > 0; n--) {
      lines.append(host());
      List<String> given = new ArrayList<>();
      for (int v = random.nextInt(4); v > 0; v--) {
        String name = name();
        if (!given.contains(name)) {
          given.add(name);
          lines.append(pick(List.of(" ", "  ", "\t"))).append(name).append('=').append(inline());
        }
      }
      lines.append(pick(List.of("", "", " ", " # x=1", "#y"))).append('\n');
    }
    return lines.toString();
  }

  private String varLines() {
    StringBuilder lines = new StringBuilder();
    for (int n = random.nextInt(6); n > 0; n--) {
      lines.append(name()).append(pick(List.of("=", " = ", "= "))).append(iniValue()).append('\n');
    }
    if (chance(20)) {
      lines.append("ansible_group_priority=").append(random.nextInt(5)).append('\n');
    }
    return lines.toString();
  }

  /// A flow mapping of variables.
  String yamlVars() {
    List<String> entries = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      entries.add("v" + i + ": " + yamlValue(2));
    }
    return "{" + String.join(", ", entries) + "}";
  }

  private String yamlValue(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 4)) {
      case 0, 1 -> yamlScalar();
      case 2 -> "'" + yamlScalar() + "'";
      case 3 -> String.valueOf(random.nextInt());
      case 4, 5 -> "[" + yamlValue(depth - 1) + ", " + yamlValue(depth - 1) + "]";
      default -> "{k: " + yamlValue(depth - 1) + "}";
    };
  }

  /// Plain scalars around the edges of YAML 1.1's numbers. Not such as end in a colon or start like
  /// syntax.
  private String yamlScalar() {
    String text = soup(YAML_SOUP, 5);
    boolean syntax =
        text.equals("-")
            || text.startsWith(":")
            || text.startsWith("~:")
            || text.endsWith(":")
            || text.equals("=")
            || text.matches("[-+]?0[bx]_*")
            || text.matches("[-+]?[0-9_]*:.*_")
            || text.matches("-|---.*|\\.\\.\\..*");
    return syntax ? "10.0.0.1" : text;
  }

  /// A YAML inventory.
  String yaml() {
    StringBuilder text = new StringBuilder("all:\n  vars: " + yamlVars() + "\n  hosts:\n");
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      text.append("    yh").append(n).append(": ").append(yamlVars()).append('\n');
    }
    text.append("  children:\n");
    List<String> groups = groups(1 + random.nextInt(4));
    for (String group : groups) {
      text.append("    ").append(group).append(":\n");
      text.append("      vars: ").append(yamlVars()).append('\n');
      text.append("      hosts: {yh").append(1 + random.nextInt(3)).append(": ");
      text.append(yamlVars()).append(", 'h[1:2]': }\n");
      if (chance(40)) {
        text.append("      children: {sub_").append(group).append(": {hosts: {deep: }}}\n");
      }
    }
    return text.toString();
  }

  /// A directory with an inventory in one of the two languages and variables beside it.
  Path write(Path directory) throws IOException {
    Path file = directory.resolve(chance(70) ? "hosts.ini" : "hosts.yml");
    Files.createDirectories(directory);
    Files.writeString(file, file.toString().endsWith(".ini") ? ini() : yaml());
    for (String group : List.of("all", "g0", "g1", "g2", "ungrouped")) {
      if (chance(40)) {
        Path vars = Files.createDirectories(directory.resolve("group_vars"));
        if (chance(30)) {
          vars = Files.createDirectories(vars.resolve(group)).resolve("a.yml");
        } else {
          vars = vars.resolve(group + (chance(50) ? ".yml" : ""));
        }
        Files.writeString(vars, yamlVars());
      }
    }
    if (chance(50)) {
      Files.createDirectories(directory.resolve("host_vars"));
      Files.writeString(directory.resolve("host_vars/h1.yml"), yamlVars());
      Files.writeString(directory.resolve("host_vars/yh1"), yamlVars());
    }
    return file;
  }
}
