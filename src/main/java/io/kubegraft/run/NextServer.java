package io.kubegraft.run;

import io.kubegraft.observe.Probed;
import io.kubegraft.observe.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/// A client that asks the next server where one doesn't answer, as a kubelet behind its local proxy
/// and an API server before etcd do. Every request begins with another server, so that it meets
/// each one that is down.
final class NextServer {
  private final List<Probed> servers = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  void add(Probed server) {
    servers.add(server);
  }

  void remove(Probed server) {
    servers.remove(server);
  }

  /// The first answer.
  ///
  /// @param limit for each server
  Reply ask(BiFunction<Probed, Duration, Reply> request, Duration limit) {
    List<Probed> now = List.copyOf(servers);
    if (now.isEmpty()) {
      return new Reply.Unknown("there is no server to ask");
    }
    int first = Math.floorMod(turn.getAndIncrement(), now.size());
    List<String> failed = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < now.size(); i++) {
      switch (request.apply(now.get((first + i) % now.size()), limit)) {
        case Reply.Answered answered -> {
          return answered;
        }
        case Reply.Failed(String why) -> failed.add(why);
        case Reply.Unknown(String why) -> unknown.add(why);
      }
    }
    // Only if nobody failed is our own connection all that is to blame.
    return failed.isEmpty()
        ? new Reply.Unknown(String.join("; ", unknown))
        : new Reply.Failed(String.join("; ", failed));
  }
}
