package io.kubegraft.graft;

import io.kubegraft.plan.Action.LoadImages;
import io.kubegraft.plan.Sizes;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// Brings images from the donor's containerd to the newcomer's, so that nothing waits for a
/// registry and nothing has to be had from one.
final class ImageCopy implements Work {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration COPY_LIMIT = Duration.ofMinutes(15);
  private static final String CTR =
      "PATH=/usr/local/bin:/opt/bin:$PATH; exec ctr -n k8s.io images ";

  private final Host donor;
  private final Host newcomer;
  private final LoadImages action;

  ImageCopy(Host donor, Host newcomer, LoadImages action) {
    this.donor = donor;
    this.newcomer = newcomer;
    this.action = action;
  }

  @Override
  public boolean check() {
    return missing().isEmpty();
  }

  @Override
  public String act(Progress progress) {
    List<String> missing = missing();
    AtomicLong bytes = new AtomicLong();
    Copy.between(
        donor,
        CTR + "export - " + Shell.words(missing),
        newcomer,
        CTR + "import -",
        COPY_LIMIT,
        done -> {
          bytes.set(done);
          progress.at("images", done, 0);
        });
    return missing.size() + " images, " + Sizes.inWords(bytes.get());
  }

  @Override
  public void verify() {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new StepException(
          newcomer.name() + ": still without " + String.join(", ", missing) + " after importing",
          "ctr -n k8s.io images ls -q on " + newcomer.name());
    }
  }

  private List<String> missing() {
    Set<String> there = new HashSet<>(newcomer.must(CTR + "ls -q", LIMIT).lines().toList());
    return action.images().stream().filter(image -> !there.contains(image)).toList();
  }
}
