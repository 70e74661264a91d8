package io.kubegraft.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.EtcdShape;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Operator;

/// A plan for programs. docs/json.md says what each field means.
public final class PlanJson {
  private PlanJson() {}

  public static String render(Plan plan, Operator operator) {
    return Json.document(of(plan, operator));
  }

  /// With every file that a host gets.
  public static String renderWithFiles(Plan plan, Operator operator) {
    ObjectNode node = of(plan, operator);
    ArrayNode steps = (ArrayNode) node.get("steps");
    for (int i = 0; i < plan.steps().size(); i++) {
      ArrayNode files = ((ObjectNode) steps.get(i)).putArray("files");
      plan.steps()
          .get(i)
          .action()
          .writes()
          .forEach(file -> {
            ObjectNode entry = files.addObject().put("path", file.path()).put("from", file.from());
            entry.put("how", file.how()).put("bytes", file.bytes());
          });
    }
    return Json.document(node);
  }

  static ObjectNode of(Plan plan, Operator operator) {
    ObjectNode node = Json.object();
    node.put("format", Json.FORMAT);
    Summary summary = Summary.of(plan);
    node.putObject("summary")
        .put("add", summary.add())
        .put("workers", summary.workers().size())
        .put("controlPlanes", summary.controlPlanes().size())
        .put("etcdMembers", summary.etcdMembers().size())
        .put("change", summary.change())
        .put("remove", summary.remove());
    node.set("newcomers", Json.array(Names.sorted(plan.newcomers())));
    node.set("changed", Json.array(Names.sorted(plan.changed())));
    ArrayNode way = node.putArray("etcd");
    Disruptions.of(plan.disruptions()).shapes().forEach(shape -> way.add(shape(shape)));
    ArrayNode steps = node.putArray("steps");
    plan.steps().forEach(step -> steps.add(step(step)));
    ArrayNode refusals = node.putArray("refusals");
    plan.refusals()
        .forEach(refusal ->
            refusals
                .addObject()
                .put("code", refusal.code().id())
                .put("what", refusal.what())
                .put("next", refusal.next().inWords(operator)));
    ArrayNode leftOut = node.putArray("leftOut");
    plan.leftOut()
        .forEach(left ->
            leftOut
                .addObject()
                .put("host", left.host())
                .put("code", left.code().id())
                .put("what", left.what())
                .put("next", left.next().inWords(operator)));
    node.set("notes", Json.array(plan.notes().stream().map(Plan.Note::text).toList()));
    node.set("opens", Json.array(Names.sorted(plan.opens())));
    return node;
  }

  private static ObjectNode step(Step step) {
    ObjectNode node = Json.object();
    node.put("id", step.id());
    node.put("host", step.host());
    node.put("kind", step.action().kind());
    node.put("what", step.action().inWords());
    node.put("why", step.why());
    node.set("after", Json.array(step.after()));
    node.set("disrupts", disruption(step.disrupts()));
    return node;
  }

  private static ObjectNode disruption(Disruption disruption) {
    return switch (disruption) {
      case Disruption.None() -> Json.object().put("kind", "none");
      case Disruption.Restarts(String what, String host) ->
          Json.object().put("kind", "restart").put("what", what).put("host", host);
      case Disruption.ChangesMembership(String what, EtcdShape before, EtcdShape after) -> {
        ObjectNode node = Json.object().put("kind", "membership").put("what", what);
        node.set("before", shape(before));
        node.set("after", shape(after));
        yield node;
      }
    };
  }

  private static ObjectNode shape(EtcdShape shape) {
    return Json.object()
        .put("voters", shape.voters())
        .put("learners", shape.learners())
        .put("quorum", shape.quorum())
        .put("tolerates", shape.tolerance());
  }
}
