package io.kubegraft.inventory;

/// A `!vault` value. It is kept, so that inventories with secrets that nobody asks for can be read;
/// asking for it is an error.
record Vaulted() {
  @Override
  public String toString() {
    return "!vault";
  }
}
