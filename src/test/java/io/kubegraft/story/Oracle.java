package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// What the cluster's clients feel while kubegraft works: a {@link Sampler} runs from construction
/// to {@link #close}, which fails if any sample was bad, or if etcd turned into another cluster.
/// How far samples lay apart says how busy this machine was, so it is printed and not judged.
final class Oracle implements AutoCloseable {
  private static final long LATE_MILLIS = 1000;

  private final Shell.Running sampler;
  private final boolean apiMustServe;

  Oracle(Lab lab) {
    this(lab, true);
  }

  /// For a cluster whose only API server has to restart: etcd must serve all the same.
  static Oracle ofEtcd(Lab lab) {
    return new Oracle(lab, false);
  }

  private Oracle(Lab lab, boolean apiMustServe) {
    this.apiMustServe = apiMustServe;
    Path folder = credentials(lab);
    this.sampler =
        lab.in(
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Shell.CHECKOUT.resolve("target/test-classes")
                    + ":"
                    + Shell.CHECKOUT.resolve("target/lib")
                    + "/*",
                "io.kubegraft.story.Sampler",
                folder.toString()));
    Lab.until("a first sample", Duration.ofSeconds(20), () -> lines().size() > 1);
  }

  /// As files that Java reads, made by openssl on the host where the certificates lie.
  private static Path credentials(Lab lab) {
    try {
      Path folder = Shell.CHECKOUT.resolve("target/stories/oracle");
      Files.createDirectories(folder);
      Files.write(
          folder.resolve("client.p12"),
          Base64.getMimeDecoder()
              .decode(
                  lab.must(
                      Lab.CONTROL_PLANE,
                      """
                      cd /etc/ssl/etcd/ssl
                      openssl pkcs12 -export -passout pass:stories -in admin-k8s-node1.pem \
                        -inkey admin-k8s-node1-key.pem | base64
                      """)));
      // Java trusts only certificates that the store marks as trusted, which keytool does.
      Path trusted = folder.resolve("cas.p12");
      Files.deleteIfExists(trusted);
      trust(trusted, "etcd", lab.must(Lab.CONTROL_PLANE, "cat /etc/ssl/etcd/ssl/ca.pem"));
      trust(trusted, "kubernetes", lab.must(Lab.CONTROL_PLANE, "cat /etc/kubernetes/ssl/ca.crt"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void trust(Path store, String name, String certificate) {
    Path file = store.resolveSibling(name + ".pem");
    Shell.write(file, certificate);
    Shell.run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-importcert",
                "-noprompt",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "stories",
                "-alias",
                name,
                "-file",
                file.toString()))
        .mustBeOk();
  }

  private List<String> lines() {
    String text = Shell.read(sampler.out());
    // The last line may be half written.
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  @Override
  public void close() {
    int seen = lines().size();
    if (!sampler.process().isAlive()) {
      throw new AssertionError("the oracle's own process ended: " + sampler.said());
    }
    Lab.until("a last sample", Duration.ofSeconds(60), () -> lines().size() > seen);
    sampler.signal("TERM");
    sampler.await(Duration.ofSeconds(10));
    judge(lines());
  }

  private void judge(List<String> lines) {
    String cluster = lines.getFirst().split("\t", -1)[4];
    assertThat(cluster).as("cluster ID of etcd").matches("[0-9]+");
    long before = Long.parseLong(lines.getFirst().split("\t", -1)[0]);
    int late = 0;
    long longest = 0;
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      int healthy = Integer.parseInt(fields[2]);
      int quorum = Integer.parseInt(fields[3]) / 2 + 1;
      if (apiMustServe) {
        assertThat(fields[1]).as("an API server is ready: %s", line).isEqualTo("200 ok");
      }
      assertThat(healthy).as("healthy voters: %s", line).isGreaterThanOrEqualTo(quorum);
      assertThat(fields[4]).as("one cluster of etcd: %s", line).isEqualTo(cluster);
      long at = Long.parseLong(fields[0]);
      longest = Math.max(longest, at - before);
      late += at - before > LATE_MILLIS ? 1 : 0;
      before = at;
    }
    System.out.printf(
        "oracle: %d samples, %d of them later than %d ms after the one before, at most %d ms%n",
        lines.size(), late, LATE_MILLIS, longest);
  }
}
