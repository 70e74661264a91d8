package io.kubegraft.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.plan.Fitness;
import io.kubegraft.plan.FitnessRow;
import io.kubegraft.plan.Mend;
import io.kubegraft.plan.Verdict;
import java.util.List;
import java.util.Map;

/// What `kubegraft check` found.
public final class CheckText {
  private CheckText() {}

  /// What came of one host.
  public sealed interface HostCheck {
    /// Whether nothing is to be done.
    boolean fit();

    /// Whether nothing is in the way that could not be mended.
    boolean passable();
  }

  /// @param mended what was put right, if that was asked for; the rows were made after it
  public record Checked(List<FitnessRow> rows, List<Mend> mended) implements HostCheck {
    public Checked {
      rows = List.copyOf(rows);
      mended = List.copyOf(mended);
    }

    @Override
    public boolean fit() {
      return rows.stream().allMatch(row -> row.verdict().fit());
    }

    @Override
    public boolean passable() {
      return Fitness.unfit(rows).isEmpty();
    }
  }

  public record Unreachable(String why) implements HostCheck {
    @Override
    public boolean fit() {
      return false;
    }

    @Override
    public boolean passable() {
      return false;
    }
  }

  public static String render(Map<String, HostCheck> hosts, Look look) {
    StringBuilder text = new StringBuilder();
    hosts.forEach((name, check) -> {
      text.append(look.bold(name)).append('\n');
      switch (check) {
        case Unreachable(String why) ->
            why.lines().forEach(line -> text.append("  ").append(line).append('\n'));
        case Checked checked -> rows(text, checked, look);
      }
      text.append('\n');
    });
    return text.append(summary(hosts)).append('\n').toString();
  }

  private static void rows(StringBuilder text, Checked checked, Look look) {
    checked.mended().forEach(mend -> text.append("  mended: ").append(mend.inWords()).append('\n'));
    int width = checked.rows().stream().mapToInt(row -> row.check().length()).max().orElse(0);
    for (FitnessRow row : checked.rows()) {
      String check = row.check() + " ".repeat(width - row.check().length());
      switch (row.verdict()) {
        case Verdict.Fit() ->
            text.append("  ok    ").append(check).append("  ").append(row.found()).append('\n');
        case Verdict.Mendable(Mend mend) -> {
          text.append("  mend  ").append(check).append("  ").append(row.found());
          text.append(", wanted ").append(row.wanted()).append('\n');
          text.append("        --fix: ").append(mend.inWords()).append('\n');
        }
        case Verdict.Unfit(String how) -> {
          text.append("  ").append(look.red("UNFIT")).append(" ").append(check).append("  ");
          text.append(row.found()).append(", wanted ").append(row.wanted()).append('\n');
          how.lines().forEach(line -> text.append("        ").append(line).append('\n'));
        }
      }
    }
  }

  private static String summary(Map<String, HostCheck> hosts) {
    long fit = hosts.values().stream().filter(HostCheck::fit).count();
    long mendable =
        hosts.values().stream().filter(check -> check.passable() && !check.fit()).count();
    return "%d fit, %d to mend with --fix, %d unfit or out of reach"
        .formatted(fit, mendable, hosts.size() - fit - mendable);
  }

  public static String json(Map<String, HostCheck> hosts) {
    ObjectNode document = Json.object().put("formatVersion", Json.FORMAT);
    ArrayNode array = document.putArray("hosts");
    hosts.forEach((name, check) -> {
      ObjectNode host = Json.object().put("host", name).put("fit", check.fit());
      switch (check) {
        case Unreachable(String why) -> host.put("unreachable", why);
        case Checked(List<FitnessRow> rows, List<Mend> mended) -> {
          host.set("mended", Json.array(mended.stream().map(Mend::inWords).toList()));
          ArrayNode list = host.putArray("rows");
          for (FitnessRow row : rows) {
            list.addObject()
                .put("check", row.check())
                .put("found", row.found())
                .put("wanted", row.wanted())
                .put(
                    "verdict",
                    switch (row.verdict()) {
                      case Verdict.Fit() -> "fit";
                      case Verdict.Mendable _ -> "mendable";
                      case Verdict.Unfit _ -> "unfit";
                    })
                .put("howTo", row.howTo());
          }
        }
      }
      array.add(host);
    });
    return Json.document(document);
  }
}
