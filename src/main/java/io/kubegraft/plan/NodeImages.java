package io.kubegraft.plan;

import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.NodeModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// The images that a node runs first.
///
/// A donor lends only what it has whole: a runtime may have discarded the layers that it unpacked.
///
/// @param needed without these nothing starts: the pause image and those of the static pods,
///   whether the donor lends them or not
/// @param useful what its DaemonSets run, as far as the donor lends it
/// @param notLent of all of these, what the donor doesn't lend
record NodeImages(List<String> needed, List<String> useful, List<String> notLent) {
  static NodeImages of(NodeModel model, Collection<DaemonSet> daemonSets) {
    List<String> lent = model.images();
    List<String> needed = named(model.startImages().stream(), lent);
    List<String> more =
        new ArrayList<>(named(daemonSets.stream().flatMap(set -> set.images().stream()), lent));
    more.removeAll(needed);
    return new NodeImages(
        needed,
        more.stream().filter(lent::contains).toList(),
        Stream.concat(needed.stream(), more.stream())
            .filter(image -> !lent.contains(image))
            .toList());
  }

  private static List<String> named(Stream<String> images, List<String> lent) {
    return images.map(image -> ImageName.among(lent, image)).distinct().sorted().toList();
  }

  boolean none() {
    return needed.isEmpty() && useful.isEmpty();
  }
}
