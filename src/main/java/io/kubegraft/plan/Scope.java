package io.kubegraft.plan;

import java.util.Optional;
import java.util.Set;

/// What the operator narrowed a plan down to, and what he knowingly accepts.
///
/// @param limit inventory names that may be changed (`--limit`); empty means all
/// @param donor the donor to model newcomers on (`--donor`); empty means the planner's choice
public record Scope(Optional<Set<String>> limit, Optional<String> donor, Accepted accepted) {
  /// What is done only if the operator asks for it.
  ///
  /// @param evenVoters whether etcd may end with an even number of voters (`--accept-even`)
  /// @param servingCertificates whether newcomers' requests for serving certificates are approved,
  ///   if they are in order (`--approve-serving-csr`)
  /// @param daemonSets `namespace/name` of those whose pods newcomers may go without
  ///   (`--accept-daemonset`)
  public record Accepted(boolean evenVoters, boolean servingCertificates, Set<String> daemonSets) {
    public static final Accepted NOTHING = new Accepted(false, false, Set.of());

    public Accepted {
      daemonSets = Set.copyOf(daemonSets);
    }
  }

  public Scope {
    limit = limit.map(Set::copyOf);
  }

  public Scope(Optional<Set<String>> limit, Optional<String> donor) {
    this(limit, donor, Accepted.NOTHING);
  }

  public static Scope everything() {
    return new Scope(Optional.empty(), Optional.empty());
  }

  boolean covers(String host) {
    return limit.map(hosts -> hosts.contains(host)).orElse(true);
  }
}
