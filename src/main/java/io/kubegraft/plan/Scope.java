package io.kubegraft.plan;

import java.util.Optional;
import java.util.Set;

/// What the operator narrowed a plan down to, and what he knowingly accepts.
///
/// @param limit inventory names that may be changed (`--limit`); empty means all
/// @param donor the donor to model newcomers on (`--donor`); empty means the planner's choice
/// @param acceptEven whether etcd may end with an even number of voters (`--accept-even`)
public record Scope(Optional<Set<String>> limit, Optional<String> donor, boolean acceptEven) {
  public Scope {
    limit = limit.map(Set::copyOf);
  }

  public Scope(Optional<Set<String>> limit, Optional<String> donor) {
    this(limit, donor, false);
  }

  public static Scope everything() {
    return new Scope(Optional.empty(), Optional.empty());
  }

  boolean covers(String host) {
    return limit.map(hosts -> hosts.contains(host)).orElse(true);
  }
}
