package io.kubegraft.view;

import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.EtcdShape;
import java.util.ArrayList;
import java.util.List;

/// What a list of disruptions restarts, and what it changes in etcd.
///
/// @param shapes etcd before, and after each change
record Disruptions(List<String> restarts, List<String> memberships, List<EtcdShape> shapes) {
  static Disruptions of(List<Disruption> disruptions) {
    List<String> restarts = new ArrayList<>();
    List<String> memberships = new ArrayList<>();
    List<EtcdShape> shapes = new ArrayList<>();
    for (Disruption disruption : disruptions) {
      switch (disruption) {
        case Disruption.None() -> {}
        case Disruption.Restarts(String what, String host) -> restarts.add(what + " on " + host);
        case Disruption.ChangesMembership(String what, var before, var after) -> {
          memberships.add(what + ": " + after.inWords());
          if (shapes.isEmpty()) {
            shapes.add(before);
          }
          shapes.add(after);
        }
      }
    }
    return new Disruptions(restarts, memberships, shapes);
  }

  /// The way that etcd will go, shape by shape. What it bears is said where the number of votes
  /// changes.
  List<String> way() {
    return way("; until the next member votes, some seconds");
  }

  /// The way that it went.
  List<String> past() {
    return way("");
  }

  /// @param meanwhile said of a shape on the way that bears no failure
  private List<String> way(String meanwhile) {
    List<String> way = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      EtcdShape shape = shapes.get(i);
      boolean last = i == shapes.size() - 1;
      if (i > 0 && shapes.get(i - 1).voters() == shape.voters()) {
        way.add(shape.members());
      } else if (i > 0 && !last && shape.tolerance() == 0) {
        way.add(shape.members() + " (" + shape.bearing() + meanwhile + ")");
      } else {
        way.add(shape.members() + " (" + shape.bearing() + ")");
      }
    }
    return way;
  }

  String restartsInWords() {
    return restarts.isEmpty() ? "none" : String.join(", ", restarts);
  }
}
