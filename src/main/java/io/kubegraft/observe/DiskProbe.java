package io.kubegraft.observe;

import io.kubegraft.cluster.Derived.OnHost;
import io.kubegraft.remote.Host;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads from a host's disk what follows from who is control plane and who is etcd member: one
/// script, one round trip, no key.
public final class DiskProbe {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private DiskProbe() {}

  public static OnHost read(Host host) {
    return parse(host.name(), host.must(script(), LIMIT));
  }

  private static String script() {
    return Script.named("disk.sh");
  }

  static OnHost parse(String host, String output) {
    List<String> lines = output.lines().toList();
    if (lines.isEmpty() || !lines.getLast().equals("end")) {
      return new OnHost.NotSeen("reading what is on " + host + " broke off");
    }
    List<String> upstreams = new ArrayList<>();
    Optional<String> kubelet = Optional.empty();
    Map<String, String> peers = new LinkedHashMap<>();
    Map<String, Instant> ends = new LinkedHashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      switch (words[0]) {
        case "upstream" -> upstreams.add(words[1]);
        case "kubelet" -> kubelet = Optional.of(words[1]);
        case "peer" -> {
          String[] peer = words[1].split("=", 2);
          peers.put(peer[0], peer.length > 1 ? peer[1] : "");
        }
        case "certificate" -> end(words[2]).ifPresent(end -> ends.put(words[1], end));
        default -> {}
      }
    }
    return new OnHost.Files(upstreams, kubelet, peers, ends);
  }

  /// A file that holds no certificate has no end.
  private static Optional<Instant> end(String base64) {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
      return Optional.of(certificate.getNotAfter().toInstant());
    } catch (CertificateException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
