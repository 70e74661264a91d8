package io.kubegraft.graft;

import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.List;

/// Sends a donor's programs to a newcomer as they are, in one stream. Where the first of them show
/// that the line is slow, and both hosts have a processor to spare, the rest goes compressed.
final class ProgramStream {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /// Two looks at what the processors did since they started, and how many there are.
  private static final String PROCESSORS =
      """
      # look at the processors
      stat() { sed -n '1s/^cpu *//p' /proc/stat; }
      stat; sleep 1; stat; grep -c '^cpu[0-9]' /proc/stat
      """;

  private final Host from;
  private final Host to;
  private final Work.Progress progress;

  ProgramStream(Host from, Host to, Work.Progress progress) {
    this.from = from;
    this.to = to;
    this.progress = progress;
  }

  void send(List<ModelFile> programs) {
    Line.Trial trial = Line.trial(programs);
    long total = bytes(programs);
    long begin = System.nanoTime();
    plain(trial.first(), 0, total);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    if (trial.rest().isEmpty()) {
      return;
    }
    long done = bytes(trial.first());
    if (Line.isSlow(done, took) && hasSpare(from) && hasSpare(to)) {
      compressed(trial.rest());
    } else {
      plain(trial.rest(), done, total);
    }
  }

  private static boolean hasSpare(Host host) {
    return Line.hasSpareProcessor(host.must(PROCESSORS, LIMIT));
  }

  void plain(List<ModelFile> programs, long before, long total) {
    Copy.between(
        from,
        "# send programs\n" + tar(programs),
        to,
        "# receive programs\ntar -C / -xpf - && cat >/dev/null",
        passed -> progress.at("programs", Math.min(before + passed, total), total));
  }

  /// A pipe's status is its last command's, so tar's goes around gzip: an archive that tar has
  /// broken off is never taken for whole.
  void compressed(List<ModelFile> programs) {
    Copy.between(
        from,
        "# send programs, compressed\nexec 3>&1\nstatus=$({ {\n"
            + tar(programs)
            + "echo $? >&4\n} | gzip -1 >&3; } 4>&1)\nexit \"$status\"\n",
        to,
        "# receive programs\ngzip -dc | { tar -C / -xpf - && cat >/dev/null; }",
        passed -> progress.at("programs, compressed", passed, 0));
  }

  private static String tar(List<ModelFile> programs) {
    StringBuilder list = new StringBuilder();
    programs.forEach(file -> list.append(file.path().substring(1)).append('\n'));
    return "tar -C / --no-recursion -cf - -T /dev/stdin <<'LIST'\n" + list + "LIST\n";
  }

  private static long bytes(List<ModelFile> programs) {
    return programs.stream().mapToLong(ModelFile::size).sum();
  }
}
