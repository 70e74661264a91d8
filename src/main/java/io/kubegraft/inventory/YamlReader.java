package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/// Reads a YAML document into a [Tree]. SnakeYAML does the syntax, up to its node graph; what the
/// scalars mean is ours ([YamlScalar]), because Ansible's PyYAML and SnakeYAML disagree there.
/// Duplicate keys are an error, where Ansible takes the last one with a warning.
final class YamlReader {
  private static final Tag PLAIN = new Tag("!kubegraft/plain");
  private static final int MOST_ALIASES = 2000;

  private static final Pattern UNQUOTED_JINJA =
      Pattern.compile("^\\s*(?:-\\s+)*(?:[^#'\"{]*?:\\s+)?\\{[{%]");

  private final Path file;
  private final String text;
  private final IdentityHashMap<Node, Tree> done = new IdentityHashMap<>();
  private final Set<Node> inside = Collections.newSetFromMap(new IdentityHashMap<>());

  private YamlReader(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /// Marks unquoted scalars, so that they and only they are interpreted.
  private static final class PlainResolver extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(PLAIN, Pattern.compile(".*", Pattern.DOTALL), null, 10_000_000);
    }
  }

  /// @return empty when the document is
  static Optional<Tree> read(Path file, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setCodePointLimit(Integer.MAX_VALUE);
    options.setProcessComments(false);
    try {
      Optional<Node> root = YamlTabs.composed(text, readable -> compose(readable, options));
      return root.map(node -> new YamlReader(file, text).tree(node, false));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      int context = e.getContextMark() == null ? line : e.getContextMark().getLine() + 1;
      int jinja = unquotedJinja(text, Math.min(context, line), line);
      if (jinja > 0) {
        throw unquotedJinja(file, text, jinja);
      }
      String there = lineOf(text, line);
      throw InventoryException.at(
          new Origin(file, line),
          there,
          // What SnakeYAML says may quote an alias or a tag that is a password without quotes.
          SecretText.isIn(there) ? "Is not YAML here" : "Is not YAML here: " + e.getProblem(),
          "Mend the syntax: mind indentation (blanks, no tabs), a blank after each colon, quotes"
              + " around values that hold : # { or [, or begin with ! * & % @ or `.");
    } catch (YAMLException e) {
      throw InventoryException.in(
          file, "Is not YAML: " + e.getMessage(), "Mend the syntax, or save the file anew.");
    }
  }

  private static Optional<Node> compose(String text, LoaderOptions options) {
    Composer composer =
        new Composer(new ParserImpl(new StreamReader(text), options), new PlainResolver(), options);
    return Optional.ofNullable(composer.getSingleNode());
  }

  /// The first of these lines that has a value which begins with Jinja and no quotes; else 0.
  private static int unquotedJinja(String text, int from, int to) {
    for (int line = Math.max(1, from); line <= to; line++) {
      if (UNQUOTED_JINJA.matcher(lineOf(text, line)).find()) {
        return line;
      }
    }
    return 0;
  }

  private static InventoryException unquotedJinja(Path file, String text, int line) {
    return InventoryException.at(
        new Origin(file, line),
        lineOf(text, line),
        "A value begins with Jinja and has no quotes, so it is not the text that is meant",
        "Quote values that begin with {{, whole: name: \"{{ other }}/more\"");
  }

  private static String lineOf(String text, int line) {
    List<String> lines = text.lines().toList();
    return line >= 1 && line <= lines.size() ? lines.get(line - 1) : "";
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private InventoryException wrong(Node node, String problem, String mend) {
    return InventoryException.at(new Origin(file, line(node)), problem, mend);
  }

  private Tree tree(Node node, boolean unsafe) {
    Tree known = done.get(node);
    if (known != null) {
      return known;
    }
    if (!inside.add(node)) {
      throw wrong(node, "An alias stands for what contains it", "Write the value out.");
    }
    Tree tree =
        switch (node) {
          case ScalarNode scalar -> new Tree.Leaf(scalar(scalar, unsafe), line(node));
          case SequenceNode sequence -> items(sequence, unsafe);
          case MappingNode mapping -> dict(mapping, unsafe);
          default ->
              throw wrong(node, "Unknown YAML node " + node.getNodeId(), "Write it simpler.");
        };
    inside.remove(node);
    done.put(node, tree);
    return tree;
  }

  private Tree items(SequenceNode node, boolean unsafe) {
    boolean within = unsafe || isUnsafe(node);
    requireTag(node, Tag.SEQ);
    List<Tree> items = new ArrayList<>();
    node.getValue().forEach(item -> items.add(tree(item, within)));
    return new Tree.Items(items, line(node));
  }

  private Tree dict(MappingNode node, boolean unsafe) {
    boolean within = unsafe || isUnsafe(node);
    requireTag(node, Tag.MAP);
    Map<Object, Tree.Entry> merged = new LinkedHashMap<>();
    Map<Object, Tree.Entry> own = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Node keyNode = tuple.getKeyNode();
      if (isMerge(keyNode)) {
        merge(tuple.getValueNode(), within).forEach(merged::putIfAbsent);
        continue;
      }
      if (!(keyNode instanceof ScalarNode scalar)) {
        int jinja = unquotedJinja(text, line(keyNode), line(keyNode));
        if (jinja > 0) {
          throw unquotedJinja(file, text, jinja);
        }
        throw wrong(keyNode, "A key must be one word or text", "Write key: value.");
      }
      Object key =
          scalar(scalar, true) instanceof Unsafe text ? text.text() : scalar(scalar, false);
      Tree.Entry earlier =
          own.put(key, new Tree.Entry(key, line(keyNode), tree(tuple.getValueNode(), within)));
      if (earlier != null) {
        throw wrong(
            keyNode,
            "Key " + key + " is given twice, first in line " + earlier.line(),
            "Keep one of the two; Ansible silently takes the last.");
      }
    }
    merged.putAll(own);
    return new Tree.Dict(Collections.unmodifiableMap(merged), line(node));
  }

  private static boolean isMerge(Node key) {
    return key instanceof ScalarNode scalar
        && (scalar.getTag().equals(Tag.MERGE)
            || (scalar.getTag().equals(PLAIN) && scalar.getValue().equals("<<")));
  }

  /// Of several merged dictionaries the first wins.
  private Map<Object, Tree.Entry> merge(Node value, boolean unsafe) {
    Map<Object, Tree.Entry> merged = new LinkedHashMap<>();
    switch (tree(value, unsafe)) {
      case Tree.Dict dict -> merged.putAll(dict.entries());
      case Tree.Items items -> {
        for (Tree item : items.items()) {
          if (!(item instanceof Tree.Dict dict)) {
            throw wrong(value, "<< merges dictionaries, not " + item.kind(), "Mend the alias.");
          }
          dict.entries().forEach(merged::putIfAbsent);
        }
      }
      case Tree.Leaf leaf ->
          throw wrong(value, "<< merges dictionaries, not " + leaf.kind(), "Mend the alias.");
    }
    return merged;
  }

  private static boolean isUnsafe(Node node) {
    return node.getTag().getValue().equals("!unsafe");
  }

  private void requireTag(Node node, Tag expected) {
    if (!node.getTag().equals(expected) && !isUnsafe(node)) {
      throw unknownTag(node);
    }
  }

  private InventoryException unknownTag(Node node) {
    boolean secret = SecretText.isIn(lineOf(text, line(node)));
    return wrong(
        node,
        (secret ? "The tag" : "Tag " + node.getTag().getValue().replace(Tag.PREFIX, "!!"))
            + " can't be read",
        "Write the plain value, in quotes if it begins with !; !vault and !unsafe are the only tags"
            + " that inventories need.");
  }

  private Object scalar(ScalarNode node, boolean unsafe) {
    String text = node.getValue();
    String tag = node.getTag().getValue();
    if (tag.equals("!vault") || tag.equals("!vault-encrypted")) {
      return new Vaulted();
    }
    if (tag.equals("!unsafe")) {
      return new Unsafe(text);
    }
    Object value = node.getTag().equals(Tag.STR) ? text : YamlScalar.valueOf(text);
    boolean asTagged =
        node.getTag().equals(PLAIN)
            || node.getTag().equals(Tag.STR)
            || (node.getTag().equals(Tag.INT)
                && value instanceof Number n
                && !(n instanceof Double))
            || (node.getTag().equals(Tag.FLOAT) && value instanceof Number)
            || (node.getTag().equals(Tag.BOOL) && value instanceof Boolean)
            || (node.getTag().equals(Tag.NULL) && value == Null.NULL);
    if (!asTagged) {
      throw unknownTag(node);
    }
    if (node.getTag().equals(Tag.FLOAT) && value instanceof Number n) {
      return n.doubleValue();
    }
    return unsafe && value instanceof String string ? new Unsafe(string) : value;
  }
}
