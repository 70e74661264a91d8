package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.problem.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// What we advise to type is something that we understand.
class AdvisedCommandsTest {
  private static final Pattern OPTION = Pattern.compile("`(--?[A-Za-z][-a-z]*)");
  private static final Pattern COMMAND = Pattern.compile("`kubegraft ([^`]*)`");
  private static final Pattern HINT =
      Pattern.compile("(?:Next\\.kubegraft|Hint\\.Kubegraft)\\(\\s*\"([^\"]+)\"", Pattern.DOTALL);

  @Test
  void everyOptionThatAnExplanationNamesIsOneOfOurs() {
    List<String> ours =
        Main.commandLine().getSubcommands().values().stream()
            .flatMap(command -> command.getCommandSpec().options().stream())
            .flatMap(option -> Arrays.stream(option.names()))
            .toList();

    assertThat(
            Arrays.stream(Code.values())
                .flatMap(code -> OPTION.matcher(code.more()).results())
                .map(found -> found.group(1)))
        .isNotEmpty()
        .isSubsetOf(ours);
  }

  @ParameterizedTest
  @MethodSource("advised")
  void everyCommandThatIsAdvisedCanBeParsed(String words) {
    List<String> all = Arrays.asList(words.strip().split("\\s+"));
    Optional<CommandLine> found =
        Optional.ofNullable(Main.commandLine().getSubcommands().get(all.getFirst()));
    assertThat(found).as("kubegraft %s", words).isPresent();
    CommandLine command = found.orElseThrow();
    all.stream()
        .skip(1)
        .filter(word -> word.startsWith("-"))
        .forEach(option ->
            assertThat(command.getCommandSpec().findOption(option))
                .as("%s of kubegraft %s", option, words)
                .isNotNull());
  }

  static Stream<String> advised() throws IOException {
    List<Path> sources;
    try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
      sources = all.filter(path -> path.toString().endsWith(".java")).toList();
    }
    Stream<String> hints =
        sources.stream()
            .flatMap(source -> HINT.matcher(text(source)).results())
            .map(AdvisedCommandsTest::first);
    Stream<String> explained =
        Arrays.stream(Code.values())
            .flatMap(code -> COMMAND.matcher(code.more()).results())
            .map(AdvisedCommandsTest::first)
            .filter(words -> !words.startsWith("COMMAND"));
    return Stream.concat(hints, explained).distinct();
  }

  private static String first(MatchResult found) {
    return found.group(1);
  }

  private static String text(Path source) {
    try {
      return Files.readString(source);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
