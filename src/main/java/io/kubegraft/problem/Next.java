package io.kubegraft.problem;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What to do next, in order.
public record Next(List<Hint> hints) {
  private static final Next NONE = new Next(List.of());
  private static final String GOES_ON = "goes on from what it sees";

  public Next {
    hints = List.copyOf(hints);
  }

  /// Where what is wrong says by itself how to put it right.
  public static Next none() {
    return NONE;
  }

  /// A command on a host, as root there.
  public static Next on(String host, String command) {
    return of(new Hint.OnHost(host, command, ""));
  }

  /// Several commands on a host, each a line of its own.
  public static Next on(String host, List<String> commands) {
    return new Next(
        commands.stream().map(command -> (Hint) new Hint.OnHost(host, command, "")).toList());
  }

  /// A command where kubegraft runs.
  public static Next here(String command) {
    return of(new Hint.Here(command, ""));
  }

  public static Next kubegraft(String command) {
    return of(new Hint.Kubegraft(command, ""));
  }

  /// `kubegraft apply` without that host.
  public static Next without(String host) {
    return of(new Hint.Without(host, ""));
  }

  /// @param arguments all that follows `kubectl`
  public static Next kubectl(String arguments) {
    return of(new Hint.Kubectl(arguments, ""));
  }

  /// @param host on which a member of etcd, or its client certificates, are
  public static Next etcdctl(String host, String arguments) {
    return of(new Hint.Etcdctl(host, arguments, ""));
  }

  /// @param file where kubegraft runs
  public static Next edit(String file, String change) {
    return of(new Hint.Edit(file, change, ""));
  }

  public static Next words(String text) {
    return of(new Hint.Words(text));
  }

  /// `kubegraft apply`, which goes on from what it sees.
  public static Next apply() {
    return of(new Hint.Kubegraft("apply", GOES_ON));
  }

  public static Next plan() {
    return kubegraft("plan");
  }

  public Next then(Next more) {
    return new Next(Stream.concat(hints.stream(), more.hints.stream()).distinct().toList());
  }

  public Next thenApply() {
    return then(apply());
  }

  public Next thenPlan() {
    return then(plan());
  }

  /// The last command with a comment.
  public Next as(String comment) {
    if (hints.isEmpty()) {
      return this;
    }
    return new Next(
        Stream.concat(
                hints.stream().limit(hints.size() - 1L), Stream.of(hints.getLast().with(comment)))
            .toList());
  }

  /// All of them, each told once.
  public static Next all(Stream<Next> many) {
    return new Next(many.flatMap(next -> next.hints.stream()).distinct().toList());
  }

  public boolean isNone() {
    return hints.isEmpty();
  }

  /// One on each line, as an operator types it.
  public String inWords(Operator operator) {
    return hints.stream().map(operator::line).collect(Collectors.joining("\n"));
  }

  private static Next of(Hint hint) {
    return new Next(List.of(hint));
  }
}
