package io.kubegraft.remote;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.OpenSshCertificate;

/// Says yes or no to the key that a host shows. Runs on the library's I/O threads.
final class HostKeys implements ServerKeyVerifier {
  private static final System.Logger LOG = System.getLogger(HostKeys.class.getName());

  @Override
  public boolean verifyServerKey(ClientSession session, SocketAddress address, PublicKey key) {
    Attempt attempt = session.getConnectionContext().getAttribute(Attempt.KEY);
    if (attempt == null) {
      return false;
    }
    Optional<RemoteException> refusal = judge(attempt, key);
    attempt.refusal.set(refusal);
    return refusal.isEmpty();
  }

  private static Optional<RemoteException> judge(Attempt attempt, PublicKey key) {
    Target target = attempt.target;
    KnownHosts known = attempt.known;
    if (key instanceof OpenSshCertificate certificate) {
      // Its signature, dates and names were checked before; here, who signed it.
      HostKey authority = HostKey.of(certificate.getCaPubKey());
      if (known.trustsAuthority(target.keyName(), target.port(), authority)) {
        return Optional.empty();
      }
      HostKey plain = HostKey.of(certificate.getCertPubKey());
      attempt.shown.set(Optional.of(plain));
      return judge(attempt, plain);
    }
    HostKey plain = HostKey.of(key);
    attempt.shown.set(Optional.of(plain));
    return judge(attempt, plain);
  }

  private static Optional<RemoteException> judge(Attempt attempt, HostKey key) {
    Target target = attempt.target;
    if (attempt.scan) {
      return Optional.of(
          target.problem(RemoteException.Kind.HOST_KEY_UNKNOWN, "it was only to show its key"));
    }
    return switch (attempt.known.check(target.keyName(), target.port(), key)) {
      case KnownHosts.Verdict.Known _ -> Optional.empty();
      case KnownHosts.Verdict.Revoked(var entry) ->
          Optional.of(
              target.problem(
                  RemoteException.Kind.HOST_KEY_CHANGED,
                  "the key it shows ("
                      + said(key)
                      + ") is marked @revoked at "
                      + entry.place()
                      + ". Don't trust this machine before its owner has given it a new key."));
      case KnownHosts.Verdict.Changed(var entry) ->
          accepts(target, HostKeyChecking.OFF)
              ? accepted(target, key, "which is not the one at " + entry.place())
              : Optional.of(
                  target.problem(
                      RemoteException.Kind.HOST_KEY_CHANGED,
                      "its host key has changed. It shows "
                          + said(key)
                          + ", but "
                          + entry.place()
                          + " knows "
                          + said(entry.key())
                          + ". Either the machine was reinstalled, or another machine answers in its place."
                          + "\n  if it was reinstalled: ssh-keygen -f "
                          + Words.quote(entry.file().toString())
                          + " -R "
                          + Words.quote(KnownHosts.name(target.keyName(), target.port()))
                          + "\n  and then:              kubegraft trust "
                          + target.trusted()));
      case KnownHosts.Verdict.Unknown(var others) -> {
        if (accepts(target, HostKeyChecking.OFF)) {
          yield accepted(target, key, "which nobody has confirmed");
        }
        if (accepts(target, HostKeyChecking.ACCEPT_NEW)) {
          yield learn(target, key);
        }
        yield Optional.of(unknown(target, key, others));
      }
    };
  }

  private static RemoteException unknown(
      Target target, HostKey key, List<KnownHosts.Entry> others) {
    return target.problem(
        RemoteException.Kind.HOST_KEY_UNKNOWN,
        "its host key is not known yet: "
            + said(key)
            + " from "
            + target.address()
            + others.stream()
                .findFirst()
                .map(o -> " (" + o.place() + " knows only its " + o.key().type() + " key)")
                .orElse("")
            + "\n  compare with:  ssh-keygen -lf /etc/ssh/ssh_host_"
            + shortType(key)
            + "_key.pub (on the host)"
            + "\n  then pin it:   kubegraft trust "
            + target.trusted());
  }

  private static String shortType(HostKey key) {
    return key.type().startsWith("ecdsa") ? "ecdsa" : key.type().replace("ssh-", "");
  }

  private static boolean accepts(Target target, HostKeyChecking policy) {
    return target.checking() == policy;
  }

  private static Optional<RemoteException> accepted(Target target, HostKey key, String why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "{0}: host key checking is off; accepted {1}, {2}",
        target.label(),
        said(key),
        why);
    return Optional.empty();
  }

  private static Optional<RemoteException> learn(Target target, HostKey key) {
    Path file = target.knownHosts().getFirst();
    try {
      KnownHosts.append(file, target.keyName(), target.port(), key);
      LOG.log(System.Logger.Level.INFO, "{0}: {1} is now known", target.label(), said(key));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          target.problem(
              RemoteException.Kind.HOST_KEY_UNKNOWN,
              "its new key " + said(key) + " can't be added to " + file + ": " + e.getMessage(),
              e));
    }
  }

  private static String said(HostKey key) {
    return key.type() + " " + key.fingerprint();
  }
}
