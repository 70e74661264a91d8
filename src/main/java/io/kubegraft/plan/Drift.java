package io.kubegraft.plan;

/// Something derived that is no longer as what it is derived from.
///
/// @param where what keeps it
/// @param what how it differs
public record Drift(String where, String what) {}
