package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import io.kubegraft.remote.SshFleet;
import io.kubegraft.remote.SshdDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// A program of its own, to be given a heap: copies from one host to so many, side by side. Those
/// who receive wait at first, so that everything that can be held is held.
final class ManyCopies {
  private ManyCopies() {}

  public static void main(String[] words) throws Exception {
    List<String> names =
        IntStream.rangeClosed(0, Integer.parseInt(words[2])).mapToObj(i -> "n" + i).toList();
    try (SshFleet fleet = SshdDoor.fleet(names, words[0], words[1]);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Host donor = fleet.host(names.getFirst());
      List<Future<?>> copies = new ArrayList<>();
      for (String name : names.subList(1, names.size())) {
        copies.add(
            threads.submit(() ->
                Copy.between(
                    donor,
                    "head -c 32000000 /dev/zero",
                    fleet.host(name),
                    "sleep 3; [ \"$(wc -c)\" = 32000000 ]",
                    _ -> {})));
      }
      for (Future<?> copy : copies) {
        copy.get();
      }
    }
    System.out.println("all are there");
  }
}
