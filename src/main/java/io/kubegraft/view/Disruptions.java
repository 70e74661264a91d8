package io.kubegraft.view;

import io.kubegraft.plan.Disruption;
import java.util.ArrayList;
import java.util.List;

/// What a list of disruptions restarts, and what it changes in etcd.
record Disruptions(List<String> restarts, List<String> memberships) {
  static Disruptions of(List<Disruption> disruptions) {
    List<String> restarts = new ArrayList<>();
    List<String> memberships = new ArrayList<>();
    for (Disruption disruption : disruptions) {
      switch (disruption) {
        case Disruption.None() -> {}
        case Disruption.Restarts(String what, String host) -> restarts.add(what + " on " + host);
        case Disruption.ChangesMembership(String what, var _, var after) ->
            memberships.add(what + ": " + after.inWords());
      }
    }
    return new Disruptions(restarts, memberships);
  }

  String restartsInWords() {
    return restarts.isEmpty() ? "none" : String.join(", ", restarts);
  }
}
