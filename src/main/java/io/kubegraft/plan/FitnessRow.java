package io.kubegraft.plan;

/// Temporary.
public record FitnessRow(String check, String found, String wanted, boolean unfit, String howTo) {}
