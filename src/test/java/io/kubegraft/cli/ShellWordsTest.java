package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Expected words are what Python's `shlex.split` gives.
class ShellWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-o A=b | -o;A=b",
        "` \t -o   A=b ` | -o;A=b",
        "-o 'ProxyCommand=ssh -W %h:%p b' | -o;ProxyCommand=ssh -W %h:%p b",
        "-o ProxyCommand=\"ssh -W %h:%p -q b\" | -o;ProxyCommand=ssh -W %h:%p -q b",
        "a'b c'd\"e f\"g | ab cde fg",
        "a\\ b c | a b;c",
        "\\\"a | \"a",
        "'a\\b' | a\\b",
        "\"a\\b\" | a\\b",
        "\"a\\\"b\\\\c\\$d\" | a\"b\\c\\$d",
        "\"it's\" | it's",
        "a '' b | a;;b",
        "a # b | a;#;b"
      })
  void wordsAreSplitAsAnsibleSplitsThem(String line, String words) {
    assertThat(ShellWords.split(line)).isEqualTo(List.of(words.split(";", -1)));
  }

  @Test
  void nothingIsNoWord() {
    assertThat(ShellWords.split("")).isEmpty();
    assertThat(ShellWords.split(" \t ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-o 'A=b", "\"", "a\"b\\\""})
  void anOpenQuoteIsAnErrorThatShowsNothingOfTheLine(String line) {
    assertThatThrownBy(() -> ShellWords.split(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a quote is not closed");
  }

  @Test
  void aBackslashWithNothingAfterItIsAnError() {
    assertThatThrownBy(() -> ShellWords.split("a \\"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing follows the last backslash");
  }
}
