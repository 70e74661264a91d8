package io.kubegraft.graft;

import io.kubegraft.cluster.NodeModel;
import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.observe.ModelProbe;
import io.kubegraft.plan.Action.CopyNodeFiles;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Brings the donor's node files to a newcomer.
///
/// Texts (small, not executable) pass through memory, are rewritten and searched for what is left
/// of the donor's identity; one trace, and nothing is written. Programs go as they are, in one
/// stream from the donor to the newcomer. Whatever is there already with the same content is not
/// sent again. A text is replaced whole; a program that was cut off is found by its size or its
/// SHA-256 and sent again.
final class NodeFiles implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration COPY_LIMIT = Duration.ofMinutes(15);
  private static final long TEXT_LIMIT = 256 * 1024;

  private final Host donor;
  private final Host newcomer;
  private final CopyNodeFiles action;
  private final Registration registration;

  /// What the check found, for `act` to work off.
  private Need need = Need.NOTHING;

  NodeFiles(Host donor, Host newcomer, CopyNodeFiles action) {
    this.donor = donor;
    this.newcomer = newcomer;
    this.action = action;
    this.registration = new Registration(action.labels(), action.taints());
  }

  @Override
  public boolean check() {
    NodeModel model = ModelProbe.read(donor, action.from().nodeName());
    Map<String, String> texts = texts(model);
    List<ModelFile> programs =
        model.files().stream().filter(file -> isProgram(file, texts)).toList();
    Map<String, Present> present = present(model);

    Map<String, String> missingTexts = new LinkedHashMap<>();
    texts.forEach((path, text) -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Present there = present.get(path);
      if (there == null || there.size() != bytes.length || !there.sha256().equals(sha256(bytes))) {
        missingTexts.put(path, text);
      }
    });
    List<ModelFile> sameSize =
        programs.stream().filter(file -> at(present, file.path()).size() == file.size()).toList();
    Map<String, String> wanted = digests(donor, sameSize);
    List<ModelFile> missingPrograms =
        programs.stream()
            .filter(file ->
                !sameSize.contains(file)
                    || !at(present, file.path()).sha256().equals(wanted.get(file.path())))
            .toList();
    List<ModelFile> frame =
        model.files().stream()
            .filter(file -> file.kind() != ModelFile.Kind.FILE)
            .filter(file -> !present.containsKey(file.path()))
            .toList();
    need = new Need(model, missingTexts, missingPrograms, frame);
    return need.isEmpty();
  }

  @Override
  public String act(Progress progress) {
    progress.at("folders and owners");
    frame();
    long bytes = need.programs().stream().mapToLong(ModelFile::size).sum();
    if (!need.programs().isEmpty()) {
      send(progress, bytes);
    }
    progress.at("configuration");
    write();
    return need.texts().size() + " texts and " + need.programs().size() + " programs written";
  }

  @Override
  public void verify() {
    Map<String, Present> present =
        sizes(need.model().files().stream().map(ModelFile::path).toList());
    for (ModelFile program : need.programs()) {
      long found = at(present, program.path()).size();
      if (found != program.size()) {
        throw new StepException(
            newcomer.name()
                + ": "
                + program.path()
                + " should have "
                + program.size()
                + " bytes and "
                + (found < 0 ? "is not there" : "has " + found)
                + " after copying",
            "df -h on " + newcomer.name() + ", then kubegraft apply again");
      }
    }
    for (var text : need.texts().entrySet()) {
      byte[] wanted = text.getValue().getBytes(StandardCharsets.UTF_8);
      byte[] found = newcomer.read(text.getKey()).orElse(new byte[0]);
      if (!java.util.Arrays.equals(wanted, found)) {
        throw new StepException(
            newcomer.name() + ": " + text.getKey() + " is not what was just written there",
            "ls -l " + text.getKey() + " on " + newcomer.name() + ", then kubegraft apply again");
      }
    }
  }

  /// The newcomer's texts, by path: the donor's, rewritten.
  private Map<String, String> texts(NodeModel model) {
    List<ModelFile> candidates =
        model.files().stream()
            .filter(file -> file.kind() == ModelFile.Kind.FILE)
            .filter(file -> file.size() <= TEXT_LIMIT)
            .filter(file -> !isUnder(model.binDir(), file) && !isUnder("/opt/cni/bin", file))
            .toList();
    String script =
        "for f in "
            + Shell.words(candidates.stream().map(ModelFile::path).toList())
            + "; do base64 < \"$f\" | tr -d '\\n'; echo; done";
    List<String> contents = donor.must(script, LIMIT).lines().toList();
    if (contents.size() != candidates.size()) {
      throw new StepException(
          donor.name() + ": its files changed while they were read", "kubegraft apply again");
    }
    Rewrite rewrite = new Rewrite(action.from(), action.to());
    Map<String, String> texts = new LinkedHashMap<>();
    List<String> traces = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      String path = candidates.get(i).path();
      String text =
          rewrite.apply(
              new String(Base64.getDecoder().decode(contents.get(i)), StandardCharsets.UTF_8));
      if (path.equals(KubeletEnv.PATH)) {
        text = registration.into(text, donor.name());
      }
      rewrite.traces(text).forEach(trace -> traces.add(path + ": " + trace));
      texts.put(path, text);
    }
    if (!traces.isEmpty()) {
      throw new StepException(
          newcomer.name()
              + ": nothing was written, because these files of "
              + donor.name()
              + " would carry its identity over:\n  "
              + String.join("\n  ", traces),
          "look at these files on " + donor.name() + ", or name another donor with --donor");
    }
    HostsFile.block(model, rewrite, newcomer).ifPresent(text -> texts.put(HostsFile.PATH, text));
    return texts;
  }

  private static boolean isProgram(ModelFile file, Map<String, String> texts) {
    return file.kind() == ModelFile.Kind.FILE && !texts.containsKey(file.path());
  }

  private static boolean isUnder(String folder, ModelFile file) {
    return file.path().startsWith(folder + "/");
  }

  /// What of the model lies on the newcomer, with size and, for files, SHA-256.
  private Map<String, Present> present(NodeModel model) {
    List<String> paths = new ArrayList<>(model.files().stream().map(ModelFile::path).toList());
    paths.add(HostsFile.PATH);
    Map<String, Present> sizes = sizes(paths);
    List<ModelFile> worthReading =
        model.files().stream()
            .filter(file -> file.kind() == ModelFile.Kind.FILE)
            .filter(file -> sizes.containsKey(file.path()))
            .filter(
                file -> file.size() <= TEXT_LIMIT || at(sizes, file.path()).size() == file.size())
            .toList();
    Map<String, String> digests = digests(newcomer, worthReading);
    Map<String, Present> present = new HashMap<>();
    sizes.forEach((path, found) ->
        present.put(path, new Present(found.size(), digests.getOrDefault(path, ""))));
    newcomer
        .read(HostsFile.PATH)
        .ifPresent(bytes -> present.put(HostsFile.PATH, new Present(bytes.length, sha256(bytes))));
    return present;
  }

  private Map<String, Present> sizes(List<String> paths) {
    String output =
        newcomer.must(
            "for f in "
                + Shell.words(paths)
                + "; do if [ -e \"$f\" ] || [ -L \"$f\" ]; then stat -c '%s %n' \"$f\"; fi; done",
            LIMIT);
    Map<String, Present> present = new HashMap<>();
    output
        .lines()
        .forEach(line -> {
          int space = line.indexOf(' ');
          present.put(
              line.substring(space + 1), new Present(Long.parseLong(line.substring(0, space)), ""));
        });
    return present;
  }

  private static Map<String, String> digests(Host host, List<ModelFile> files) {
    if (files.isEmpty()) {
      return Map.of();
    }
    Map<String, String> digests = new HashMap<>();
    host.must("sha256sum " + Shell.words(files.stream().map(ModelFile::path).toList()), LIMIT)
        .lines()
        .forEach(line -> digests.put(line.substring(66), line.substring(0, 64)));
    return digests;
  }

  /// Owners, folders and links.
  private void frame() {
    TreeSet<String> owners = new TreeSet<>();
    TreeSet<String> groups = new TreeSet<>();
    need.model()
        .files()
        .forEach(file -> {
          owners.add(file.owner());
          groups.add(file.group());
        });
    String primaries =
        donor.must(
            "for u in "
                + Shell.words(List.copyOf(owners))
                + "; do echo \"$u $(id -gn \"$u\")\"; done",
            LIMIT);
    StringBuilder script = new StringBuilder("set -eu\n");
    script.append(
        """
        group() { getent group "$1" >/dev/null || groupadd --system "$1"; }
        user() {
          group "$2"
          getent passwd "$1" >/dev/null \\
            || useradd --system --no-create-home --shell /usr/sbin/nologin --gid "$2" "$1"
        }
        """);
    groups.forEach(group -> script.append("group ").append(Shell.quote(group)).append('\n'));
    primaries
        .lines()
        .map(line -> line.split(" "))
        .forEach(pair ->
            script
                .append("user ")
                .append(Shell.quote(pair[0]))
                .append(' ')
                .append(Shell.quote(pair[1]))
                .append('\n'));
    for (ModelFile file : need.frame()) {
      switch (file.kind()) {
        case FOLDER ->
            script.append(
                "install -d -o %s -g %s -m %s %s\n"
                    .formatted(
                        Shell.quote(file.owner()),
                        Shell.quote(file.group()),
                        file.mode(),
                        Shell.quote(file.path())));
        case LINK ->
            script.append(
                "mkdir -p \"$(dirname %1$s)\"; ln -sfn %2$s %1$s\n"
                    .formatted(Shell.quote(file.path()), Shell.quote(file.link().orElseThrow())));
        case FILE -> throw new IllegalStateException("a file is no part of the frame: " + file);
      }
    }
    newcomer.must(script.toString(), LIMIT);
  }

  /// One stream, donor to newcomer, through here but not kept here.
  private void send(Progress progress, long bytes) {
    StringBuilder list = new StringBuilder();
    need.programs().forEach(file -> list.append(file.path().substring(1)).append('\n'));
    Copy.between(
        donor,
        "exec tar -C / --no-recursion -cf - -T /dev/stdin <<'LIST'\n" + list + "LIST\n",
        newcomer,
        "exec tar -C / -xpf -",
        COPY_LIMIT,
        done -> progress.at("programs", Math.min(done, bytes), bytes));
  }

  private void write() {
    StringBuilder script = new StringBuilder("set -eu\n");
    script.append(
        """
        put() {
          mkdir -p "$(dirname "$1")"
          base64 -d > "$1.kubegraft"
          chown "$2" "$1.kubegraft"; chmod "$3" "$1.kubegraft"
          mv -f "$1.kubegraft" "$1"
        }
        """);
    Map<String, ModelFile> models = new HashMap<>();
    need.model().files().forEach(file -> models.put(file.path(), file));
    need.texts()
        .forEach((path, text) -> {
          ModelFile model = models.get(path);
          String owner = model == null ? "root:root" : model.owner() + ":" + model.group();
          String mode = model == null ? "644" : model.mode();
          script.append(
              "put %s %s %s <<'END'\n%s\nEND\n"
                  .formatted(
                      Shell.quote(path),
                      Shell.quote(owner),
                      mode,
                      Base64.getMimeEncoder(76, new byte[] {'\n'})
                          .encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        });
    script.append("sync\nsystemctl daemon-reload\n");
    script.append("if command -v restorecon >/dev/null 2>&1; then restorecon -F ");
    script.append(Shell.words(List.copyOf(need.texts().keySet())));
    script.append(" ").append(Shell.words(need.programs().stream().map(ModelFile::path).toList()));
    script.append("; fi\n");
    newcomer.must(script.toString(), LIMIT);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Present at(Map<String, Present> present, String path) {
    return present.getOrDefault(path, Present.ABSENT);
  }

  private record Present(long size, String sha256) {
    static final Present ABSENT = new Present(-1, "");
  }

  private record Need(
      NodeModel model, Map<String, String> texts, List<ModelFile> programs, List<ModelFile> frame) {
    static final Need NOTHING =
        new Need(
            new NodeModel(
                "",
                "",
                List.of(),
                Map.of(),
                "",
                List.of(),
                List.of(),
                "",
                java.util.Optional.empty(),
                "",
                List.of()),
            Map.of(),
            List.of(),
            List.of());

    boolean isEmpty() {
      return texts.isEmpty() && programs.isEmpty() && frame.isEmpty();
    }
  }
}
