package io.kubegraft.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Things of many hosts that are the same but for the host: told once, by the first of them.
///
/// @param hosts in the order in which people count
/// @param first what is told of the first host
record Alike<T>(List<String> hosts, T first) {
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[?[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7}]?");

  /// @param host whose each is
  /// @param text by which they are compared; a host's own name in it and any address count as the
  ///   same
  static <T> List<Alike<T>> of(List<T> all, Function<T, String> host, Function<T, String> text) {
    return grouped(all, host, each -> plain(text.apply(each), host.apply(each)));
  }

  /// The same, but texts must be equal, addresses in them, too.
  static <T> List<Alike<T>> exactly(
      List<T> all, Function<T, String> host, Function<T, String> text) {
    return grouped(all, host, text);
  }

  private static <T> List<Alike<T>> grouped(
      List<T> all, Function<T, String> host, Function<T, String> key) {
    Map<String, List<T>> groups = new LinkedHashMap<>();
    all.stream()
        .sorted((left, right) -> Names.COUNTED.compare(host.apply(left), host.apply(right)))
        .forEach(each -> groups.computeIfAbsent(key.apply(each), _ -> new ArrayList<>()).add(each));
    return groups.values().stream()
        .map(group -> new Alike<>(group.stream().map(host).toList(), group.getFirst()))
        .toList();
  }

  private static String plain(String text, String host) {
    String nameless =
        Pattern.compile("(?<![\\w.-])" + Pattern.quote(host) + "(?![\\w-])")
            .matcher(text)
            .replaceAll(Matcher.quoteReplacement("<host>"));
    return ADDRESS.matcher(nameless).replaceAll("<address>");
  }

  boolean isOne() {
    return hosts.size() == 1;
  }
}
