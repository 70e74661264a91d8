package io.kubegraft.remote;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Making a first acquaintance: a host's key is looked at, shown to the operator, and pinned; then
/// the operator's public key is put in place, over a password login.
final class Trust {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Pattern PUBLIC_KEY =
      Pattern.compile("(?<key>[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3})( [^\\p{Cntrl}]*)?");

  private Trust() {}

  static ShownKey scan(Connector connector, Target target) {
    HostKey key = connector.scan(target);
    KnownHosts known = KnownHosts.read(target.knownHosts());
    KnownHosts.Verdict verdict = known.check(target.keyName(), target.port(), key);
    return new ShownKey(
        key,
        KnownHosts.name(target.keyName(), target.port()),
        switch (verdict) {
          case KnownHosts.Verdict.Known _ -> ShownKey.Standing.KNOWN;
          case KnownHosts.Verdict.Unknown _ -> ShownKey.Standing.UNKNOWN;
          case KnownHosts.Verdict.Changed _ -> ShownKey.Standing.CHANGED;
          case KnownHosts.Verdict.Revoked _ -> ShownKey.Standing.REVOKED;
        },
        switch (verdict) {
          case KnownHosts.Verdict.Changed(var entry) -> Optional.of(entry.place());
          case KnownHosts.Verdict.Revoked(var entry) -> Optional.of(entry.place());
          case KnownHosts.Verdict.Known _, KnownHosts.Verdict.Unknown _ -> Optional.empty();
        });
  }

  static Path pin(Target target, HostKey key) {
    KnownHosts known = KnownHosts.read(target.knownHosts());
    Path file = target.knownHosts().getFirst();
    switch (known.check(target.keyName(), target.port(), key)) {
      case KnownHosts.Verdict.Known _ -> {
        return file;
      }
      case KnownHosts.Verdict.Changed(var entry) -> throw replaced(target, entry);
      case KnownHosts.Verdict.Revoked(var entry) -> throw replaced(target, entry);
      case KnownHosts.Verdict.Unknown _ -> {}
    }
    try {
      KnownHosts.append(file, target.keyName(), target.port(), key);
    } catch (IOException e) {
      throw target.problem(
          RemoteException.Kind.HOST_KEY_UNKNOWN,
          "its key can't be added to " + file + ": " + e.getMessage(),
          e);
    }
    return file;
  }

  private static RemoteException replaced(Target target, KnownHosts.Entry entry) {
    return target.problem(
        RemoteException.Kind.HOST_KEY_CHANGED,
        entry.place()
            + " has another key for it. Only if the machine was reinstalled: ssh-keygen -f "
            + Words.quote(entry.file().toString())
            + " -R "
            + Words.quote(KnownHosts.name(target.keyName(), target.port())));
  }

  static boolean installKey(SshHost host, String publicKey) {
    var parsed = PUBLIC_KEY.matcher(publicKey.strip());
    if (!parsed.matches()) {
      throw new IllegalArgumentException("not a public key in OpenSSH's form: " + publicKey);
    }
    String script =
        """
        # put the public key into ~/.ssh/authorized_keys
        set -eu
        umask 077
        cd
        mkdir -p .ssh
        chmod 700 .ssh
        f=.ssh/authorized_keys
        if [ -e $f ] && grep -qF -- %s $f; then
          chmod 600 $f
          echo there
          exit
        fi
        t=$(mktemp .ssh/.kubegraft.XXXXXXXX)
        trap 'rm -f -- "$t"' EXIT
        trap 'exit 143' TERM HUP INT
        if [ -e $f ]; then cat $f > "$t"; fi
        if [ -s "$t" ] && [ -n "$(tail -c 1 "$t")" ]; then echo >> "$t"; fi
        printf '%%s\\n' %s >> "$t"
        chmod 600 "$t"
        if command -v restorecon >/dev/null; then restorecon .ssh "$t" || true; fi
        sync "$t" 2>/dev/null || sync
        mv -f -- "$t" $f
        if command -v restorecon >/dev/null; then restorecon $f || true; fi
        echo added
        """
            .formatted(Words.quote(parsed.group("key")), Words.quote(publicKey.strip()));
    Output output = host.runAsLogin(script, DEADLINE);
    if (!output.ok()) {
      throw output.failure(host.name());
    }
    return output.stdout().strip().equals("added");
  }
}
