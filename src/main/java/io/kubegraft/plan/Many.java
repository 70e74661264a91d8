package io.kubegraft.plan;

import java.util.Collection;
import java.util.List;

/// Many names in one line: how many, the first of them, and how many more there are.
public final class Many {
  public static final int ALL_UP_TO = 6;
  private static final int FIRST = 3;

  private Many() {}

  /// All of a few; of more the first three. In the order that they come.
  public static String names(Collection<String> names) {
    List<String> all = List.copyOf(names);
    return all.size() <= ALL_UP_TO
        ? String.join(", ", all)
        : String.join(", ", all.subList(0, FIRST)) + " and " + (all.size() - FIRST) + " more";
  }
}
