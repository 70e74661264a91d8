package io.kubegraft.remote;

import java.util.regex.Pattern;

/// Owner, group and mode of a file to be written.
///
/// @param mode octal, three or four digits
public record FileMode(String owner, String group, String mode) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
  private static final Pattern MODE = Pattern.compile("[0-7]{3,4}");

  public FileMode {
    if (!NAME.matcher(owner).matches() || !NAME.matcher(group).matches()) {
      throw new IllegalArgumentException("not an owner and group: " + owner + ":" + group);
    }
    if (!MODE.matcher(mode).matches()) {
      throw new IllegalArgumentException("not an octal mode: " + mode);
    }
  }

  public static FileMode root(String mode) {
    return new FileMode("root", "root", mode);
  }
}
