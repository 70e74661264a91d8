package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A YAML or JSON document, with the line of everything in it.
sealed interface Tree {
  int line();

  /// The value without its lines, as [Located] describes it.
  Object plain();

  /// How messages call what it is; never what a text says, which may be a secret.
  String kind();

  record Leaf(Object value, int line) implements Tree {
    @Override
    public Object plain() {
      return value;
    }

    @Override
    public String kind() {
      return switch (value) {
        case Null n -> "nothing";
        case Unsafe u -> "a text";
        case String s -> "a text";
        case Vaulted v -> "a !vault value";
        default -> "the value " + PyText.str(value);
      };
    }
  }

  record Items(List<Tree> items, int line) implements Tree {
    @Override
    public Object plain() {
      List<Object> plain = new ArrayList<>(items.size());
      items.forEach(item -> plain.add(item.plain()));
      return Collections.unmodifiableList(plain);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /// @param entries in order; keys are unlike each other
  record Dict(Map<Object, Entry> entries, int line) implements Tree {
    @Override
    public Object plain() {
      Map<Object, Object> plain = new LinkedHashMap<>();
      entries.forEach((key, entry) -> plain.put(key, entry.value().plain()));
      return Collections.unmodifiableMap(plain);
    }

    @Override
    public String kind() {
      return "a dictionary";
    }
  }

  /// @param line the key's
  record Entry(Object key, int line, Tree value) {}

  default boolean isNull() {
    return this instanceof Leaf leaf && leaf.value() == Null.NULL;
  }
}
