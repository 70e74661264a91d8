package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads an INI inventory, line by line, as Ansible does: hosts before any section are ungrouped,
/// sections of one name add up, `:children` may name groups that come later, `:vars` lines are
/// taken whole and host lines are split like a shell's. What differs: every error names its line,
/// and a variable given twice on one host line is an error.
final class IniReader {
  private static final Pattern SECTION =
      Pattern.compile(
          "\\[([^:\\]\\s]+)(?::(\\w+))?\\]\\s*(?:#.*)?", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern GROUP_NAME =
      Pattern.compile("([^:\\]\\s]+)\\s*(?:#.*)?", Pattern.UNICODE_CHARACTER_CLASS);

  /// `name=value`, `name = value` or, of a name with an underscore, `name: value`.
  private static final Pattern ASSIGNMENT =
      Pattern.compile("([A-Za-z_]\\w*)\\s*=.*|([A-Za-z]\\w*_\\w*)\\s*:(?!\\d).*");

  private enum Kind {
    HOSTS,
    CHILDREN,
    VARS
  }

  /// A group that was mentioned before it was declared.
  private static final class Mention {
    final Origin origin;
    final String text;
    final Kind kind;
    final List<String> parents = new ArrayList<>();

    Mention(Origin origin, String text, Kind kind) {
      this.origin = origin;
      this.text = text;
      this.kind = kind;
    }
  }

  private final Path file;
  private final TopologyBuilder into;
  private final Map<String, Mention> mentioned = new LinkedHashMap<>();
  private String group = Topology.UNGROUPED;
  private Kind kind = Kind.HOSTS;
  private Origin here;
  private String line = "";

  private IniReader(Path file, TopologyBuilder into) {
    this.file = file;
    this.into = into;
    this.here = new Origin(file, 0);
  }

  static void read(Path file, String text, TopologyBuilder into) {
    new IniReader(file, into).read(PyText.lines(text));
  }

  private void read(List<String> lines) {
    int number = 0;
    for (String raw : lines) {
      here = new Origin(file, ++number);
      line = PyText.strip(raw);
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      Matcher section = SECTION.matcher(line);
      if (section.matches()) {
        section(section.group(1), section.group(2) == null ? "hosts" : section.group(2));
      } else if (line.startsWith("[") && line.endsWith("]")) {
        throw wrong(
            "Invalid section entry: " + line,
            "Write [group], [group:children] or [group:vars], without blanks inside.");
      } else {
        switch (kind) {
          case HOSTS -> host();
          case CHILDREN -> child();
          case VARS -> variable();
        }
      }
    }
    refuseUndeclared();
  }

  private InventoryException wrong(String problem, String mend) {
    return InventoryException.at(here, line, problem, mend);
  }

  private void section(String name, String suffix) {
    group = name;
    kind =
        switch (suffix) {
          case "hosts" -> Kind.HOSTS;
          case "children" -> Kind.CHILDREN;
          case "vars" -> Kind.VARS;
          default ->
              throw wrong(
                  "Section [" + name + ":" + suffix + "] has unknown type: " + suffix,
                  "A section is [" + name + "], [" + name + ":children] or [" + name + ":vars].");
        };
    if (!into.hasGroup(name)) {
      if (kind == Kind.VARS) {
        mentioned.putIfAbsent(name, new Mention(here, line, Kind.VARS));
      }
      into.addGroup(name);
    }
    Mention mention = mentioned.get(name);
    if (mention != null && kind != Kind.VARS) {
      mention.parents.forEach(parent -> into.addChild(parent, name, mention.origin));
      mentioned.remove(name);
    }
  }

  private void child() {
    refuseVariable("groups");
    Matcher name = GROUP_NAME.matcher(line);
    if (!name.matches()) {
      throw wrong(
          "Expected group name" + got(line),
          "Lines of ["
              + group
              + ":children] are group names, one each; hosts and their variables"
              + " go under ["
              + group
              + "].");
    }
    String child = name.group(1);
    if (into.hasGroup(child)) {
      if (child.equals(group)) {
        throw wrong(
            "Group " + group + " can't contain itself",
            "Take " + child + " out of [" + group + ":children].");
      }
      into.addChild(group, child, here);
    } else {
      mentioned
          .computeIfAbsent(child, c -> new Mention(here, line, Kind.CHILDREN))
          .parents
          .add(group);
    }
  }

  private void variable() {
    int equals = line.indexOf('=');
    if (equals < 0) {
      Matcher colon = ASSIGNMENT.matcher(line);
      if (colon.matches()) {
        throw wrong(
            "Expected key=value, and found a colon after " + colon.group(2),
            "Write " + colon.group(2) + "=VALUE; name: value is YAML, and this file is INI.");
      }
      throw wrong(
          "Expected key=value" + got(line),
          "Lines of ["
              + group
              + ":vars] are variables; hosts go under ["
              + group
              + "], groups under ["
              + group
              + ":children].");
    }
    String name = PyText.strip(line.substring(0, equals));
    requireName(name);
    String value = PyText.strip(line.substring(equals + 1));
    into.setVariable(group, name, new Located(PythonLiteral.valueOf(value), here));
  }

  private void requireName(String name) {
    if (name.isEmpty()) {
      throw wrong("No variable name before =", "Write name=value.");
    }
  }

  /// What stands there, where it can be shown.
  private String got(String text) {
    return SecretText.isIn(line) ? "" : ", got: " + text;
  }

  private void host() {
    refuseVariable("hosts");
    List<String> words;
    try {
      words = ShellWords.split(line);
    } catch (IllegalArgumentException e) {
      throw wrong(
          "Can't split the line into words: " + e.getMessage(),
          "Close the quote, or put a backslash before a quote that is meant as itself.");
    }
    List<String> names = names(words.getFirst());
    Map<String, Located> vars = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    for (String word : words.subList(1, words.size())) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw wrong(
            "Expected key=value host variable assignment" + got(word),
            "After the host's name come name=value words; a value with blanks needs quotes, and a"
                + " comment needs a # before it.");
      }
      String name = word.substring(0, equals);
      requireName(name);
      if (!seen.add(name)) {
        throw wrong(
            "Variable " + name + " is given twice on one line",
            "Keep one of them; Ansible silently takes the last.");
      }
      vars.put(name, new Located(PythonLiteral.valueOf(word.substring(equals + 1)), here));
    }
    for (String name : names) {
      vars.forEach((key, value) -> into.setVariable(name, key, value));
    }
  }

  private String section() {
    return group + (kind == Kind.CHILDREN ? ":children" : "");
  }

  /// Ansible would make a host or a group of it.
  private void refuseVariable(String listed) {
    Matcher assignment = ASSIGNMENT.matcher(line);
    if (assignment.matches()) {
      String name = assignment.group(1) == null ? assignment.group(2) : assignment.group(1);
      String owner = group.equals(Topology.UNGROUPED) ? Topology.ALL : group;
      throw wrong(
          name
              + " is a variable, and "
              + (group.equals(Topology.UNGROUPED)
                  ? "what stands before the first section is hosts"
                  : "the lines of [" + section() + "] are " + listed),
          "Variables of a group go under ["
              + owner
              + ":vars], as "
              + name
              + "=VALUE; those of one host go on that host's line.");
    }
  }

  /// The hosts a line's first word stands for, added to the group.
  private List<String> names(String word) {
    if (word.startsWith("\uFEFF")) {
      throw wrong(
          "The file starts with a byte order mark",
          "Save it as UTF-8 without one: sed -i '1s/^\\xEF\\xBB\\xBF//' " + file);
    }
    HostNames hosts;
    try {
      hosts = HostNames.of(word);
    } catch (IllegalArgumentException e) {
      throw wrong("Bad host name " + word + ": " + e.getMessage(), HostNames.MEND);
    }
    into.addHosts(hosts, group, here);
    return hosts.names();
  }

  private void refuseUndeclared() {
    mentioned.forEach((name, mention) -> {
      here = mention.origin;
      line = mention.text;
      throw switch (mention.kind) {
        case CHILDREN ->
            wrong(
                "Section ["
                    + mention.parents.getLast()
                    + ":children] includes undefined group: "
                    + name,
                "Declare [" + name + "] (it may be empty), or mend the name.");
        case VARS, HOSTS ->
            wrong(
                "Section [" + name + ":vars] not valid for undefined group: " + name,
                "Declare [" + name + "] or [" + name + ":children] too, or mend the name.");
      };
    });
  }
}
