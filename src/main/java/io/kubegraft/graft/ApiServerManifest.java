package io.kubegraft.graft;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// The text of /etc/kubernetes/manifests/kube-apiserver.yaml. One flag can be changed: that line
/// alone becomes another, and the documents before and after are compared to make sure of it.
final class ApiServerManifest {
  static final String PATH = "/etc/kubernetes/manifests/kube-apiserver.yaml";

  private static final String ETCD_SERVERS = "etcd-servers";

  private final String host;
  private final String text;

  ApiServerManifest(String host, String text) {
    this.host = host;
    this.text = text;
  }

  Optional<String> flag(String name) {
    Matcher matcher = line(name).matcher(text);
    return matcher.find() ? Optional.of(matcher.group(2)) : Optional.empty();
  }

  /// @throws StepException naming the flag that is not there
  String required(String name) {
    return flag(name)
        .orElseThrow(() ->
            new StepException(
                Code.API_SERVER_UPDATE,
                host + ": " + PATH + " has no --" + name,
                Next.on(host, "grep -- --" + name + " " + PATH)));
  }

  int port() {
    return flag("secure-port").map(Integer::parseInt).orElse(6443);
  }

  /// Whether these are its etcd servers, in whatever order.
  boolean asks(List<String> etcdServers) {
    return isSame(flag(ETCD_SERVERS).orElse(""), etcdServers);
  }

  static boolean isSame(String flag, List<String> etcdServers) {
    return Set.of(flag.split(",")).equals(Set.copyOf(etcdServers));
  }

  String asking(List<String> etcdServers) {
    String before = required(ETCD_SERVERS);
    String after = String.join(",", etcdServers);
    Matcher matcher = line(ETCD_SERVERS).matcher(text);
    if (matcher.results().count() != 1) {
      throw unsafe("--etcd-servers is in there more than once");
    }
    matcher.reset();
    if (!matcher.find()) {
      throw unsafe("--etcd-servers is not on a line of its own");
    }
    String result = text.substring(0, matcher.start(2)) + after + text.substring(matcher.end(2));
    String wanted = canonical(text).replace("--etcd-servers=" + before, "--etcd-servers=" + after);
    if (!wanted.equals(canonical(result))) {
      throw unsafe("changing --etcd-servers would change something else as well");
    }
    return result;
  }

  private StepException unsafe(String why) {
    return new StepException(
        Code.API_SERVER_UPDATE,
        host + ": " + PATH + " was not changed: " + why,
        Next.words("set --etcd-servers in " + PATH + " on " + host + " by hand").thenApply());
  }

  /// What the document says, however it is written.
  private String canonical(String yaml) {
    try {
      Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
      return String.valueOf(document);
    } catch (YAMLException e) {
      throw new StepException(
          Code.API_SERVER_UPDATE,
          host + ": " + PATH + " is no YAML: " + e.getMessage(),
          Next.on(host, "cat " + PATH),
          e);
    }
  }

  private static Pattern line(String flag) {
    return Pattern.compile(
        "(?m)^(\\s*-\\s+[\"']?--" + Pattern.quote(flag) + "=)([^\\s\"']*)([\"']?[ \\t]*)$");
  }
}
