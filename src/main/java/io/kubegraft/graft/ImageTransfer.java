package io.kubegraft.graft;

import io.kubegraft.remote.RemoteException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Copies images from one host's containerd to another's, a few in an archive. An archive counts
/// only for the images that are there afterwards, whole and with the donor's digest: one that is
/// cut off may end well at both ends. What is missing then is tried once more, one by one.
final class ImageTransfer {
  private final ImageStore from;
  private final ImageStore to;
  private final LongConsumer passed;
  private final Map<String, String> troubles = new LinkedHashMap<>();
  private Optional<Scripts> scripts = Optional.empty();
  private long before;
  private long latest;

  /// Why nothing more is tried, once the way itself has failed.
  private Optional<String> over = Optional.empty();

  /// @param passed told how many bytes went over so far
  ImageTransfer(ImageStore from, ImageStore to, LongConsumer passed) {
    this.from = from;
    this.to = to;
    this.passed = passed;
  }

  /// @param wanted in the order in which they are needed, as the donor has them
  /// @return why, of each that is not there
  Map<String, String> copy(Map<String, StoredImage> wanted) {
    List<String> names = List.copyOf(wanted.keySet());
    for (List<String> group : ImageGroups.of(names, image -> as(wanted, image).bytes())) {
      send(group);
      for (String image : absent(group, wanted)) {
        Optional<String> why = send(List.of(image));
        if (!absent(List.of(image), wanted).isEmpty()) {
          troubles.put(image, why.orElse("it did not arrive whole, twice"));
        }
      }
    }
    return troubles;
  }

  long bytes() {
    return before + latest;
  }

  private List<String> absent(List<String> images, Map<String, StoredImage> wanted) {
    Map<String, StoredImage> there = to.images();
    return images.stream()
        .filter(image -> {
          StoredImage found = there.get(image);
          return found == null
              || !found.whole()
              || !found.digest().equals(as(wanted, image).digest());
        })
        .toList();
  }

  private static StoredImage as(Map<String, StoredImage> wanted, String image) {
    return Optional.ofNullable(wanted.get(image)).orElseThrow();
  }

  /// @return why it went wrong, as far as either end noticed
  private Optional<String> send(List<String> images) {
    if (over.isPresent()) {
      return over;
    }
    try {
      Scripts both = scripts.orElseGet(() -> new Scripts(from.exporting(), to.importing()));
      scripts = Optional.of(both);
      Copy.between(
          from.host(),
          both.exporting() + Shell.words(images),
          to.host(),
          both.importing(),
          bytes -> {
            latest = bytes;
            passed.accept(bytes());
          });
      return Optional.empty();
    } catch (RemoteException e) {
      if (e.kind() == RemoteException.Kind.INTERRUPTED) {
        throw e;
      }
      if (e.kind() != RemoteException.Kind.COMMAND) {
        over = Optional.of(Reason.of(e));
      }
      return Optional.of(Reason.of(e));
    } catch (StepException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      over = Optional.of(Reason.of(e));
      return over;
    } finally {
      before += latest;
      latest = 0;
    }
  }

  private record Scripts(String exporting, String importing) {}
}
