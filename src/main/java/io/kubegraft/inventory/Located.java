package io.kubegraft.inventory;

/// A variable's value as written (Jinja unresolved), and where it was written.
///
/// Values are String, Boolean, Integer, Long, BigInteger, Double, List, Map, [Null], [Vaulted] or
/// [Unsafe].
record Located(Object value, Origin origin) {}
