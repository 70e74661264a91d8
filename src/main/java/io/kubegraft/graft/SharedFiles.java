package io.kubegraft.graft;

import io.kubegraft.plan.ControlPlaneAction.CopyShared;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Brings what all control planes share from one of them to a newcomer: kubeadm's documented manual
/// distribution of certificates, and what Kubespray gives the static pods beside it.
///
/// Promises:
/// 1. Byte for byte, with owner, group and mode; told by SHA-256. What is the same already is not
///    sent again. An encryption configuration is never made anew.
/// 2. Keys go in one stream from host to host through this process's memory. Nothing of them is in
///    a message, an argument or a file here, and on the newcomer none is ever readable by others
///    than its owner.
/// 3. What lies among the certificates that an operating system trusts comes only where the
///    newcomer has none of that name.
/// 4. Only kubeadm-config.yaml is rewritten, to the newcomer's identity ({@link KubeadmFile}).
final class SharedFiles implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<String> SYSTEMS =
      List.of(
          "/etc/ssl/certs/",
          "/etc/ca-certificates/",
          "/usr/share/",
          "/usr/local/share/ca-certificates/",
          "/etc/pki/");
  private static final Next NEXT = Next.apply();

  private final Host donor;
  private final Host newcomer;
  private final CopyShared action;

  SharedFiles(Host donor, Host newcomer, CopyShared action) {
    this.donor = donor;
    this.newcomer = newcomer;
    this.action = action;
  }

  @Override
  public boolean check() {
    return missing().isEmpty();
  }

  @Override
  public String act(Progress progress) {
    Map<String, Found> wanted = wanted();
    List<String> missing = missing(wanted);
    // tar knows owners by name: they must be there before.
    Owners.make(
        donor,
        newcomer,
        wanted.values().stream().map(Found::owner).toList(),
        wanted.values().stream().map(Found::group).toList());
    List<String> plain = missing.stream().filter(path -> !path.equals(KubeadmFile.PATH)).toList();
    if (!plain.isEmpty()) {
      progress.at("keys and configuration");
      send(plain);
    }
    if (missing.contains(KubeadmFile.PATH)) {
      Found model = found(wanted, KubeadmFile.PATH);
      newcomer.write(
          KubeadmFile.PATH,
          kubeadmFile(),
          new FileMode(model.owner(), model.group(), model.mode()));
    }
    timers(missing);
    return missing.size() + " files brought from " + donor.name();
  }

  @Override
  public void verify(Progress progress) {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new StepException(
          Code.COPY_FAILED,
          newcomer.name()
              + ": not as on "
              + donor.name()
              + " after copying: "
              + String.join(", ", missing),
          Next.on(newcomer.name(), "df -h /etc/kubernetes").thenApply());
    }
  }

  private List<String> missing() {
    return missing(wanted());
  }

  private List<String> missing(Map<String, Found> wanted) {
    Map<String, Found> present = look(newcomer, List.copyOf(wanted.keySet()));
    return wanted.entrySet().stream()
        .filter(entry ->
            isTheSystems(entry.getKey())
                ? !present.containsKey(entry.getKey())
                : !entry.getValue().equals(present.get(entry.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Where an operating system keeps what it trusts: a file that is there is its business.
  private static boolean isTheSystems(String path) {
    return SYSTEMS.stream().anyMatch(path::startsWith);
  }

  /// How each file shall be on the newcomer.
  private Map<String, Found> wanted() {
    Map<String, Found> wanted = look(donor, action.paths());
    List<String> gone = action.paths().stream().filter(path -> !wanted.containsKey(path)).toList();
    if (!gone.isEmpty()) {
      throw new StepException(
          Code.COPY_FAILED,
          donor.name() + ": no longer there: " + String.join(", ", gone),
          Next.plan().as("it looks at the donor afresh"));
    }
    if (wanted.containsKey(KubeadmFile.PATH)) {
      Found model = found(wanted, KubeadmFile.PATH);
      wanted.put(
          KubeadmFile.PATH,
          new Found(sha256(kubeadmFile()), model.owner(), model.group(), model.mode()));
    }
    return wanted;
  }

  private byte[] kubeadmFile() {
    byte[] text =
        donor
            .read(KubeadmFile.PATH)
            .orElseThrow(() ->
                new StepException(
                    Code.COPY_FAILED,
                    donor.name() + ": " + KubeadmFile.PATH + " is no longer there",
                    NEXT));
    return KubeadmFile.of(
            new String(text, StandardCharsets.UTF_8),
            action.from(),
            action.to(),
            donor.name(),
            newcomer.name())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Found> look(Host host, List<String> paths) {
    Map<String, Found> found = new LinkedHashMap<>();
    if (paths.isEmpty()) {
      return found;
    }
    host.must(
            "# look at shared files\nfor f in "
                + Shell.words(paths)
                + "; do [ -f \"$f\" ] || continue; s=$(sha256sum < \"$f\");"
                + " stat -c \"${s%% *}|%U|%G|%a|%n\" \"$f\"; done",
            LIMIT)
        .lines()
        .forEach(line -> {
          String[] fields = line.split("\\|", 5);
          found.put(fields[4], new Found(fields[0], fields[1], fields[2], fields[3]));
        });
    return found;
  }

  /// Folders that the newcomer lacks come along with the donor's owner and mode.
  private void send(List<String> files) {
    Set<String> folders = new TreeSet<>();
    for (String path : files) {
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        folders.add(path.substring(0, slash));
      }
    }
    List<String> lacking =
        newcomer
            .must(
                "for d in "
                    + Shell.words(List.copyOf(folders))
                    + "; do [ -d \"$d\" ] || echo \"$d\"; done",
                LIMIT)
            .lines()
            .toList();
    List<String> list = new ArrayList<>(lacking);
    list.addAll(files);
    StringBuilder names = new StringBuilder();
    list.forEach(path -> names.append(path.substring(1)).append('\n'));
    Copy.between(
        donor,
        "# send shared files\nexec tar -C / --no-recursion -cf - -T /dev/stdin <<'LIST'\n"
            + names
            + "LIST\n",
        newcomer,
        // tar may end before it has seen the end of its input; the stream is whole only with that.
        "# receive shared files\numask 077\ntar -C / -xpf - || exit\ncat >/dev/null",
        _ -> {});
    String restore =
        "if command -v restorecon >/dev/null 2>&1; then restorecon -F "
            + Shell.words(list)
            + "; fi; sync";
    newcomer.must(restore, LIMIT);
  }

  /// A timer that renews certificates on the donor does so here as well.
  private void timers(List<String> brought) {
    List<String> timers =
        brought.stream()
            .filter(path -> path.startsWith("/etc/systemd/system/") && path.endsWith(".timer"))
            .map(path -> path.substring(path.lastIndexOf('/') + 1))
            .filter(timer ->
                donor.run("systemctl is-enabled --quiet " + Shell.quote(timer), LIMIT).ok())
            .toList();
    if (!timers.isEmpty()) {
      newcomer.must(
          "systemctl daemon-reload && systemctl enable --now " + Shell.words(timers), LIMIT);
    }
  }

  private static Found found(Map<String, Found> all, String path) {
    Found found = all.get(path);
    if (found == null) {
      throw new IllegalStateException("nobody looked at " + path);
    }
    return found;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// @param digest SHA-256, hex
  private record Found(String digest, String owner, String group, String mode) {}
}
