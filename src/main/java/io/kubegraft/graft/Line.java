package io.kubegraft.graft;

import io.kubegraft.cluster.NodeModel.ModelFile;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Whether a line between two hosts is the limit of a copy, told by the copy's own beginning.
final class Line {
  /// Enough to tell, and gone in a moment on a line that is none.
  static final long TRIAL = 16_000_000;

  /// Less than that isn't worth the trial.
  static final long WORTH = 64_000_000;

  /// gzip -1 takes in some 60 MB of programs a second, and makes less than half of them.
  static final long SLOW_BYTES_A_SECOND = 15_000_000;

  /// Of one processor.
  static final double SPARE = 0.75;

  private Line() {}

  /// @param first what goes over to try it
  record Trial(List<ModelFile> first, List<ModelFile> rest) {}

  /// The small ones first, so that no more than needed is sent to try.
  static Trial trial(List<ModelFile> files) {
    long total = files.stream().mapToLong(ModelFile::size).sum();
    if (total < TRIAL + WORTH) {
      return new Trial(files, List.of());
    }
    List<ModelFile> sorted =
        files.stream().sorted(Comparator.comparingLong(ModelFile::size)).toList();
    int count = 0;
    for (long bytes = 0; bytes < TRIAL; count++) {
      bytes += sorted.get(count).size();
    }
    return new Trial(sorted.subList(0, count), sorted.subList(count, sorted.size()));
  }

  static boolean isSlow(long bytes, Duration took) {
    return bytes * 1e9 < (double) SLOW_BYTES_A_SECOND * took.toNanos();
  }

  /// @param looks two of the `cpu` line of /proc/stat without its name, and the processors' number
  static boolean hasSpareProcessor(String looks) {
    List<String> lines = looks.lines().toList();
    if (lines.size() != 3) {
      return false;
    }
    long[] before = numbers(lines.getFirst());
    long[] after = numbers(lines.get(1));
    long all = Arrays.stream(after).sum() - Arrays.stream(before).sum();
    // user, nice, system, idle, waiting for disks, ...
    long idle = after[3] + after[4] - before[3] - before[4];
    return all > 0 && (double) idle / all * Long.parseLong(lines.getLast().strip()) >= SPARE;
  }

  /// The first eight; guests' time behind them is counted as the user's already.
  private static long[] numbers(String line) {
    return Arrays.stream(line.strip().split(" +")).limit(8).mapToLong(Long::parseLong).toArray();
  }
}
