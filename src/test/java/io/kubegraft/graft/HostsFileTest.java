package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HostsFileTest {
  private static final Set<String> LINES =
      new LinkedHashSet<>(List.of("10.0.0.1 a.local a", "10.0.0.2 b.local b"));

  @Test
  void theBlockIsAppendedToWhatIsThere() {
    assertThat(HostsFile.with("127.0.0.1 localhost", LINES))
        .isEqualTo(
            """
            127.0.0.1 localhost
            # Ansible inventory hosts BEGIN
            10.0.0.1 a.local a
            10.0.0.2 b.local b
            # Ansible inventory hosts END
            """);
  }

  @Test
  void anOlderBlockIsReplacedAndTheRestStays() {
    String old =
        """
        127.0.0.1 localhost
        # Ansible inventory hosts BEGIN
        10.0.0.1 a.local a
        # Ansible inventory hosts END
        10.9.9.9 mine
        """;
    String replaced = HostsFile.with(old, LINES);
    assertThat(replaced).startsWith("127.0.0.1 localhost\n").endsWith("END\n10.9.9.9 mine\n");
    assertThat(replaced).containsOnlyOnce("BEGIN").contains("b.local");
    assertThat(HostsFile.with(replaced, LINES)).isEqualTo(replaced);
  }

  @Test
  void aLineOfTheBalancerIsAddedOnceAndItsNamesMeanNothingElse() {
    String old =
        """
        127.0.0.1 localhost lb.local
        # 10.0.0.8 lb.local
        10.0.0.8 lb.local
        10.0.0.7 other.local
        """;
    String with = HostsFile.withLine(old, "10.0.0.9 lb.local");

    assertThat(with)
        .isEqualTo(
            """
            127.0.0.1 localhost
            # 10.0.0.8 lb.local
            10.0.0.7 other.local
            10.0.0.9 lb.local
            """);
    assertThat(HostsFile.withLine(with, "10.0.0.9 lb.local")).isEqualTo(with);
  }
}
