package io.kubegraft.graft;

import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A fleet of a few hosts at hand, one after the other. One that it doesn't have can't be reached.
final class FewHosts implements Fleet {
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final Set<String> opened = new LinkedHashSet<>();

  FewHosts(List<? extends Host> hosts) {
    hosts.forEach(host -> this.hosts.put(host.name(), host));
  }

  @Override
  public Host host(String name) {
    opened.add(name);
    return Optional.ofNullable(hosts.get(name))
        .orElseThrow(() ->
            new RemoteException(
                name, RemoteException.Kind.UNREACHABLE, name + ": no route to host\nssh " + name));
  }

  @Override
  public Set<String> opened() {
    return opened;
  }

  @Override
  public boolean silent(String name, Duration limit) {
    return false;
  }

  @Override
  public <T> Map<String, Outcome<T>> each(List<String> names, int forks, Function<Host, T> work) {
    Map<String, Outcome<T>> outcomes = new LinkedHashMap<>();
    for (String name : names) {
      try {
        outcomes.put(name, new Outcome.Done<>(work.apply(host(name))));
      } catch (RemoteException e) {
        outcomes.put(name, new Outcome.Failed<>(e));
      }
    }
    return outcomes;
  }

  @Override
  public void close() {}
}
