package io.kubegraft.graft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// Which images go together in one archive.
final class ImageGroups {
  /// What one bad archive may cost; small images are quicker together.
  static final long MOST = 64L << 20;

  private ImageGroups() {}

  /// In their order; an image that is larger goes by itself.
  static List<List<String>> of(List<String> images, ToLongFunction<String> size) {
    List<List<String>> groups = new ArrayList<>();
    List<String> group = new ArrayList<>();
    long bytes = 0;
    for (String image : images) {
      long more = size.applyAsLong(image);
      if (!group.isEmpty() && bytes + more > MOST) {
        groups.add(List.copyOf(group));
        group.clear();
        bytes = 0;
      }
      group.add(image);
      bytes += more;
    }
    if (!group.isEmpty()) {
      groups.add(List.copyOf(group));
    }
    return groups;
  }
}
