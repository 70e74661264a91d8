package io.kubegraft.graft;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The API servers in the nginx.conf of a node's local proxy, as Kubespray writes it.
final class Upstreams {
  static final String PATH = "/etc/nginx/nginx.conf";

  private static final Pattern BLOCK =
      Pattern.compile("(?s)upstream\\s+kube_apiserver\\s*\\{(.*?)\\}");
  private static final Pattern SERVER =
      Pattern.compile("(?m)^([ \\t]*)server[ \\t]+([^\\s;]+)([^;\\n]*);[ \\t]*$");
  private static final Pattern LISTEN =
      Pattern.compile("(?m)^[ \\t]*listen[ \\t]+([^\\s;]+)[^;\\n]*;");

  private final String host;
  private final String text;

  Upstreams(String host, String text) {
    this.host = host;
    this.text = text;
  }

  boolean leadTo(List<String> servers) {
    return Set.copyOf(servers()).equals(Set.copyOf(servers));
  }

  private List<String> servers() {
    List<String> servers = new ArrayList<>();
    Matcher block = block();
    Matcher server = SERVER.matcher(block.group(1));
    while (server.find()) {
      servers.add(server.group(2));
    }
    return servers;
  }

  /// The text with these servers; what else a server line says (weights, timeouts) goes for all.
  String leadingTo(List<String> servers) {
    Matcher block = block();
    String inside = block.group(1);
    Matcher first = SERVER.matcher(inside);
    if (!first.find()) {
      throw new StepException(
          Code.PROXY,
          host + ": upstream kube_apiserver in " + PATH + " names no server",
          Next.on(host, "grep -A 9 upstream " + PATH));
    }
    List<String> lines = new ArrayList<>();
    for (String server : servers) {
      lines.add(first.group(1) + "server " + server + first.group(3) + ";");
    }
    int start = first.start();
    String rest = SERVER.matcher(inside.substring(first.end())).replaceAll("\u0000");
    rest = rest.replaceAll("\n\u0000", "");
    String changed = inside.substring(0, start) + String.join("\n", lines) + rest;
    return text.substring(0, block.start(1)) + changed + text.substring(block.end(1));
  }

  /// Where it listens on this node.
  Door door() {
    int after = block().end();
    Matcher listen = LISTEN.matcher(text);
    if (!listen.find(after)) {
      throw new StepException(
          Code.PROXY,
          host + ": " + PATH + " says nowhere where its proxy listens",
          Next.on(host, "grep listen " + PATH));
    }
    return Door.of(listen.group(1));
  }

  private Matcher block() {
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      throw new StepException(
          Code.PROXY,
          host + ": there is no upstream kube_apiserver in " + PATH + ", as Kubespray writes it",
          Next.on(host, "grep upstream " + PATH));
    }
    return block;
  }
}
