package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The real Ansible, as the judge of what an inventory means. Its programs run many times in forks
/// of one Python process, in an empty directory, with an empty home and no configuration.
final class Ansible implements AutoCloseable {
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;
  private final Path empty;

  record Answer(int status, String out, String err) {}

  private Ansible(Process process, Path empty) {
    this.process = process;
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.empty = empty;
  }

  /// Skips the test, saying why, where there is no Ansible.
  static Ansible startOrSkip(Path empty) {
    Optional<Path> program = onPath("ansible-inventory");
    assumeTrue(
        program.isPresent(),
        "ansible-inventory is not on PATH, so there is nothing to compare with"
            + " (Debian: apt-get install ansible-core)");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              python(program.orElseThrow()),
              Path.of("src/test/resources/inventory/ansible_batch.py").toAbsolutePath().toString());
      Map<String, String> environment = builder.environment();
      environment.keySet().removeIf(name -> name.startsWith("ANSIBLE_"));
      environment.put("HOME", empty.toString());
      environment.put("ANSIBLE_NOCOLOR", "1");
      environment.put("LC_ALL", "C.UTF-8");
      builder.directory(empty.toFile());
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return new Ansible(builder.start(), empty);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> onPath(String program) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      Path candidate = Path.of(directory, program);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /// The interpreter that the program itself names; another Python might not have Ansible.
  private static String python(Path program) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(program)) {
      String first = reader.readLine();
      assumeTrue(
          first != null && first.startsWith("#!"),
          program + " is not a Python script, so its interpreter isn't known");
      return String.valueOf(first).substring(2).strip().split(" ")[0];
    }
  }

  Answer run(List<String> argv) {
    try {
      orders.write(JSON.writeValueAsString(Map.of("argv", argv, "cwd", empty.toString())) + "\n");
      orders.flush();
      String line = answers.readLine();
      assertThat(line).as("Ansible's answer to %s", argv).isNotNull();
      JsonNode answer = JSON.readTree(line);
      return new Answer(
          answer.get("status").asInt(), answer.get("out").asText(), answer.get("err").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addSources(List<Path> sources, List<String> argv) {
    for (Path source : sources) {
      argv.add("-i");
      argv.add(
          SourceReader.isHostList(source) ? source.toString() : source.toAbsolutePath().toString());
    }
  }

  /// `ansible-inventory --list`.
  Answer list(List<Path> sources, List<String> extraVars) {
    List<String> argv = new ArrayList<>(List.of("ansible-inventory", "--list"));
    addSources(sources, argv);
    for (String extra : extraVars) {
      argv.add("-e");
      argv.add(extra);
    }
    return run(argv);
  }

  /// `ansible PATTERN --list-hosts`, with `--limit` if one is given. No match is an empty list.
  List<String> hosts(List<Path> sources, String pattern, Optional<String> limit) {
    List<String> argv = new ArrayList<>(List.of("ansible", pattern, "--list-hosts"));
    addSources(sources, argv);
    limit.ifPresent(l -> argv.addAll(List.of("--limit", l)));
    Answer answer = run(argv);
    if (answer.status() != 0) {
      assertThat(answer.err())
          .as("why Ansible lists no host for %s", argv)
          .contains("leaves us with no hosts to target");
      return List.of();
    }
    return answer.out().lines().skip(1).map(String::strip).filter(l -> !l.isEmpty()).toList();
  }

  @Override
  public void close() throws IOException {
    orders.close();
    process.destroy();
  }
}
