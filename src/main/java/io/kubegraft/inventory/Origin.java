package io.kubegraft.inventory;

import java.nio.file.Path;

/// Where something was said: a file as the operator named it, and the line.
///
/// @param line counted from 1; 0 when there is no line to name (a `-e` word, a whole file)
public record Origin(Path file, int line) {
  public Origin {
    if (line < 0) {
      throw new IllegalArgumentException("line " + line + " of " + file);
    }
  }

  /// The file, as the operator named it.
  public String fileName() {
    return file.toString();
  }

  /// `file:line`, as editors and terminals understand it.
  @Override
  public String toString() {
    return line == 0 ? file.toString() : file + ":" + line;
  }
}
