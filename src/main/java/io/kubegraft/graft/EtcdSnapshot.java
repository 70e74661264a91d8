package io.kubegraft.graft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubegraft.plan.EtcdAction.Snapshot;
import io.kubegraft.plan.Sizes;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Takes a snapshot on a member's host with that host's own etcdctl and certificates, and leaves it
/// there.
///
/// It counts only once it has been looked at: its last 32 bytes are the SHA-256 of the rest, etcd's
/// own tool opens it and gives a hash and at least the revision that the member had before it was
/// taken. Until then it lies under a temporary name. A bad one is deleted, and the step fails. Then
/// the oldest of ours go, and nobody else's.
final class EtcdSnapshot implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TAKE =
      """
      umask 077
      program=$(systemctl show -p ExecStart etcd.service 2>/dev/null | sed -n 's/.*path=\\([^ ;]*\\).*/\\1/p')
      PATH=${program%/*}:/usr/local/bin:/opt/bin:$PATH
      set -a
      . "$env"
      : "${ETCDCTL_CACERT:=$ETCD_TRUSTED_CA_FILE}" "${ETCDCTL_CERT:=$ETCD_CERT_FILE}"
      : "${ETCDCTL_KEY:=$ETCD_KEY_FILE}"
      ETCDCTL_API=3
      ETCDCTL_ENDPOINTS=$url
      set +a
      [ -d "$folder" ] || { mkdir -p "$folder"; chmod 700 "$folder"; }
      rm -f "$folder"/.etcd-*
      t=$folder/.etcd-$(date -u +%Y%m%dT%H%M%SZ)
      trap 'rm -f "$t" "$t.part"' TERM HUP INT
      before=$(etcdctl endpoint status -w json)
      echo "before $before"
      # It would wait for ever for a member that has died meanwhile.
      timeout 500 etcdctl snapshot save "$t" >/dev/null
      chmod 600 "$t"
      size=$(stat -c %s "$t")
      echo "file $t"
      echo "size $size"
      echo "trailer $(tail -c 32 "$t" | od -An -v -tx1 | tr -d ' \\n')"
      echo "digest $(head -c $((size - 32)) "$t" | sha256sum | cut -d ' ' -f 1)"
      if command -v etcdutl >/dev/null 2>&1; then tool=etcdutl; else tool=etcdctl; fi
      status=$(env -u ETCDCTL_ENDPOINTS $tool snapshot status "$t" -w json)
      # etcdctl of 3.6 and newer prints a help text in its place, and is content.
      case $status in
        '{'*) echo "status $status" ;;
        *) echo "nothing looks: $tool" ;;
      esac
      """;

  private static final String KEEP =
      """
      mv "$temporary" "$path"
      sync
      ls -1 "$folder" | grep '^etcd-[0-9TZ]*-rev[0-9]*\\.db$' | sort -r | tail -n +"$from" \\
        | while read -r f; do rm -f "$folder/$f"; echo "$f"; done
      """;

  private final Host host;
  private final Snapshot action;
  private String path = "";
  private long size;

  EtcdSnapshot(Host host, Snapshot action) {
    this.host = host;
    this.action = action;
  }

  /// What is asked for is one of now.
  @Override
  public boolean check() {
    return false;
  }

  @Override
  public String act(Progress progress) {
    progress.at("taking it");
    Output output =
        host.run(
            "set -eu\nfolder=%s\nenv=%s\nurl=%s\n"
                    .formatted(
                        Shell.quote(action.folder()),
                        Shell.quote(EtcdEnv.PATH),
                        Shell.quote(action.clientUrl()))
                + TAKE,
            LIMIT);
    Map<String, String> told = new HashMap<>();
    output
        .stdout()
        .lines()
        .filter(line -> line.contains(" "))
        .forEach(line ->
            told.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1)));
    String temporary = told.getOrDefault("file", "");
    if (!output.ok()) {
      throw failure("it could not be taken\n" + output.tail());
    }
    progress.at("checking it");
    if (told.containsKey("nothing")) {
      host.must("rm -f " + Shell.quote(temporary), LIMIT);
      throw new StepException(
          Code.ETCD_SNAPSHOT,
          host.name()
              + ": a snapshot of "
              + action.member()
              + " was taken and can't be looked at: there is no etcdutl, and etcdctl has no"
              + " `snapshot status` from etcd 3.6 on. It was deleted; nothing in etcd was changed.",
          Next.words("put etcdutl of etcd's own version beside etcdctl on " + host.name())
              .thenApply());
    }
    long before = number(told, "before", "revision");
    long revision = number(told, "status", "revision");
    List<String> wrong = new ArrayList<>();
    if (!told.getOrDefault("trailer", "").equals(told.getOrDefault("digest", "none"))) {
      wrong.add("its SHA-256 is not the one at its end");
    }
    if (number(told, "status", "hash") == 0) {
      wrong.add("it has no hash");
    }
    // A store in which nothing was ever written is of revision 1, and its snapshot of none.
    if (revision < before && before > 1) {
      wrong.add("it is of revision " + revision + ", and the member had " + before + " before");
    }
    if (!wrong.isEmpty()) {
      host.must("rm -f " + Shell.quote(temporary), LIMIT);
      throw failure("it is not good: " + String.join("; ", wrong));
    }
    size = Long.parseLong(told.getOrDefault("size", "0"));
    path = temporary.replace("/.etcd-", "/etcd-") + "-rev" + revision + ".db";
    List<String> gone =
        host.must(
                "set -eu\nfolder=%s\ntemporary=%s\npath=%s\nfrom=%d\n"
                        .formatted(
                            Shell.quote(action.folder()),
                            Shell.quote(temporary),
                            Shell.quote(path),
                            Math.max(1, action.keep()) + 1)
                    + KEEP,
                LIMIT)
            .lines()
            .toList();
    return host.name()
        + ":"
        + path
        + " ("
        + Sizes.inWords(size)
        + ", revision "
        + revision
        + ", "
        + number(told, "status", "totalKey")
        + " keys)"
        + (gone.isEmpty() ? "" : "; " + gone.size() + " older deleted");
  }

  @Override
  public void verify(Progress progress) {
    String found =
        host.must("stat -c '%s %a' " + Shell.quote(path) + " 2>/dev/null || echo none", LIMIT)
            .strip();
    if (!found.equals(size + " 600")) {
      throw failure(path + " should have " + size + " bytes and mode 600: " + found);
    }
  }

  /// A field, wherever it is in what etcd's tools print as JSON.
  private long number(Map<String, String> told, String key, String field) {
    try {
      JsonNode node = JSON.readTree(told.getOrDefault(key, "")).findValue(field);
      if (node == null) {
        throw failure("etcdctl tells no " + field);
      }
      return node.asLong();
    } catch (JsonProcessingException e) {
      throw failure("etcdctl answers in another form than JSON");
    }
  }

  private StepException failure(String why) {
    return new StepException(
        Code.ETCD_SNAPSHOT,
        host.name()
            + ": no good snapshot of "
            + action.member()
            + " ("
            + action.clientUrl()
            + ") into "
            + action.folder()
            + ": "
            + why
            + "\nNothing in etcd was changed.",
        Next.on(host.name(), "df -h " + action.folder())
            .then(Next.etcdctl(host.name(), "endpoint status")));
  }
}
