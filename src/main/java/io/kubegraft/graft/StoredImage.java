package io.kubegraft.graft;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An image as `ctr images check` tells of it.
///
/// @param digest of what its name leads to
/// @param whole whether everything that the host's own platform needs of it is there
/// @param unpacked whether it could be started as it is; its layers may have been discarded since
/// @param bytes what is there of it, packed; rounded as ctr does
record StoredImage(String digest, boolean whole, boolean unpacked, long bytes) {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
  private static final Pattern SIZE = Pattern.compile("\\s([0-9.]+) ?([KMGT]iB|B)/");

  /// By name. The columns are REF, TYPE, DIGEST, STATUS, SIZE and UNPACKED; those between have
  /// spaces in them.
  static Map<String, StoredImage> byName(String table) {
    Map<String, StoredImage> images = new LinkedHashMap<>();
    for (String line : table.lines().skip(1).toList()) {
      List<String> words = List.of(line.strip().split("\\s+"));
      if (words.size() >= 5) {
        images.put(
            words.getFirst(),
            new StoredImage(
                words.get(2),
                words.get(3).equals("complete"),
                words.getLast().equals("true"),
                bytes(line)));
      }
    }
    return images;
  }

  private static long bytes(String line) {
    Matcher size = SIZE.matcher(line);
    return size.find()
        ? Math.round(
            Double.parseDouble(size.group(1)) * (1L << (10 * UNITS.indexOf(size.group(2)))))
        : 0;
  }

  /// Whether a container can be made of it.
  boolean usable() {
    return whole || unpacked;
  }
}
