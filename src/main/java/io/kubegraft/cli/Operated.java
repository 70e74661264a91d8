package io.kubegraft.cli;

import io.kubegraft.problem.Operator;

/// A command that was given an inventory: what goes wrong in it is told with commands that reach
/// its hosts.
interface Operated {
  /// As far as the inventory could be read.
  Operator operator();
}
