package io.kubegraft.graft;

import java.util.Collection;
import java.util.List;

/// Folders of CAs that a host trusts, in which Kubespray puts etcd's.
final class TrustedCas {
  private static final List<String> FOLDERS =
      List.of(
          "/usr/local/share/ca-certificates/",
          "/etc/pki/ca-trust/source/anchors/",
          "/etc/pki/trust/anchors/");

  private TrustedCas() {}

  /// The lines of a script that make the host take in what was written; none if none of it is a CA.
  static String update(Collection<String> written) {
    boolean any = written.stream().anyMatch(path -> FOLDERS.stream().anyMatch(path::startsWith));
    return any
        ? """
        if command -v update-ca-certificates >/dev/null 2>&1; then update-ca-certificates >/dev/null
        elif command -v update-ca-trust >/dev/null 2>&1; then update-ca-trust extract
        fi
        """
        : "";
  }
}
