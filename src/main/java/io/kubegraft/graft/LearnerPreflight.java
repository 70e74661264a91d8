package io.kubegraft.graft;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Reach;
import io.kubegraft.plan.Sizes;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What would make a member a bad one, found out before etcd is told of it: a slow disk, too little
/// room, a database that is nearly full, members that can't be reached from here, or that can't
/// reach this host ({@link Callers}).
///
/// From here to a member nothing but an open port will do. The other direction can be told less
/// surely; what it leaves open is left to etcd's own streams, without which the learner gets no
/// vote.
final class LearnerPreflight {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int WRITES = 10;
  private static final long SLOWEST_MILLIS = 100;
  private static final long DEFAULT_QUOTA = 2L << 30;

  /// etcd sets aside two logs of 64 MB.
  private static final long LOGS = 128_000_000;

  private final Host host;
  private final EtcdEnv env;
  private final String folder;
  private final Callers callers;

  LearnerPreflight(Host host, EtcdEnv env, String folder, Callers callers) {
    this.host = host;
    this.env = env;
    this.folder = folder;
    this.callers = callers;
  }

  /// @return what could not be told and is left to etcd to show
  /// @throws StepException with everything that is in the way, measured and allowed
  List<String> demand(EtcdState state) {
    List<String> troubles = new ArrayList<>();
    long size = state.members().stream().mapToLong(EtcdMember::dbSize).max().orElse(0);
    quota(size, troubles);
    disk(size, troubles);
    List<String> ways = new ArrayList<>();
    reach(state, ways);
    Callers.Findings findings = callers.look();
    ways.addAll(findings.closed());
    List<Next> next = new ArrayList<>();
    if (!troubles.isEmpty()) {
      next.add(Next.words("mend that on " + host.name()));
    }
    if (!ways.isEmpty()) {
      next.add(
          Next.on(host.name(), "iptables -S; nft list ruleset; ip route")
              .as("find what is in the way: here, on the other host, or between them"));
    }
    troubles.addAll(ways);
    if (!troubles.isEmpty()) {
      throw new StepException(
          Code.ETCD_PREFLIGHT,
          host.name()
              + " can't become an etcd member:\n  "
              + String.join("\n  ", troubles)
              + "\nNothing was added; etcd is unchanged.",
          Next.all(next.stream()).thenApply());
    }
    return findings.untold();
  }

  private void quota(long size, List<String> troubles) {
    long quota =
        env.value("ETCD_QUOTA_BACKEND_BYTES")
            .filter(value -> value.matches("-?[0-9]{1,18}"))
            .map(Long::parseLong)
            .filter(value -> value != 0)
            .orElse(DEFAULT_QUOTA);
    if (quota > 0 && size > quota / 10 * 9) {
      troubles.add(
          "etcd's database has "
              + Sizes.inWords(size)
              + ", more than 90 % of its quota of "
              + Sizes.inWords(quota)
              + " (compact and defragment it, or raise ETCD_QUOTA_BACKEND_BYTES)");
    }
  }

  private void disk(long size, List<String> troubles) {
    String[] told =
        host.must(
                """
                d=%s
                while [ ! -d "$d" ]; do d=$(dirname "$d"); done
                f=$d/.kubegraft-latency
                trap 'rm -f "$f"' EXIT
                a=$(date +%%s%%N)
                timeout 20 dd if=/dev/zero of="$f" bs=2300 count=%d oflag=dsync 2>/dev/null
                code=$?
                b=$(date +%%s%%N)
                rm -f "$f"
                set -- $(df -Pk "$d" | tail -n 1)
                echo "$code $(((b - a) / 1000000)) $4"
                """
                    .formatted(Shell.quote(folder), WRITES),
                LIMIT)
            .strip()
            .split(" ");
    long average = Long.parseLong(told[1]) / WRITES;
    if (average > SLOWEST_MILLIS) {
      troubles.add(
          "a write to "
              + folder
              + " takes "
              + average
              + " ms until it is on disk (average of "
              + WRITES
              + "), and "
              + SLOWEST_MILLIS
              + " ms are allowed");
    } else if (!told[0].equals("0")) {
      troubles.add("writing to " + folder + " fails (dd, exit status " + told[0] + ")");
    }
    long free = Long.parseLong(told[2]) * 1024;
    long needed = 3 * size + LOGS;
    if (free < needed) {
      troubles.add(
          Sizes.inWords(free)
              + " are free for "
              + folder
              + ", and "
              + Sizes.inWords(needed)
              + " are needed (three times the database, and its logs)");
    }
  }

  private static Set<String> endpoints(List<EtcdMember> members) {
    return members.stream()
        .flatMap(member -> Stream.concat(member.peerUrls().stream(), member.clientUrls().stream()))
        .map(Ways::endpoint)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void reach(EtcdState state, List<String> troubles) {
    Set<String> voters =
        endpoints(state.voters().stream().filter(member -> !member.name().isEmpty()).toList());
    Set<String> endpoints = endpoints(state.members());
    Map<String, Reach> reaches = Ways.tried(host, List.copyOf(endpoints));
    for (String endpoint : endpoints) {
      Reach reach = reaches.get(endpoint);
      if (reach == Reach.REFUSED && !voters.contains(endpoint)) {
        // One that was added before, and is yet to be started.
        continue;
      }
      if (reach == null) {
        troubles.add(
            "whether "
                + endpoint
                + " can be reached from "
                + host.name()
                + " can't be told: it has neither bash nor curl, nc or openssl");
      } else if (reach != Reach.OPEN) {
        troubles.add(Ways.closed(endpoint, host.name(), reach));
      }
    }
  }
}
