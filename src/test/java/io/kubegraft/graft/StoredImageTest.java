package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the real `ctr images check` prints, recorded, and lines as its source writes them.
class StoredImageTest {
  @ParameterizedTest
  @ValueSource(strings = {"1.7", "2.2"})
  void everyImageIsReadWithWhatMatters(String version) {
    Map<String, StoredImage> images =
        StoredImage.byName(ImageCopyTest.resource("ctr-" + version + "-check.txt"));

    assertThat(images)
        .containsOnlyKeys(
            "docker.io/library/nginx:1.28.0-alpine",
            "registry.k8s.io/kube-proxy:v1.35.4",
            "registry.k8s.io/pause:3.10.1");
    assertThat(images.get("registry.k8s.io/pause:3.10.1"))
        .isEqualTo(
            new StoredImage(
                "sha256:3f8a78199097b740344a9376e8105c4c288fe729b78ff206fd8d33e5930432c0",
                true,
                true,
                700_621));
  }

  @Test
  void whatIsThereInPartIsNotWholeButUsableWhereItWasUnpacked() {
    Map<String, StoredImage> images =
        StoredImage.byName(
            """
            REF TYPE DIGEST STATUS SIZE UNPACKED
            a:1 application/vnd.oci.image.index.v1+json sha256:aa incomplete (1/7) 1.0 KiB/50.1 MiB true
            b:1 application/vnd.oci.image.index.v1+json sha256:bb incomplete (1/7) 1.0 KiB/50.1 MiB false
            c:1 application/vnd.oci.image.index.v1+json sha256:cc unavailable (0/?) 0.0 B/? false
            d:1 application/vnd.oci.image.index.v1+json sha256:dd error - false
            e:1 application/vnd.oci.image.index.v1+json sha256:ee complete (3/3) 1.5 GiB/1.5 GiB false
            """);

    assertThat(images.values())
        .containsExactly(
            new StoredImage("sha256:aa", false, true, 1024),
            new StoredImage("sha256:bb", false, false, 1024),
            new StoredImage("sha256:cc", false, false, 0),
            new StoredImage("sha256:dd", false, false, 0),
            new StoredImage("sha256:ee", true, false, 1_610_612_736));
    assertThat(images.values().stream().map(StoredImage::usable))
        .containsExactly(true, false, false, false, true);
  }

  @Test
  void noImagesAreNone() {
    assertThat(StoredImage.byName("")).isEmpty();
  }
}
