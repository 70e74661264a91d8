package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutputTest {
  private static final String SECRET = "client-key-data: LS0tLS1CRUdJTg==";

  @Test
  void what_a_failed_script_printed_on_standard_output_is_in_no_message() {
    for (String stderr : new String[] {"", " \n", "no space left\n"}) {
      Output output = new Output("cat admin.conf", 1, SECRET, stderr);

      assertThat(output.tail()).isEqualTo(stderr.strip());
      assertThat(output.failure("node1"))
          .hasMessageStartingWith("node1: `cat admin.conf` ended with exit status 1")
          .hasMessageEndingWith(stderr.isBlank() ? "status 1" : "status 1:\nno space left")
          .hasMessageNotContaining("client-key-data");
    }
  }

  @Test
  void who_asks_for_it_gets_the_last_lines_of_standard_output() {
    String lines =
        IntStream.rangeClosed(1, 40).mapToObj(Integer::toString).collect(Collectors.joining("\n"));

    assertThat(new Output("seq 40", 1, lines, "not this").stdoutTail())
        .startsWith("26\n")
        .endsWith("\n40");
  }
}
