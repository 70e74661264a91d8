package io.kubegraft.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.KeyUtils;

/// One try to connect to one server: carries what the library's callbacks need to know about the
/// target, and what they found out.
final class Attempt implements AttributeRepository {
  static final AttributeKey<Attempt> KEY = new AttributeKey<>();
  private static final String CERTIFICATE = "-cert-v01@openssh.com";

  final Target target;
  final KnownHosts known;

  /// Whether this is only to see the host's key: it is then never accepted.
  final boolean scan;

  /// What was tried to log in, for the message if all fails.
  final List<String> tried = new CopyOnWriteArrayList<>();

  /// Why the host's key was refused.
  final AtomicReference<Optional<RemoteException>> refusal =
      new AtomicReference<>(Optional.empty());

  /// The key that the host has shown.
  final AtomicReference<Optional<HostKey>> shown = new AtomicReference<>(Optional.empty());

  Attempt(Target target, KnownHosts known, boolean scan) {
    this.target = target;
    this.known = known;
    this.scan = scan;
  }

  /// Host key algorithms in the order to ask for: those for which a key is known come first, as
  /// otherwise the server would show another of its keys, which nobody knows.
  List<String> order(List<String> algorithms) {
    boolean certificates = known.hasAuthority(target.keyName(), target.port());
    List<String> types = known.types(target.keyName(), target.port());
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    for (String algorithm : algorithms) {
      if (algorithm.toLowerCase(Locale.ROOT).endsWith(CERTIFICATE)) {
        if (certificates && !scan) {
          first.add(algorithm);
        }
      } else if (types.contains(KeyUtils.getCanonicalKeyType(algorithm))) {
        second.add(algorithm);
      } else if (algorithm.equals("ssh-ed25519")) {
        rest.addFirst(algorithm);
      } else {
        rest.add(algorithm);
      }
    }
    first.addAll(second);
    first.addAll(rest);
    return first;
  }

  @Override
  public int getAttributesCount() {
    return 1;
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
  public <T> T getAttribute(AttributeKey<T> key) {
    return key == KEY ? (T) this : null;
  }

  @Override
  public List<AttributeKey<?>> attributeKeys() {
    return List.of(KEY);
  }
}
