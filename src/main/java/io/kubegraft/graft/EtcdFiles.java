package io.kubegraft.graft;

import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.observe.EtcdApi;
import io.kubegraft.observe.EtcdProbe;
import io.kubegraft.plan.EtcdAction.CopyEtcd;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Brings etcd's programs, unit and environment from a member's host, and an empty data folder like
/// that one's. Starts nothing and enables nothing.
///
/// Texts (the environment, the unit, a script such as etcdctl.sh) pass through memory, are
/// rewritten and searched for what is left of the donor; one trace, and nothing is written.
/// Programs go as they are, in one stream, and only if no file with the same SHA-256 is there.
///
/// A data folder that holds another etcd's data is named and left alone.
final class EtcdFiles implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long TEXT_LIMIT = 64 * 1024;

  private final Host donor;
  private final Host newcomer;
  private final EtcdApi etcd;
  private final CopyEtcd action;
  private final EtcdEnv.Rewriting hosts;

  /// What the check found, for `act` to work off.
  private List<ModelFile> programs = List.of();

  private Map<ModelFile, String> texts = Map.of();
  private List<ModelFile> folders = List.of();

  EtcdFiles(Host donor, Host newcomer, EtcdApi etcd, CopyEtcd action) {
    this.donor = donor;
    this.newcomer = newcomer;
    this.etcd = etcd;
    this.action = action;
    this.hosts = new EtcdEnv.Rewriting(action.from(), donor.name(), action.to());
  }

  @Override
  public boolean check() {
    EtcdModel model = EtcdProbe.read(donor);
    Optional<StepException> obstacle =
        new EtcdData(newcomer, model.dataFolder()).obstacle(hasStarted(etcd.state()));
    if (obstacle.isPresent()) {
      throw obstacle.get();
    }
    PresentFiles present =
        PresentFiles.on(newcomer, model.files().stream().map(ModelFile::path).toList());
    model.files().forEach(present::requireNoObstacle);
    Map<ModelFile, String> wanted = texts(model);
    Map<ModelFile, String> missing = new LinkedHashMap<>();
    wanted.forEach((file, text) -> {
      if (!present.isLike(file) || !text(newcomer, file.path()).equals(Optional.of(text))) {
        missing.put(file, text);
      }
    });
    texts = missing;
    programs =
        present.unlike(
            donor,
            newcomer,
            model.files().stream()
                .filter(file -> file.kind() == ModelFile.Kind.FILE && !wanted.containsKey(file))
                .toList());
    folders =
        model.files().stream()
            .filter(file -> file.kind() == ModelFile.Kind.FOLDER)
            .filter(file -> !present.has(file.path()))
            .toList();
    return texts.isEmpty() && programs.isEmpty() && folders.isEmpty();
  }

  /// Whether what is running here is the very member, so that its data are its own.
  private boolean hasStarted(EtcdState state) {
    return state.members().stream()
        .anyMatch(
            member -> member.peerUrls().contains(action.peerUrl()) && !member.name().isEmpty());
  }

  @Override
  public String act(Progress progress) {
    progress.at("owners and folders");
    List<ModelFile> all =
        Stream.of(programs.stream(), texts.keySet().stream(), folders.stream())
            .flatMap(files -> files)
            .toList();
    Owners.make(
        donor,
        newcomer,
        all.stream().map(ModelFile::owner).toList(),
        all.stream().map(ModelFile::group).toList());
    for (ModelFile folder : folders) {
      newcomer.must(
          "install -d -o %s -g %s -m %s %s"
              .formatted(
                  Shell.quote(folder.owner()),
                  Shell.quote(folder.group()),
                  folder.mode(),
                  Shell.quote(folder.path())),
          LIMIT);
    }
    if (!programs.isEmpty()) {
      send(progress);
    }
    progress.at("configuration");
    texts.forEach((file, text) ->
        newcomer.write(
            file.path(),
            text.getBytes(StandardCharsets.UTF_8),
            new FileMode(file.owner(), file.group(), file.mode())));
    newcomer.must(
        "systemctl daemon-reload\n"
            + TrustedCas.update(texts.keySet().stream().map(ModelFile::path).toList()),
        LIMIT);
    return texts.size() + " texts and " + programs.size() + " programs written";
  }

  /// One stream. tar takes an old file away before it writes the new one, so a program that runs is
  /// no obstacle; one that was cut off is found by its size or its SHA-256.
  private void send(Progress progress) {
    long bytes = programs.stream().mapToLong(ModelFile::size).sum();
    StringBuilder list = new StringBuilder();
    programs.forEach(file -> list.append(file.path().substring(1)).append('\n'));
    Copy.between(
        donor,
        "exec tar -C / -h --no-recursion -cf - -T /dev/stdin <<'LIST'\n" + list + "LIST\n",
        newcomer,
        "tar -C / -xpf - && cat >/dev/null",
        done -> progress.at("programs", Math.min(done, bytes), bytes));
  }

  @Override
  public void verify(Progress progress) {
    if (!check()) {
      throw new StepException(
          Code.COPY_FAILED,
          newcomer.name()
              + ": after copying, these are still not like "
              + donor.name()
              + "'s: "
              + String.join(
                  ", ",
                  Stream.of(programs.stream(), texts.keySet().stream(), folders.stream())
                      .flatMap(files -> files)
                      .map(ModelFile::path)
                      .toList()),
          Next.on(newcomer.name(), "df -h").thenApply());
    }
  }

  /// The newcomer's texts: the donor's, rewritten.
  private Map<ModelFile, String> texts(EtcdModel model) {
    Map<ModelFile, String> result = new LinkedHashMap<>();
    List<String> traces = new ArrayList<>();
    for (ModelFile file : model.files()) {
      if (file.kind() != ModelFile.Kind.FILE || file.size() > TEXT_LIMIT) {
        continue;
      }
      Optional<String> original = text(donor, file.path());
      if (original.isEmpty()) {
        continue;
      }
      String text =
          file.path().equals(EtcdEnv.PATH)
              ? environment(new EtcdEnv(original.get())).text()
              : hosts.apply(original.get(), newcomer.name());
      List<String> left =
          file.path().equals(EtcdEnv.PATH)
              ? new EtcdEnv(text).traces(hosts, newcomer.name())
              : hosts.traces(text, newcomer.name());
      left.forEach(trace -> traces.add(file.path() + ": " + trace));
      result.put(file, text);
    }
    if (!traces.isEmpty()) {
      throw new StepException(
          Code.TRACES,
          newcomer.name()
              + ": nothing was written, because these files of "
              + donor.name()
              + " would carry its identity over:\n  "
              + String.join("\n  ", new TreeSet<>(traces)),
          Next.words("look at these files on " + donor.name()));
    }
    return result;
  }

  /// Who the members are has been written here by the step that added this one; that is kept.
  private EtcdEnv environment(EtcdEnv original) {
    original
        .value("ETCD_FORCE_NEW_CLUSTER")
        .filter(value -> !value.equalsIgnoreCase("false"))
        .ifPresent(_ -> {
          throw new StepException(
              Code.COPY_FAILED,
              donor.name()
                  + ": "
                  + EtcdEnv.PATH
                  + " has ETCD_FORCE_NEW_CLUSTER, left from a recovery: whoever starts with it"
                  + " leaves the cluster",
              Next.on(donor.name(), "sed -i /^ETCD_FORCE_NEW_CLUSTER=/d " + EtcdEnv.PATH)
                  .thenApply());
        });
    EtcdEnv own =
        original.forMember(
            hosts, newcomer.name(), action.name(), action.peerUrl(), action.clientUrl());
    return text(newcomer, EtcdEnv.PATH)
        .flatMap(text -> new EtcdEnv(text).value(EtcdEnv.PEERS))
        .filter(peers -> List.of(peers.split(",")).contains(action.name() + "=" + action.peerUrl()))
        .map(peers -> own.with(EtcdEnv.PEERS, peers))
        .orElse(own);
  }

  private static Optional<String> text(Host host, String path) {
    return host.read(path).flatMap(Texts::decode);
  }
}
