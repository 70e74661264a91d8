package io.kubegraft.view;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Widths, times, names and the choice of a view.
class TextTest {
  @ParameterizedTest
  @CsvSource({"abc,3", "узел,4", "節點,4", "e\u0301,1", "✔,1", "😀,2"})
  void textIsMeasuredInColumns(String text, int columns) {
    assertThat(Columns.width(text)).isEqualTo(columns);
  }

  @Test
  void coloursTakeNoColumns() {
    assertThat(Columns.width("\033[31mred\033[0m")).isEqualTo(3);
  }

  @Test
  void fittedTextNeverTakesMoreThanItsColumns() {
    assertThat(Columns.fit("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Columns.fit("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(Columns.fit("節點節點", 6)).isEqualTo("節點…");
    assertThat(Columns.fit("節點節點", 7)).isEqualTo("節點節…");
    assertThat(Columns.fit("ab", 1)).isEqualTo("…");
    assertThat(Columns.fit("ab", 0)).isEmpty();
  }

  @Test
  void wordsLongerThanALineStayWhole() {
    assertThat(Columns.wrap("see /a/very/long/path now", 10))
        .isEqualTo(List.of("see", "/a/very/long/path", "now"));
  }

  @ParameterizedTest
  @CsvSource({
    "-2,<invalid>",
    "-1,0s",
    "0,0s",
    "119,119s",
    "120,2m",
    "135,2m15s",
    "599,9m59s",
    "600,10m",
    "10799,179m",
    "10800,3h",
    "11100,3h5m",
    "28799,7h59m",
    "28800,8h",
    "172799,47h",
    "172800,2d",
    "176400,2d1h",
    "691199,7d23h",
    "691200,8d",
    "63071999,729d",
    "63072000,2y",
    "63158400,2y1d",
    "252288000,8y"
  })
  void agesAreAsKubectlPrintsThem(long seconds, String age) {
    assertThat(Times.age(Duration.ofSeconds(seconds))).isEqualTo(age);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0.0 s",
    "449,0.4 s",
    "12345,12.3 s",
    "59949,59.9 s",
    "59950,1 min 00 s",
    "65000,1 min 05 s",
    "3720000,1 h 02 min"
  })
  void durationsAreForTheEye(long millis, String text) {
    assertThat(Times.took(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void namesAreSortedAsPeopleCount() {
    assertThat(Names.sorted(List.of("n10", "n9", "n010", "a", "n9a", "n", "n1-2", "n1-10")))
        .containsExactly("a", "n", "n1-2", "n1-10", "n9", "n9a", "n010", "n10");
  }

  @Test
  void theLiveViewIsForTerminalsOfPeople() {
    Map<String, String> terminal = Map.of("TERM", "xterm-256color");

    assertThat(Views.kind(Views.Format.TEXT, true, terminal)).isEqualTo(Views.Kind.LIVE);
    assertThat(Views.kind(Views.Format.TEXT, false, terminal)).isEqualTo(Views.Kind.PLAIN);
    for (Map<String, String> environment :
        List.of(
            Map.of("TERM", "xterm", "NO_COLOR", "1"),
            Map.of("TERM", "xterm", "CI", "true"),
            Map.of("TERM", "dumb"),
            Map.<String, String>of())) {
      assertThat(Views.kind(Views.Format.TEXT, true, environment))
          .as(environment.toString())
          .isEqualTo(Views.Kind.PLAIN);
    }
    assertThat(Views.kind(Views.Format.TEXT, true, Map.of("TERM", "xterm", "NO_COLOR", "")))
        .isEqualTo(Views.Kind.LIVE);
    assertThat(Views.kind(Views.Format.JSON, true, terminal)).isEqualTo(Views.Kind.JSON);
  }

  @Test
  void aTerminalThatDoesNotKnowItsSizeIsNotBelieved() {
    assertThat(Terminal.parse("40 120\n")).contains(new Terminal.Size(120, 40));
    assertThat(Terminal.parse("0 0\n")).isEmpty();
    assertThat(Terminal.parse("stty: no")).isEmpty();
    assertThat(Terminal.parse("")).isEmpty();
  }

  @Test
  void signsBeyondAsciiAreForThoseWhoCanShowThem() {
    assertThat(Terminal.speaksUnicode(UTF_8)).isTrue();
    assertThat(Terminal.speaksUnicode(US_ASCII)).isFalse();
  }
}
