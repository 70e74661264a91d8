package io.kubegraft.view;

import io.kubegraft.plan.Plan;
import io.kubegraft.plan.PlannedFile;
import io.kubegraft.plan.Sizes;
import io.kubegraft.plan.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every file that a plan's hosts get, where it comes from, and what is changed on the way. Hosts
/// that get the same are told once.
final class FilesText {
  private FilesText() {}

  static String render(Plan plan, Look look) {
    Map<List<PlannedFile>, List<String>> alike = new LinkedHashMap<>();
    for (String host : Names.sorted(plan.steps().stream().map(Step::host).distinct().toList())) {
      List<PlannedFile> files =
          plan.steps().stream()
              .filter(step -> step.host().equals(host))
              .flatMap(step -> step.action().writes().stream())
              .toList();
      if (!files.isEmpty()) {
        alike.computeIfAbsent(files, _ -> new ArrayList<>()).add(host);
      }
    }
    Page page = new Page(look);
    alike.forEach((files, hosts) -> {
      page.gap();
      page.hanging(
          "",
          "  ",
          "Files of " + Names.list(hosts) + " (" + Names.count(files.size(), "file") + "):",
          look::bold);
      files.forEach(file -> file(page, file));
    });
    return page.text();
  }

  private static void file(Page page, PlannedFile file) {
    String size = file.bytes() > 0 ? " (" + Sizes.inWords(file.bytes()) + ")" : "";
    page.hanging(
        "  ",
        "      ",
        file.path()
            + " from "
            + file.from()
            + size
            + (file.how().isEmpty() ? "" : ": " + file.how()),
        text -> text);
  }
}
