package io.kubegraft.plan;

import java.util.Locale;

/// Sizes for the eye, in decimal units as disks and networks have them.
public final class Sizes {
  private Sizes() {}

  public static String inWords(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    if (bytes < 1_000_000) {
      return bytes / 1_000 + " kB";
    }
    if (bytes < 10_000_000) {
      return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
    if (bytes < 1_000_000_000) {
      return bytes / 1_000_000 + " MB";
    }
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
