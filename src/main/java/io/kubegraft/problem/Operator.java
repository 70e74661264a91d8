package io.kubegraft.problem;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// How an operator gets to hosts, to the API and to kubegraft itself: what turns a [Hint] into a
/// line that can be copied.
///
/// @param hosts by inventory name; a host that is not among them is logged in to as ssh does it
/// @param controlPlane on which kubectl finds an administrator's kubeconfig
/// @param options of kubegraft that name the inventory, such as `-i hosts.ini`
/// @param limit `--limit`, which `plan` and `apply` know
public record Operator(
    Map<String, Login> hosts,
    Optional<String> controlPlane,
    String options,
    Optional<String> limit) {
  private static final Operator UNKNOWN =
      new Operator(Map.of(), Optional.empty(), "", Optional.empty());
  private static final Pattern LIMITED = Pattern.compile("(?:plan|apply)\\b.*");
  private static final String KUBECONFIG = "--kubeconfig /etc/kubernetes/admin.conf";

  /// What in a line means that a shell must read it.
  private static final String SHELL = "(?s).*[;&|<>(){}$`\\n].*";

  /// @param user to log in as, where the inventory says
  /// @param sudo whether that user becomes root by sudo
  /// @param jump the host that leads there, as `ssh -J` takes it
  public record Login(
      Optional<String> user, Optional<Integer> port, boolean sudo, Optional<String> jump) {
    static final Login PLAIN =
        new Login(Optional.empty(), Optional.empty(), false, Optional.empty());
  }

  public Operator {
    hosts = Map.copyOf(hosts);
  }

  /// Where there is no inventory, or it could not be read.
  public static Operator unknown() {
    return UNKNOWN;
  }

  /// One line, without its end.
  String line(Hint hint) {
    String line =
        switch (hint) {
          case Hint.OnHost(String host, String command, _) -> ssh(host, command);
          case Hint.Here(String command, _) -> command;
          case Hint.Kubegraft(String command, _) ->
              kubegraft(command, limit.filter(_ -> LIMITED.matcher(command).matches()));
          case Hint.Without(String host, _) ->
              kubegraft("apply", Optional.of(without(limit.orElse("all"), host)));
          case Hint.Kubectl(String arguments, _) ->
              controlPlane
                  .map(host -> ssh(host, "kubectl " + KUBECONFIG + " " + arguments))
                  .orElse("kubectl " + arguments);
          case Hint.Etcdctl(String host, String arguments, _) ->
              ssh(host, "set -a; . /etc/etcd.env; ETCDCTL_API=3 etcdctl " + arguments);
          case Hint.Edit(String file, String change, _) -> "edit " + file + ": " + change;
          case Hint.Words(String text) -> text;
        };
    return hint.comment().isEmpty() ? line : line + "   # " + hint.comment();
  }

  /// Ansible divides a pattern at commas if it has one, else at colons.
  private static String without(String pattern, String host) {
    return pattern + (pattern.contains(",") ? ",!" : ":!") + host;
  }

  private String kubegraft(String command, Optional<String> limited) {
    return "kubegraft "
        + command
        + limited.map(pattern -> " --limit " + quoted(pattern)).orElse("")
        + (options.isEmpty() ? "" : " " + options);
  }

  private String ssh(String host, String command) {
    Login login = hosts.getOrDefault(host, Login.PLAIN);
    return "ssh "
        + login.jump().map(way -> "-J " + way + " ").orElse("")
        + login.port().map(port -> "-p " + port + " ").orElse("")
        + login.user().map(user -> user + "@").orElse("")
        + host
        + " "
        + quoted(login.sudo() ? asRoot(command) : command);
  }

  private static String asRoot(String command) {
    return command.matches(SHELL)
        ? "sudo sh -c \"" + command.replaceAll("([\\\\\"$`])", "\\\\$1") + "\""
        : "sudo " + command;
  }

  /// One word for a shell, whatever is in it.
  public static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
