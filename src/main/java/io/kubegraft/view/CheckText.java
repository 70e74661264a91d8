package io.kubegraft.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.plan.Fitness;
import io.kubegraft.plan.FitnessRow;
import io.kubegraft.plan.Mend;
import io.kubegraft.plan.Verdict;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What `kubegraft check` found.
public final class CheckText {
  private final Look look;
  private final Page page;

  private CheckText(Look look) {
    this.look = look;
    this.page = new Page(look);
  }

  /// What came of one host.
  public sealed interface HostCheck {
    /// Whether nothing is to be done.
    boolean fit();

    /// Whether nothing is in the way that could not be mended.
    boolean passable();
  }

  /// @param mended what was put right, if that was asked for; the rows were made after it
  /// @param notMended why nothing was, where that was asked for and is not to be
  public record Checked(List<FitnessRow> rows, List<Mend> mended, Optional<String> notMended)
      implements HostCheck {
    public Checked {
      rows = List.copyOf(rows);
      mended = List.copyOf(mended);
    }

    public Checked(List<FitnessRow> rows, List<Mend> mended) {
      this(rows, mended, Optional.empty());
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

  /// Looking or mending broke off on the host.
  public record Failed(Problem problem) implements HostCheck {
    @Override
    public boolean fit() {
      return false;
    }

    @Override
    public boolean passable() {
      return false;
    }
  }

  /// @param hosts by inventory name
  public static String render(Map<String, HostCheck> hosts, Look look) {
    return new CheckText(look).check(hosts);
  }

  private String check(Map<String, HostCheck> hosts) {
    counted(hosts)
        .forEach((name, check) -> {
          switch (check) {
            case Unreachable(String why) -> {
              title(name, "can't be looked at");
              page.problem(look.red("✘"), why);
            }
            case Failed(Problem problem) -> {
              title(name, "failed");
              page.problem(look.red("✘"), problem.what());
              page.next("    ", problem);
            }
            case Checked checked -> {
              title(name, inWords(checked));
              rows(checked);
            }
          }
          page.line("");
        });
    page.line(summary(hosts.values()));
    return page.text();
  }

  private void title(String name, String what) {
    page.paragraph(name + ": ", look.bold(Columns.clean(name) + ":") + " ", what);
  }

  private static String inWords(Checked checked) {
    int unfit = Fitness.unfit(checked.rows()).size();
    int mends = Fitness.mends(checked.rows()).size();
    List<String> words = new ArrayList<>();
    if (unfit > 0) {
      words.add("unfit (" + Names.count(unfit, "reason") + ")");
    }
    if (mends > 0) {
      words.add(Names.count(mends, "thing") + " to mend");
    }
    return words.isEmpty() ? "fit" : String.join(", ", words);
  }

  private void rows(Checked checked) {
    for (Mend mend : checked.mended()) {
      page.paragraph("  ✔ ", "  " + look.green("✔") + " ", "mended: " + mend.inWords());
    }
    checked
        .notMended()
        .ifPresent(
            why -> page.paragraph("  ! ", "  " + look.yellow("!") + " ", "not mended: " + why));
    int width = checked.rows().stream().mapToInt(row -> Columns.width(row.check())).max().orElse(0);
    for (FitnessRow row : checked.rows()) {
      String name = Columns.padRight(Columns.clean(row.check()), width) + "  ";
      String asFound = "found " + row.found() + ", expected " + row.wanted();
      switch (row.verdict()) {
        case Verdict.Fit() -> row("✔", look.green("✔"), name, row.found());
        case Verdict.Mendable(Mend mend) -> {
          row("!", look.yellow("!"), name, asFound);
          page.paragraph("    --fix: ", "    --fix: ", mend.inWords());
        }
        case Verdict.Unfit(Code code, Next next) -> {
          row("✘", look.red("✘"), name, asFound);
          page.next("    ", new Problem(code, asFound, next));
        }
      }
    }
  }

  private void row(String mark, String shownMark, String name, String text) {
    page.paragraph("  " + mark + " " + name, "  " + shownMark + " " + name, text);
  }

  private static String summary(Collection<HostCheck> hosts) {
    long fit = hosts.stream().filter(HostCheck::fit).count();
    long mendable = hosts.stream().filter(check -> check.passable() && !check.fit()).count();
    return Names.count(hosts.size(), "host")
        + ": "
        + fit
        + " fit, "
        + mendable
        + " to mend with --fix, "
        + (hosts.size() - fit - mendable)
        + " unfit or out of reach";
  }

  private static SortedMap<String, HostCheck> counted(Map<String, HostCheck> hosts) {
    SortedMap<String, HostCheck> counted = new TreeMap<>(Names.COUNTED);
    counted.putAll(hosts);
    return counted;
  }

  /// The same for programs; docs/json.md says what each field means.
  public static String json(Map<String, HostCheck> hosts, Operator operator) {
    ObjectNode document = Json.object().put("format", Json.FORMAT);
    ArrayNode array = document.putArray("hosts");
    counted(hosts)
        .forEach((name, check) -> {
          ObjectNode host = Json.object().put("host", name).put("fit", check.fit());
          switch (check) {
            case Unreachable(String why) -> host.put("unreachable", why);
            case Failed(Problem problem) ->
                host.put("failed", problem.what())
                    .put("code", problem.code().id())
                    .put("next", problem.next().inWords(operator));
            case Checked(List<FitnessRow> rows, List<Mend> mended, Optional<String> notMended) -> {
              host.set("mended", Json.array(mended.stream().map(Mend::inWords).toList()));
              notMended.ifPresent(why -> host.put("notMended", why));
              ArrayNode list = host.putArray("rows");
              for (FitnessRow row : rows) {
                list.addObject()
                    .put("check", row.check())
                    .put("verdict", word(row.verdict()))
                    .put("found", row.found())
                    .put("wanted", row.wanted())
                    .put("code", row.code().map(Code::id).orElse(""))
                    .put("howTo", howTo(row, operator));
              }
            }
          }
          array.add(host);
        });
    return Json.document(document);
  }

  private static String howTo(FitnessRow row, Operator operator) {
    return switch (row.verdict()) {
      case Verdict.Fit() -> "";
      case Verdict.Mendable(Mend mend) -> mend.inWords();
      case Verdict.Unfit(Code _, Next next) -> next.inWords(operator);
    };
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Fit() -> "fit";
      case Verdict.Mendable _ -> "mendable";
      case Verdict.Unfit _ -> "unfit";
    };
  }
}
