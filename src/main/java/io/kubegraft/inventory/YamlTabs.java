package io.kubegraft.inventory;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.scanner.ScannerException;
import org.yaml.snakeyaml.scanner.ScannerImpl;
import org.yaml.snakeyaml.tokens.Token;

/// Lets tabs stand where libyaml, which Ansible reads with, lets them stand: between what begins on
/// a line and what follows there, and anywhere within `[]` and `{}`. SnakeYAML takes no tab before
/// a token; when it stumbles over one that libyaml would pass over, that one becomes a blank and
/// the text is read again. So no tab in a value is ever touched.
final class YamlTabs {
  private static final Pattern STUMBLED =
      Pattern.compile(
          "\\\\t\\(TAB\\)|^expected (?:a comment or a line break|chomping or indentation)");

  /// Behind these a token may begin that gives an indentation, which no tab may measure.
  private static final Pattern INDICATOR = Pattern.compile("(?:.*\\s)?[-?]|\\s*:", Pattern.DOTALL);

  private YamlTabs() {}

  static Optional<Node> composed(String text, Function<String, Optional<Node>> compose) {
    StringBuilder readable = new StringBuilder(text);
    while (true) {
      try {
        return compose.apply(readable.toString());
      } catch (ScannerException e) {
        Mark mark = e.getProblemMark();
        if (mark == null || !STUMBLED.matcher(String.valueOf(e.getProblem())).find()) {
          throw e;
        }
        int at = readable.offsetByCodePoints(0, mark.getIndex());
        if (at >= readable.length() || readable.charAt(at) != '\t' || !mayStand(readable, at)) {
          throw e;
        }
        for (int i = at; i < readable.length() && " \t".indexOf(readable.charAt(i)) >= 0; i++) {
          readable.setCharAt(i, ' ');
        }
      }
    }
  }

  private static boolean mayStand(CharSequence text, int at) {
    String before = text.subSequence(0, at).toString();
    String line = before.substring(before.lastIndexOf('\n') + 1).stripTrailing();
    boolean behindSomething = !line.isBlank() && !INDICATOR.matcher(line).matches();
    return behindSomething || inFlow(before);
  }

  private static boolean inFlow(String before) {
    ScannerImpl scanner = new ScannerImpl(new StreamReader(before), new LoaderOptions());
    int depth = 0;
    try {
      while (!scanner.checkToken(Token.ID.StreamEnd)) {
        depth +=
            switch (scanner.getToken().getTokenId()) {
              case FlowSequenceStart, FlowMappingStart -> 1;
              case FlowSequenceEnd, FlowMappingEnd -> -1;
              default -> 0;
            };
      }
    } catch (YAMLException e) {
      return false;
    }
    return depth > 0;
  }
}
