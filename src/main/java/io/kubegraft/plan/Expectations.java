package io.kubegraft.plan;

/// Placeholder until the fitness rules land.
public record Expectations(String nodeName) {}
