package io.kubegraft.inventory;

/// An `!unsafe` text: braces in it are braces, not Jinja.
record Unsafe(String text) {
  @Override
  public String toString() {
    return text;
  }
}
