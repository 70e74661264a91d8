package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {
  @ParameterizedTest
  @CsvSource({
    "nginx:1.28, docker.io/library/nginx:1.28",
    "nginx, docker.io/library/nginx:latest",
    "docker.io/nginx:1.28, docker.io/library/nginx:1.28",
    "calico/node:v3.30, docker.io/calico/node:v3.30",
    "registry.k8s.io/pause:3.10.1, registry.k8s.io/pause:3.10.1",
    "localhost/own, localhost/own:latest",
    "mirror:5000/pause, mirror:5000/pause:latest",
    "mirror:5000/a/b:1, mirror:5000/a/b:1",
    "quay.io/cilium/cilium:v1.18@sha256:ab, quay.io/cilium/cilium@sha256:ab",
    "quay.io/cilium/cilium@sha256:ab, quay.io/cilium/cilium@sha256:ab"
  })
  void isWrittenOutAsARuntimeKeepsIt(String written, String kept) {
    assertThat(ImageName.whole(written)).isEqualTo(kept);
    assertThat(ImageName.whole(kept)).isEqualTo(kept);
  }

  @Test
  void thatTheRuntimeHasIsTakenAsItIs() {
    assertThat(ImageName.among(List.of("own"), "own")).isEqualTo("own");
    assertThat(ImageName.among(List.of(), "own")).isEqualTo("docker.io/library/own:latest");
  }
}
