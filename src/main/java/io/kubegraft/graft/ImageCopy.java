package io.kubegraft.graft;

import io.kubegraft.plan.Action.LoadImages;
import io.kubegraft.plan.Sizes;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Brings images from the donor's containerd to the newcomer's, so that nothing waits for a
/// registry and nothing has to be had from one.
///
/// What can't be copied is pulled by the newcomer's own runtime. What can't be had that way either
/// fails the step only where nothing starts without it; anything else is left to the kubelet, and
/// the proof of the node says whether its pods run.
final class ImageCopy implements Work {
  /// The kubelet would give a pull as long as that. Nothing can go on without these images.
  private static final Duration NEEDED = Duration.ofMinutes(5);

  /// The kubelet goes on asking for these by itself.
  private static final Duration USEFUL = Duration.ofMinutes(1);

  private final Host newcomer;
  private final LoadImages action;
  private final Duration needed;
  private final Duration useful;
  private final ImageStore from;
  private final ImageStore to;

  /// What the check found.
  private Map<String, StoredImage> lent = Map.of();

  private Map<String, StoredImage> there = Map.of();

  /// Why the donor can't be asked, if it can't.
  private Optional<String> silence = Optional.empty();

  ImageCopy(Host donor, Host newcomer, LoadImages action) {
    this(donor, newcomer, action, NEEDED, USEFUL);
  }

  /// For tests, which don't wait for minutes.
  ImageCopy(Host donor, Host newcomer, LoadImages action, Duration needed, Duration useful) {
    this.newcomer = newcomer;
    this.action = action;
    this.needed = needed;
    this.useful = useful;
    this.from = new ImageStore(donor, action.platform());
    this.to = new ImageStore(newcomer, action.platform());
  }

  @Override
  public boolean check() {
    lent = lent();
    there = to.images();
    return missing().isEmpty();
  }

  private Map<String, StoredImage> lent() {
    try {
      return from.images();
    } catch (RemoteException e) {
      if (e.kind() == RemoteException.Kind.INTERRUPTED) {
        throw e;
      }
      silence = Optional.of(Reason.of(e));
      return Map.of();
    }
  }

  private List<String> missing() {
    return action.images().stream().filter(image -> !isThere(image)).toList();
  }

  /// As the donor has it; what the donor hasn't may be as it is.
  private boolean isThere(String image) {
    return Optional.ofNullable(there.get(image))
        .filter(StoredImage::usable)
        .filter(
            mine -> lent(image).map(StoredImage::digest).map(mine.digest()::equals).orElse(true))
        .isPresent();
  }

  private Optional<StoredImage> lent(String image) {
    return Optional.ofNullable(lent.get(image)).filter(StoredImage::whole);
  }

  @Override
  public String act(Progress progress) {
    List<String> missing = missing();
    Map<String, StoredImage> wanted = inOrder(missing);
    long total = wanted.values().stream().mapToLong(StoredImage::bytes).sum();
    ImageTransfer transfer =
        new ImageTransfer(from, to, done -> progress.at("images", Math.min(done, total), total));
    Map<String, String> troubles = new LinkedHashMap<>();
    missing.stream()
        .filter(image -> !wanted.containsKey(image))
        .forEach(image -> troubles.put(image, silence.orElse("it hasn't all of it")));
    troubles.putAll(transfer.copy(wanted));
    Map<String, String> lacking = pull(troubles, progress);
    requireNeeded(troubles, lacking);
    return inWords(missing, transfer.bytes(), troubles, lacking);
  }

  /// What the newcomer needs first comes first, and the small before the large.
  private Map<String, StoredImage> inOrder(List<String> missing) {
    Map<String, StoredImage> wanted = new LinkedHashMap<>();
    missing.stream()
        .filter(image -> lent(image).isPresent())
        .sorted(
            Comparator.comparing((String image) -> !action.needed().contains(image))
                .thenComparingLong(image -> lent(image).orElseThrow().bytes()))
        .forEach(image -> wanted.put(image, lent(image).orElseThrow()));
    return wanted;
  }

  /// @return why, of each that is still not there
  private Map<String, String> pull(Map<String, String> troubles, Progress progress) {
    ImagePull pull = new ImagePull(newcomer, action.platform());
    Map<String, String> lacking = new LinkedHashMap<>();
    troubles.keySet().stream()
        .sorted(Comparator.comparing(image -> !action.needed().contains(image)))
        .forEach(image -> {
          progress.at("pulling " + image);
          pull.trouble(image, action.needed().contains(image) ? needed : useful)
              .ifPresent(why -> lacking.put(image, why));
        });
    return lacking;
  }

  private void requireNeeded(Map<String, String> troubles, Map<String, String> lacking) {
    List<String> without = action.needed().stream().filter(lacking::containsKey).toList();
    if (!without.isEmpty()) {
      throw new StepException(
          Code.IMAGES,
          newcomer.name()
              + ": nothing starts there without "
              + without.stream()
                  .map(image -> image + ": " + reasons(image, troubles, lacking))
                  .collect(Collectors.joining("\n  and without ")),
          Next.on(newcomer.name(), "crictl pull " + without.getFirst()).thenApply());
    }
  }

  private String reasons(String image, Map<String, String> troubles, Map<String, String> lacking) {
    return "copying from %s: %s; pulling: %s"
        .formatted(from.host().name(), troubles.get(image), lacking.get(image));
  }

  private String inWords(
      List<String> missing, long bytes, Map<String, String> troubles, Map<String, String> lacking) {
    List<String> words = new ArrayList<>();
    int copied = missing.size() - troubles.size();
    words.add(copied + (copied == 1 ? " image, " : " images, ") + Sizes.inWords(bytes));
    int already = action.images().size() - missing.size();
    if (already > 0) {
      words.add(already + (already == 1 ? " was" : " were") + " there already");
    }
    troubles.forEach((image, why) ->
        words.add(
            lacking.containsKey(image)
                ? image + " is left to the kubelet: " + reasons(image, troubles, lacking)
                : image + " was pulled; copying from " + from.host().name() + ": " + why));
    return String.join("; ", words);
  }

  /// What the node can't start without is there; what else is not was said.
  @Override
  public void verify(Progress progress) {
    there = to.images();
    List<String> without =
        action.needed().stream()
            .filter(image ->
                Optional.ofNullable(there.get(image)).filter(StoredImage::usable).isEmpty())
            .toList();
    if (!without.isEmpty()) {
      throw new StepException(
          Code.IMAGES,
          newcomer.name() + ": still without " + String.join(", ", without),
          Next.on(newcomer.name(), "ctr -n k8s.io images check").thenApply());
    }
  }
}
