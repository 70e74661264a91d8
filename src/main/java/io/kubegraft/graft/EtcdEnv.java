package io.kubegraft.graft;

import io.kubegraft.plan.Identity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The text of /etc/etcd.env. Edits change values and nothing else: comments, order, blank lines
/// and unknown variables stay as they are.
record EtcdEnv(String text) {
  static final String PATH = "/etc/etcd.env";
  static final String PEERS = "ETCD_INITIAL_CLUSTER";

  /// The value, its quotes taken off; the last line counts, as for systemd.
  Optional<String> value(String key) {
    Matcher matcher = line(key).matcher(text);
    Optional<String> value = Optional.empty();
    while (matcher.find()) {
      value = Optional.of(unquoted(matcher.group(2).strip()));
    }
    return value;
  }

  /// With this value on every line of the key, or on a line of its own at the end.
  EtcdEnv with(String key, String value) {
    Matcher matcher = line(key).matcher(text);
    if (!matcher.find()) {
      String end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
      return new EtcdEnv(text + end + key + "=" + value + "\n");
    }
    return new EtcdEnv(matcher.replaceAll(Matcher.quoteReplacement(key + "=" + value)));
  }

  /// @param peers `name=peerUrl`
  EtcdEnv withPeers(List<String> peers) {
    return with(PEERS, String.join(",", peers));
  }

  /// A donor's environment as its newcomer's. Who the members are is left as it is: only the answer
  /// to adding the newcomer tells.
  ///
  /// @param certificateName what follows `member-` and `admin-` in the newcomer's file names
  EtcdEnv forMember(
      Rewriting hosts, String certificateName, String name, String peerUrl, String clientUrl) {
    Optional<String> peers = value(PEERS);
    EtcdEnv own =
        new EtcdEnv(hosts.apply(text, certificateName))
            .with("ETCD_NAME", name)
            .with("ETCD_INITIAL_ADVERTISE_PEER_URLS", peerUrl)
            .with("ETCD_ADVERTISE_CLIENT_URLS", clientUrl)
            .with("ETCD_INITIAL_CLUSTER_STATE", "existing");
    return peers.map(list -> own.with(PEERS, list)).orElse(own);
  }

  /// What is left of the donor, beside the list of members.
  List<String> traces(Rewriting hosts, String certificateName) {
    return hosts.traces(with(PEERS, "").text(), certificateName);
  }

  /// One line, its key and its value.
  private static Pattern line(String key) {
    return Pattern.compile("(?m)^(" + Pattern.quote(key) + ")=(.*)$");
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 1
            && (value.startsWith("\"") || value.startsWith("'"))
            && value.charAt(0) == value.charAt(value.length() - 1);
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /// From a donor to its newcomer: {@link Rewrite}, and file names of certificates, which carry a
  /// host's name behind a dash (`member-k8s-node1-key.pem`).
  record Rewriting(Identity from, String donor, Identity to) {
    String apply(String text, String certificateName) {
      String result = text;
      for (String name : longestFirst()) {
        result =
            Pattern.compile(
                    "(?<=/(?:member|admin|node)-)" + Pattern.quote(name) + "(?=(-key)?\\.pem)")
                .matcher(result)
                .replaceAll(Matcher.quoteReplacement(certificateName));
      }
      return new Rewrite(from, to).apply(result);
    }

    /// Searched wider than {@link Rewrite} does: behind a dash, too, once everything that is the
    /// newcomer's own has been blanked out.
    List<String> traces(String text, String certificateName) {
      List<String> traces = new ArrayList<>(new Rewrite(from, to).traces(text));
      TreeSet<String> own = new TreeSet<>(to.names());
      own.add(certificateName);
      List<String> lines = text.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        for (String name : own.descendingSet()) {
          line = line.replaceAll(Pattern.quote(name) + "(?!-(?!key\\.pem)|[A-Za-z0-9])", "");
        }
        for (String name : longestFirst()) {
          String trace = name + " (line " + (i + 1) + ")";
          if (!own.contains(name) && dashed(name).matcher(line).find() && !traces.contains(trace)) {
            traces.add(trace);
          }
        }
      }
      return traces;
    }

    private static Pattern dashed(String name) {
      return Pattern.compile("-" + Pattern.quote(name) + "(?![A-Za-z0-9])");
    }

    private List<String> longestFirst() {
      TreeSet<String> names = new TreeSet<>(from.names());
      names.add(donor);
      return names.stream()
          .sorted(Comparator.comparingInt(String::length).reversed())
          .collect(Collectors.toList());
    }
  }
}
