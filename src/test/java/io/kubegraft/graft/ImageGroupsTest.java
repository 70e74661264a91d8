package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageGroupsTest {
  private static final long MIB = 1 << 20;
  private static final Map<String, Long> SIZES =
      Map.of("pause", MIB, "proxy", 30 * MIB, "dns", 33 * MIB, "more", MIB, "network", 150 * MIB);

  @Test
  void smallOnesGoTogetherInTheirOrderAndALargeOneByItself() {
    assertThat(groups("pause", "proxy", "dns", "more", "network"))
        .containsExactly(List.of("pause", "proxy", "dns"), List.of("more"), List.of("network"));
    assertThat(groups("network", "pause")).containsExactly(List.of("network"), List.of("pause"));
  }

  @Test
  void noImagesAreNoArchive() {
    assertThat(groups()).isEmpty();
  }

  private static List<List<String>> groups(String... images) {
    return ImageGroups.of(List.of(images), image -> SIZES.getOrDefault(image, 0L));
  }
}
