package io.kubegraft.inventory;

/// A cluster-wide setting as the inventory wants it, as text, and where it says so. The live
/// cluster may disagree.
public record Wish(String value, Origin origin) {}
