package io.kubegraft.graft;

import io.kubegraft.plan.EtcdAction.Certificates;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Key pairs for one host, signed by the cluster's etcd CA where its key lies.
///
/// 1. On the signer's host openssl makes the pairs that are missing there, in a folder of their own
///    beside the others, and moves them into place only when both halves are good. A folder that a
///    killed run has left is cleared by the next. What is there keeps its bytes: also a `member-`
///    certificate that can't serve (it names too little, because Kubespray made it for another
///    shape of the cluster) is kept, under its name with `.old` and the time.
/// 2. They stay there too: a later Kubespray run expects every member's on the first etcd host.
/// 3. `ca.pem`, the pairs and, for a member, `ca-key.pem` go to the new host in one stream through
///    memory, with owners and modes as they have them on the signer; again into a folder of their
///    own first. What is there already is not written over; what is there and differs is an error.
///
/// A key is never an argument, never printed, never on the machine that kubegraft runs on.
final class EtcdCertificates implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /// Harmless in a shell's word, in a file's name and in openssl's configuration.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]*|::[0-9a-f:]*");

  /// Prints the pairs that are not good, each with what is wrong. `$wanted` are the names that a
  /// server's certificate has to answer to; the others are shown by clients only.
  private static final String JUDGE =
      """
      judge() {
        c=$1/$2.pem k=$1/$2-key.pem
        if [ ! -s "$c" ] || [ ! -s "$k" ]; then
          if [ -e "$c" ] || [ -e "$k" ]; then echo "half"; else echo "missing"; fi
          return
        fi
        openssl verify -CAfile "$1/ca.pem" "$c" >/dev/null 2>&1 \\
          || { echo "not signed by $1/ca.pem, or expired"; return; }
        [ "$(openssl x509 -noout -pubkey -in "$c")" = "$(openssl pkey -pubout -in "$k" 2>/dev/null)" ] \\
          || { echo "its key is another's"; return; }
        case $2 in member-*) ;; *) return ;; esac
        for n in $dns; do
          case $(openssl x509 -noout -checkhost "$n" -in "$c") in
            *'does match'*) ;;
            *) echo "does not name $n"; return ;;
          esac
        done
        for a in $addresses; do
          case $(openssl x509 -noout -checkip "$a" -in "$c") in
            *'does match'*) ;;
            *) echo "does not name $a"; return ;;
          esac
        done
      }
      """;

  private static final String MAKE =
      """
      umask 077
      now=$(date -u +%Y%m%dT%H%M%SZ)
      trap 'rm -rf "$aside"' EXIT
      trap 'exit 143' TERM HUP INT
      rm -rf "$aside"
      mkdir "$aside"
      [ -s "$folder/ca-key.pem" ] || { echo "there is no $folder/ca-key.pem" >&2; exit 1; }
      [ "$(openssl x509 -noout -pubkey -in "$folder/ca.pem")" = "$(openssl pkey -pubout -in "$folder/ca-key.pem")" ] \\
        || { echo "ca-key.pem is not the key of ca.pem" >&2; exit 1; }
      for pair in $pairs; do
        wrong=$(judge "$folder" "$pair")
        [ -n "$wrong" ] || continue
        case $wrong in
          missing | half | 'does not name'*) ;;
          *) echo "$folder/$pair.pem: $wrong" >&2; exit 3 ;;
        esac
        printf '%s' "$config" > "$aside/openssl.conf"
        openssl genrsa -out "$aside/$pair-key.pem" 2048 2>/dev/null
        openssl req -new -sha256 -key "$aside/$pair-key.pem" -subj "/CN=etcd-${pair%%.*}" \\
          -config "$aside/openssl.conf" -out "$aside/csr"
        openssl x509 -req -sha256 -in "$aside/csr" -CA "$folder/ca.pem" -CAkey "$folder/ca-key.pem" \\
          -CAserial "$aside/srl" -CAcreateserial -days 36500 -extensions ssl_client \\
          -extfile "$aside/openssl.conf" -out "$aside/$pair.pem" 2>"$aside/said" || { cat "$aside/said" >&2; exit 1; }
        chown --reference="$folder/ca.pem" "$aside/$pair.pem" "$aside/$pair-key.pem"
        chmod --reference="$folder/ca.pem" "$aside/$pair.pem"
        chmod --reference="$folder/ca-key.pem" "$aside/$pair-key.pem"
        sync
        for f in "$pair-key.pem" "$pair.pem"; do
          if [ -e "$folder/$f" ]; then mv "$folder/$f" "$folder/$f.old-$now"; fi
          mv "$aside/$f" "$folder/$f"
        done
        echo "made $pair"
      done
      """;

  /// Owner, group and mode of the folder and of what will be sent.
  private static final String OWNERS =
      """
      cd "$folder"
      stat -c '%U %G %a' .
      for f in $files; do stat -L -c '%U %G' "$f"; done
      """;

  private static final String RECEIVE =
      """
      umask 077
      parent=${folder%/*}
      if [ ! -d "$parent" ]; then install -d -o "$owner" -g "$group" -m "$mode" "$parent"; fi
      if [ ! -d "$folder" ]; then install -d -o "$owner" -g "$group" -m "$mode" "$folder"; fi
      trap 'rm -rf "$aside"' EXIT
      trap 'exit 143' TERM HUP INT
      rm -rf "$aside"
      mkdir "$aside"
      tar -C "$aside" -xpf -
      cat >/dev/null
      for f in $files; do
        [ -s "$aside/$f" ] || { echo "$f has not arrived" >&2; exit 1; }
        if [ ! -e "$folder/$f" ]; then :
        elif cmp -s "$aside/$f" "$folder/$f"; then continue
        else
          echo "$folder/$f is there already and is another than the signer's" >&2
          exit 3
        fi
      done
      sync
      for f in $files; do [ -e "$folder/$f" ] || mv "$aside/$f" "$folder/$f"; done
      """;

  private final Host signer;
  private final Host newcomer;
  private final Certificates action;

  EtcdCertificates(Host signer, Host newcomer, Certificates action) {
    Stream.of(
            action.pairs(),
            action.dnsNames(),
            action.addresses(),
            action.links().keySet(),
            action.links().values())
        .flatMap(Collection::stream)
        .filter(word -> !NAME.matcher(word).matches())
        .findFirst()
        .ifPresent(word -> {
          throw new IllegalArgumentException("no name for a certificate: " + word);
        });
    this.signer = signer;
    this.newcomer = newcomer;
    this.action = action;
  }

  @Override
  public boolean check() {
    return missing().isEmpty();
  }

  @Override
  public String act(Progress progress) {
    progress.at("signing on " + signer.name());
    List<String> made = sign();
    progress.at("bringing " + action.pairs().size() + " pairs");
    bring();
    link();
    return made.isEmpty()
        ? "all were signed already; brought from " + signer.name()
        : "signed " + String.join(", ", made);
  }

  @Override
  public void verify(Progress progress) {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new StepException(
          Code.ETCD_CERTIFICATES,
          newcomer.name()
              + ": etcd certificates are not as they should be:\n  "
              + String.join("\n  ", missing),
          Next.on(newcomer.name(), "ls -l " + action.folder())
              .then(Next.on(signer.name(), "ls -l " + action.folder())));
    }
  }

  /// What is not there or not good, one a line.
  private List<String> missing() {
    String script =
        values()
            + JUDGE
            + """
            [ ! -e "$aside" ] || echo "$aside: left by a run that was cut off"
            if [ ! -s "$folder/ca.pem" ]; then echo "ca.pem: missing"; exit 0; fi
            for pair in $pairs; do
              wrong=$(judge "$folder" "$pair")
              [ -z "$wrong" ] || echo "$pair: $wrong"
            done
            """
            + (action.withCaKey()
                ? "[ -s \"$folder/ca-key.pem\" ] || echo 'ca-key.pem: missing'\n"
                : "")
            + linkTests();
    List<String> missing = new ArrayList<>(newcomer.must(script, LIMIT).lines().toList());
    if (missing.isEmpty() && !ca(signer).equals(ca(newcomer))) {
      missing.add("ca.pem: another than on " + signer.name());
    }
    if (missing.isEmpty() && !signer.run(values() + "[ ! -e \"$aside\" ]", LIMIT).ok()) {
      missing.add("signing was cut off on " + signer.name() + " and has left files there");
    }
    return missing;
  }

  private Optional<String> ca(Host host) {
    return host.must("sha256sum < " + Shell.quote(action.folder() + "/ca.pem"), LIMIT)
        .lines()
        .findFirst();
  }

  private List<String> sign() {
    Output output = signer.run("set -eu\n" + values() + config() + JUDGE + MAKE, LIMIT);
    if (output.exit() == 3) {
      throw new StepException(
          Code.ETCD_CERTIFICATES,
          signer.name() + ": " + output.tail(),
          Next.on(signer.name(), "ls -l " + action.folder())
              .as("move the pair aside if nobody uses it")
              .thenApply());
    }
    if (!output.ok()) {
      throw new StepException(
          Code.ETCD_CERTIFICATES,
          signer.name()
              + ": signing etcd certificates for "
              + newcomer.name()
              + " failed\n"
              + output.tail(),
          Next.words("mend what it says on " + signer.name()).thenApply());
    }
    return output.stdout().lines().map(line -> line.substring("made ".length())).toList();
  }

  private void bring() {
    List<String[]> owners =
        signer
            .must("set -eu\n" + values() + OWNERS, LIMIT)
            .lines()
            .map(line -> line.split(" "))
            .toList();
    Owners.make(
        signer,
        newcomer,
        owners.stream().map(owner -> owner[0]).toList(),
        owners.stream().map(owner -> owner[1]).toList());
    try {
      Copy.between(
          signer,
          "exec tar -C " + Shell.quote(action.folder()) + " -h -cf - " + Shell.words(files()),
          newcomer,
          frame(owners.getFirst()) + RECEIVE,
          _ -> {});
    } catch (RemoteException e) {
      if (e.kind() != RemoteException.Kind.COMMAND || !e.host().equals(newcomer.name())) {
        throw e;
      }
      throw new StepException(
          Code.ETCD_CERTIFICATES,
          newcomer.name() + ": the etcd certificates can't be put in place: " + e.getMessage(),
          Next.on(newcomer.name(), "mv %1$s %1$s.$(date +%%F-%%H%%M%%S)".formatted(action.folder()))
              .as("if they are another cluster's")
              .thenApply(),
          e);
    }
  }

  /// @param folder owner, group and mode
  private String frame(String[] folder) {
    return "set -eu\nowner=%s\ngroup=%s\nmode=%s\n"
            .formatted(Shell.quote(folder[0]), Shell.quote(folder[1]), folder[2])
        + values();
  }

  private void link() {
    StringBuilder script = new StringBuilder("set -eu\ncd " + Shell.quote(action.folder()) + "\n");
    links()
        .forEach(link ->
            script.append(
                "[ -e %1$s ] || [ -L %1$s ] || ln -s %2$s %1$s\n"
                    .formatted(Shell.quote(link.name()), Shell.quote(link.target()))));
    newcomer.must(script.toString(), LIMIT);
  }

  private String linkTests() {
    StringBuilder script = new StringBuilder();
    links()
        .forEach(link ->
            script.append(
                "[ -e \"$folder/\"%1$s ] || echo %1$s': leads nowhere'\n"
                    .formatted(Shell.quote(link.name()))));
    return script.toString();
  }

  private List<Link> links() {
    return action.links().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(entry ->
            Stream.of(".pem", "-key.pem")
                .map(ending -> new Link(entry.getKey() + ending, entry.getValue() + ending)))
        .toList();
  }

  private record Link(String name, String target) {}

  private List<String> files() {
    List<String> files = new ArrayList<>(List.of("ca.pem"));
    if (action.withCaKey()) {
      files.add("ca-key.pem");
    }
    action.pairs().forEach(pair -> files.addAll(List.of(pair + ".pem", pair + "-key.pem")));
    return files;
  }

  private String values() {
    return """
    folder=%s
    aside=$folder/.kubegraft.%s
    pairs=%s
    dns=%s
    addresses=%s
    files=%s
    """
        .formatted(
            Shell.quote(action.folder()),
            newcomer.name(),
            Shell.quote(String.join(" ", action.pairs())),
            Shell.quote(String.join(" ", action.dnsNames())),
            Shell.quote(String.join(" ", action.addresses())),
            Shell.quote(String.join(" ", files())));
  }

  /// As Kubespray's openssl.conf has it.
  private String config() {
    StringBuilder text =
        new StringBuilder(
            """
            [req]
            req_extensions = v3_req
            distinguished_name = req_distinguished_name
            [req_distinguished_name]
            [v3_req]
            basicConstraints = CA:FALSE
            keyUsage = nonRepudiation, digitalSignature, keyEncipherment
            subjectAltName = @alt_names
            [ssl_client]
            extendedKeyUsage = clientAuth, serverAuth
            basicConstraints = CA:FALSE
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid,issuer
            subjectAltName = @alt_names
            [alt_names]
            """);
    int number = 1;
    for (String name : new LinkedHashSet<>(action.dnsNames())) {
      text.append("DNS.").append(number++).append(" = ").append(name).append('\n');
    }
    number = 1;
    for (String address : new LinkedHashSet<>(action.addresses())) {
      text.append("IP.").append(number++).append(" = ").append(address).append('\n');
    }
    return "config=" + Shell.quote(text.toString()) + "\n";
  }
}
