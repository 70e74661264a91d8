package io.kubegraft.graft;

import io.kubegraft.cluster.NodeModel;
import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.observe.ModelProbe;
import io.kubegraft.plan.Action.CopyNodeFiles;
import io.kubegraft.plan.KubeletEnv;
import io.kubegraft.plan.NodeFile;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    Map<String, ModelFile> models = byPath(model);
    List<String> paths = new ArrayList<>(models.keySet());
    paths.add(HostsFile.PATH);
    PresentFiles present = PresentFiles.on(newcomer, paths);
    model.files().forEach(present::requireNoObstacle);

    Map<String, String> found =
        PresentFiles.digests(newcomer, texts.keySet().stream().filter(present::has).toList());
    Map<String, String> missingTexts = new LinkedHashMap<>();
    texts.forEach((path, text) -> {
      ModelFile file = models.get(path);
      boolean same = sha256(text).equals(found.get(path));
      // The model has no /etc/hosts: that one keeps the owner and mode that it has.
      if (!same || (file != null && !present.isLike(file))) {
        missingTexts.put(path, text);
      }
    });
    need =
        new Need(
            model,
            missingTexts,
            present.unlike(
                donor,
                newcomer,
                model.files().stream().filter(file -> isProgram(file, texts)).toList()),
            model.files().stream()
                .filter(file -> file.kind() != ModelFile.Kind.FILE)
                .filter(file -> !present.isLike(file))
                .toList());
    return need.isEmpty();
  }

  private static Map<String, ModelFile> byPath(NodeModel model) {
    Map<String, ModelFile> files = new LinkedHashMap<>();
    model.files().forEach(file -> files.put(file.path(), file));
    return files;
  }

  @Override
  public String act(Progress progress) {
    progress.at("folders and owners");
    frame();
    if (!need.programs().isEmpty()) {
      new ProgramStream(donor, newcomer, progress).send(need.programs());
    }
    progress.at("configuration");
    write();
    return need.texts().size() + " texts and " + need.programs().size() + " programs written";
  }

  @Override
  public void verify(Progress progress) {
    PresentFiles present =
        PresentFiles.on(newcomer, need.model().files().stream().map(ModelFile::path).toList());
    for (ModelFile program : need.programs()) {
      if (present.size(program.path()) != program.size() || !present.isLike(program)) {
        throw new StepException(
            Code.COPY_FAILED,
            newcomer.name()
                + ": "
                + program.path()
                + " should have "
                + program.size()
                + " bytes and "
                + present.inWords(program.path())
                + " after copying",
            Next.on(newcomer.name(), "df -h " + program.path()).thenApply());
      }
    }
    for (var text : need.texts().entrySet()) {
      byte[] wanted = text.getValue().getBytes(StandardCharsets.UTF_8);
      byte[] found = newcomer.read(text.getKey()).orElse(new byte[0]);
      if (!java.util.Arrays.equals(wanted, found)) {
        throw new StepException(
            Code.COPY_FAILED,
            newcomer.name() + ": " + text.getKey() + " is not what was just written there",
            Next.on(newcomer.name(), "ls -l " + text.getKey()).thenApply());
      }
    }
  }

  /// The newcomer's texts, by path: the donor's, rewritten.
  private Map<String, String> texts(NodeModel model) {
    List<ModelFile> candidates =
        model.files().stream().filter(file -> NodeFile.isRead(file, model)).toList();
    String script =
        "for f in "
            + Shell.words(candidates.stream().map(ModelFile::path).toList())
            + "; do base64 < \"$f\" | tr -d '\\n'; echo; done";
    List<String> contents = donor.must(script, LIMIT).lines().toList();
    if (contents.size() != candidates.size()) {
      throw new StepException(
          Code.COPY_FAILED,
          donor.name() + ": its files changed while they were read",
          Next.apply());
    }
    Rewrite rewrite = new Rewrite(action.from(), action.to());
    Map<String, String> texts = new LinkedHashMap<>();
    List<String> traces = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      ModelFile file = candidates.get(i);
      String path = file.path();
      byte[] bytes = Base64.getDecoder().decode(contents.get(i));
      if (bytes.length != file.size()) {
        throw new StepException(
            Code.COPY_FAILED,
            "%s: %s has %d bytes, and %d could be read"
                .formatted(donor.name(), path, file.size(), bytes.length),
            Next.on(donor.name(), "ls -l " + path).thenApply());
      }
      Optional<String> read = Texts.decode(bytes);
      if (read.isEmpty()) {
        // Not a text, whatever its size: it goes with the programs, as it is.
        continue;
      }
      String text =
          NodeFile.carriesIdentity(path)
              ? rewrite.apply(read.get())
              : rewrite.withNewcomerInLists(read.get());
      if (path.equals(KubeletEnv.PATH)) {
        text = registration.into(new KubeletEnv(text, model.kubelet().unit()), donor.name());
      }
      rewrite
          .traces(text)
          .forEach(trace ->
              traces.add(
                  path + ": " + (NodeFile.isSecret(file) ? "(only root may read it)" : trace)));
      texts.put(path, text);
    }
    if (!traces.isEmpty()) {
      throw new StepException(
          Code.TRACES,
          newcomer.name()
              + ": nothing was written, because these files of "
              + donor.name()
              + " would carry its identity over:\n  "
              + String.join("\n  ", traces),
          Next.words("look at these files on " + donor.name())
              .then(Next.kubegraft("plan --donor HOST").as("or another donor")));
    }
    HostsFile.wanted(model, rewrite, action.hostsLines(), newcomer)
        .ifPresent(text -> texts.put(HostsFile.PATH, text));
    return texts;
  }

  private static boolean isProgram(ModelFile file, Map<String, String> texts) {
    return file.kind() == ModelFile.Kind.FILE && !texts.containsKey(file.path());
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
    Owners.make(donor, newcomer, owners, groups);
    StringBuilder script = new StringBuilder("set -eu\n");
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

  private void write() {
    StringBuilder script = new StringBuilder("set -eu\n");
    script.append(
        """
        # A dot before the name: a kubelet takes anything else in its manifests folder for a pod.
        put() {
          mkdir -p "$(dirname "$1")"
          t=$(dirname "$1")/.kubegraft.$(basename "$1")
          (umask 077; base64 -d > "$t")
          chown "$2" "$t"; chmod "$3" "$t"
          mv -f "$t" "$1"
        }
        """);
    Map<String, ModelFile> models = byPath(need.model());
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
    script.append(TrustedCas.update(need.texts().keySet()));
    script.append("if command -v restorecon >/dev/null 2>&1; then restorecon -F ");
    script.append(Shell.words(List.copyOf(need.texts().keySet())));
    script.append(" ").append(Shell.words(need.programs().stream().map(ModelFile::path).toList()));
    script.append("; fi\n");
    newcomer.must(script.toString(), LIMIT);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
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
                Optional.empty(),
                "",
                List.of(),
                NodeModel.Settings.NONE,
                new NodeModel.Kubelet("", "", "", false)),
            Map.of(),
            List.of(),
            List.of());

    boolean isEmpty() {
      return texts.isEmpty() && programs.isEmpty() && frame.isEmpty();
    }
  }
}
