package io.kubegraft.remote;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Words of an `ssh` command line, sorted into options and what is not an option.
///
/// @param options every option with its value, `-W` left out
/// @param standardIo the value of `-W`
/// @param rest destination and command
record SshOptions(List<Option> options, Optional<String> standardIo, List<String> rest) {
  private static final String WITH_VALUE = "BbcDEeFIiJLlmOopPQRSwW";

  /// @param value empty text for a flag that takes none
  record Option(char letter, String value) {}

  static SshOptions parse(List<String> words) {
    List<Option> options = new ArrayList<>();
    Optional<String> standardIo = Optional.empty();
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-") || word.length() < 2 || word.equals("--")) {
        if (!word.equals("--")) {
          rest.add(word);
        }
        continue;
      }
      for (int j = 1; j < word.length(); j++) {
        char letter = word.charAt(j);
        if (WITH_VALUE.indexOf(letter) < 0) {
          options.add(new Option(letter, ""));
          continue;
        }
        String value = word.substring(j + 1);
        if (value.isEmpty() && i + 1 < words.size()) {
          value = words.get(++i);
        }
        if (letter == 'W') {
          standardIo = Optional.of(value);
        } else {
          options.add(new Option(letter, value));
        }
        break;
      }
    }
    return new SshOptions(List.copyOf(options), standardIo, List.copyOf(rest));
  }

  /// If `proxyCommand` does nothing but what a jump does (`ssh … -W %h:%p … BASTION`, as Kubespray
  /// writes it), the words that describe the jump host, destination last.
  static Optional<List<String>> asJump(String proxyCommand) {
    Optional<List<String>> words = Words.split(proxyCommand);
    if (words.isEmpty() || words.get().isEmpty()) {
      return Optional.empty();
    }
    List<String> line = new ArrayList<>(words.get());
    if (line.getFirst().equals("exec")) {
      line.removeFirst();
    }
    if (line.isEmpty() || !Path.of(line.getFirst()).endsWith("ssh")) {
      return Optional.empty();
    }
    SshOptions parsed = parse(line.subList(1, line.size()));
    boolean forwards =
        parsed.standardIo.filter(w -> w.equals("%h:%p") || w.equals("[%h]:%p")).isPresent();
    if (!forwards || parsed.rest.size() != 1) {
      return Optional.empty();
    }
    List<String> jump = new ArrayList<>(parsed.words());
    jump.add(parsed.rest.getFirst());
    return Optional.of(jump);
  }

  /// The options, one by one, as words again.
  List<String> words() {
    List<String> words = new ArrayList<>();
    for (Option option : options) {
      words.add("-" + option.letter);
      if (!option.value.isEmpty()) {
        words.add(option.value);
      }
    }
    return words;
  }

  /// The values of an option.
  List<String> values(char letter) {
    return options.stream().filter(o -> o.letter == letter).map(Option::value).toList();
  }
}
