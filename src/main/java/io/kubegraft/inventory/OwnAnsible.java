package io.kubegraft.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The operator's own Ansible, for what only Ansible can read: scripts and plugins, files and
/// values of a vault, Jinja that is a program. It is asked by its own programs, with the operator's
/// own configuration, and connects to nothing.
public final class OwnAnsible {
  private static final String INVENTORY = "ansible-inventory";
  private static final String ADHOC = "ansible";

  /// How `ansible` ends where a variable of a host can't be resolved; its answer has the others.
  private static final int UNRESOLVED = 2;

  private static final Pattern RESULT =
      Pattern.compile(
          "^(\\S+) \\| (?:SUCCESS|CHANGED) => (\\{.*?^\\})", Pattern.MULTILINE | Pattern.DOTALL);

  private final Optional<Path> folder;
  private final List<String> vaultOptions;
  private final AnsibleConfig config;

  private OwnAnsible(Optional<Path> folder, List<String> vaultOptions, AnsibleConfig config) {
    this.config = config;
    this.folder = folder;
    this.vaultOptions = List.copyOf(vaultOptions);
  }

  /// The Ansible on a search path, if there is one.
  ///
  /// @param vaultOptions passed on to it as they are: `--vault-password-file FILE`, …
  /// @param config what it reads itself, too
  public static OwnAnsible on(String searchPath, List<String> vaultOptions, AnsibleConfig config) {
    return new OwnAnsible(
        Arrays.stream(searchPath.split(File.pathSeparator))
            .filter(folder -> !folder.isEmpty())
            .map(Path::of)
            .filter(folder -> Files.isExecutable(folder.resolve(INVENTORY)))
            .filter(folder -> Files.isExecutable(folder.resolve(ADHOC)))
            .findFirst(),
        vaultOptions,
        config);
  }

  /// Nobody to ask.
  static OwnAnsible none() {
    return new OwnAnsible(Optional.empty(), List.of(), AnsibleConfig.none());
  }

  AnsibleConfig config() {
    return config;
  }

  public boolean isThere() {
    return folder.isPresent();
  }

  /// All groups and hosts, with every host's variables as Ansible merges them.
  Tree inventory(List<Path> sources, InventoryException why) {
    List<String> words = new ArrayList<>(List.of("--list"));
    addSources(sources, words);
    return json(run(INVENTORY, words, sources, why), why);
  }

  /// What variables of hosts come to, once everything in them is resolved, by host; without those
  /// of which Ansible can't tell.
  Map<String, Tree> values(
      List<Path> sources, List<String> hosts, List<String> names, InventoryException why) {
    List<String> pairs = names.stream().map(name -> "'" + name + "': " + name).toList();
    List<String> words =
        new ArrayList<>(
            List.of(
                String.join(",", hosts),
                "-m",
                "debug",
                "-a",
                "{\"msg\": \"{{ {" + String.join(", ", pairs) + "} }}\"}"));
    addSources(sources, words);
    Map<String, Tree> results = new LinkedHashMap<>();
    Matcher result = RESULT.matcher(run(ADHOC, words, sources, why));
    while (result.find()) {
      results.put(result.group(1), json(result.group(2), why));
    }
    return results;
  }

  private void addSources(List<Path> sources, List<String> words) {
    for (Path source : sources) {
      words.addAll(List.of("-i", source.toString()));
    }
    words.addAll(vaultOptions);
  }

  private static Tree json(String answer, InventoryException why) {
    return JsonReader.read(Path.of(INVENTORY), answer)
        .orElseThrow(() -> why.after("Ansible was asked, and its answer is not JSON"));
  }

  private String run(
      String program, List<String> words, List<Path> sources, InventoryException why) {
    List<String> line = new ArrayList<>();
    line.add(folder.orElseThrow().resolve(program).toString());
    line.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(line);
    Map<String, String> environment = builder.environment();
    environment.put("ANSIBLE_NOCOLOR", "1");
    environment.remove("ANSIBLE_FORCE_COLOR");
    environment.put("ANSIBLE_LOAD_CALLBACK_PLUGINS", "0");
    environment.put("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1");
    if (sources.stream().anyMatch(Files::isDirectory)) {
      environment.put(
          "ANSIBLE_INVENTORY_IGNORE", String.join(",", SourceReader.ignoredEndings(config)));
      environment.put("ANSIBLE_INVENTORY_IGNORE_REGEX", SourceReader.ignoredPattern(config));
    }
    // A vault's password is asked for on the terminal, by Ansible itself.
    builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
    try {
      Process process = builder.start();
      CompletableFuture<String> complaints =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      String answer = text(process.getInputStream());
      int status = process.waitFor();
      String said = complaints.join();
      if (status != 0 && !(program.equals(ADHOC) && status == UNRESOLVED)) {
        String error = error(said);
        String tried = program + " was asked, and failed" + error;
        throw error.contains("decrypt") ? why.after(tried, VaultAdvice.ASK) : why.after(tried);
      }
      return answer;
    } catch (IOException e) {
      throw why.after(program + " can't be started");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw why.after(program + " was interrupted");
    }
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Its first line of an error; warnings quote lines of files.
  private static String error(String said) {
    return said.lines()
        .filter(line -> line.startsWith("ERROR!") || line.startsWith("[ERROR]"))
        .findFirst()
        .map(line -> ": " + SecretText.maskProse(line.replaceFirst("^\\S+\\s*", "")))
        .orElse("");
  }
}
