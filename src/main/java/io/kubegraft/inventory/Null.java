package io.kubegraft.inventory;

/// What YAML's `null` and Python's `None` become inside lists, dictionaries and
/// [Inventory#vars(String)], so that no Java null is ever handed out.
public enum Null {
  NULL;

  @Override
  public String toString() {
    return "None";
  }
}
