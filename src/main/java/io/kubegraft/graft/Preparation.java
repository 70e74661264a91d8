package io.kubegraft.graft;

import io.kubegraft.plan.Action.Prepare;
import io.kubegraft.remote.Host;

/// Temporary.
final class Preparation implements Work {
  Preparation(Host host, Prepare action) {}

  @Override
  public boolean check() {
    return true;
  }

  @Override
  public String act(Progress progress) {
    return "";
  }

  @Override
  public void verify() {}
}
