package io.kubegraft.graft;

import io.kubegraft.plan.Identity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns a donor's file into its newcomer's.
///
/// Promises:
/// 1. Every name and address of the donor, as a whole word, becomes the newcomer's own.
/// 2. What merely contains one (`k8s-node1` in `k8s-node10`, `10.0.0.1` in `10.0.0.14`) stays.
/// 3. Lines that list *all* hosts of the cluster (`NO_PROXY`, `IPAddressAllow`) are no identity:
///    there the newcomer's address joins the donor's.
/// 4. {@link #traces} finds whatever else is left, so that nothing of the donor's identity is ever
///    written to a newcomer.
final class Rewrite {
  private static final Pattern PEERS = Pattern.compile("(?i)no_proxy|IPAddressAllow");

  private final Identity from;
  private final Identity to;

  Rewrite(Identity from, Identity to) {
    this.from = from;
    this.to = to;
  }

  String apply(String text) {
    return lines(text, this::own);
  }

  /// For files that carry no identity: only the lists of all hosts change.
  String withNewcomerInLists(String text) {
    return lines(text, line -> line);
  }

  private String lines(String text, UnaryOperator<String> otherwise) {
    StringBuilder result = new StringBuilder();
    for (String line : text.split("(?<=\n)", -1)) {
      result.append(PEERS.matcher(line).find() ? withNewcomer(line) : otherwise.apply(line));
    }
    return result.toString();
  }

  private String own(String line) {
    String result = line;
    for (String name : longestFirst(from.names())) {
      result = name(name).matcher(result).replaceAll(Matcher.quoteReplacement(to.nodeName()));
    }
    for (String address : longestFirst(from.addresses())) {
      Optional<String> own = ofFamily(address);
      if (own.isPresent()) {
        result = address(address).matcher(result).replaceAll(Matcher.quoteReplacement(own.get()));
      }
    }
    return result;
  }

  /// The newcomer's address of the same family. Where it has none the donor's stays, and is a
  /// trace.
  private Optional<String> ofFamily(String address) {
    boolean six = address.contains(":");
    return to.addresses().stream().filter(own -> own.contains(":") == six).findFirst();
  }

  private String withNewcomer(String line) {
    if (address(to.address()).matcher(line).find()) {
      return line;
    }
    for (String address : from.addresses()) {
      Matcher matcher = address(address).matcher(line);
      if (matcher.find()) {
        String separator = line.contains("IPAddressAllow") ? " " : ",";
        return matcher.replaceFirst(
            Matcher.quoteReplacement(matcher.group() + separator + to.address()));
      }
    }
    return line;
  }

  /// What is left of the donor in a text, as `word (line 3)`.
  List<String> traces(String text) {
    List<String> traces = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (PEERS.matcher(line).find()) {
        continue;
      }
      for (String name : from.names()) {
        if (!to.names().contains(name) && name(name).matcher(line).find()) {
          traces.add(name + " (line " + (i + 1) + ")");
        }
      }
      for (String address : from.addresses()) {
        if (!to.addresses().contains(address) && address(address).matcher(line).find()) {
          traces.add(address + " (line " + (i + 1) + ")");
        }
      }
    }
    return traces;
  }

  /// A name ends where no letter, digit, dash or underscore follows; a dot after it ends it as well
  /// (`k8s-node4.cluster.local` is the same host), a dot before it does not.
  private static Pattern name(String name) {
    return Pattern.compile("(?<![A-Za-z0-9_.-])" + Pattern.quote(name) + "(?![A-Za-z0-9_-])");
  }

  /// An address ends where neither a digit nor a dot and a digit follows; a port or a prefix length
  /// may.
  private static Pattern address(String address) {
    return Pattern.compile(
        "(?<![A-Za-z0-9_.])" + Pattern.quote(address) + "(?![A-Za-z0-9_]|\\.[0-9])");
  }

  private static List<String> longestFirst(List<String> words) {
    return words.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }
}
