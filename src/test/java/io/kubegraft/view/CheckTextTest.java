package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubegraft.plan.FitnessRow;
import io.kubegraft.plan.Mend;
import io.kubegraft.plan.Verdict;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.problem.Problem;
import io.kubegraft.view.CheckText.Checked;
import io.kubegraft.view.CheckText.HostCheck;
import io.kubegraft.view.CheckText.Unreachable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckTextTest {
  private static final FitnessRow ROOT =
      new FitnessRow("root", "root, by sudo", "root", new Verdict.Fit());
  private static final FitnessRow SWAP =
      new FitnessRow("swap", "/dev/sda2", "off", new Verdict.Mendable(Samples.MENDS.get(1)));
  private static final FitnessRow FORWARD =
      new FitnessRow("net.ipv4.ip_forward", "0", "1", new Verdict.Mendable(Samples.MENDS.get(2)));
  private static final FitnessRow KERNEL =
      new FitnessRow(
          "kernel",
          "4.18.0-477.el8.x86_64",
          "newer than 4.20",
          new Verdict.Unfit(
              Code.HOST_KERNEL,
              Next.on("k8s-node10", List.of("dnf -y install kernel-ml", "reboot"))));

  /// In an order that nobody counts in.
  private static Map<String, HostCheck> hosts() {
    Map<String, HostCheck> hosts = new LinkedHashMap<>();
    hosts.put("k8s-node10", new Checked(List.of(ROOT, SWAP, KERNEL, FORWARD), List.of()));
    hosts.put(
        "k8s-node9",
        new Unreachable(
            "k8s-node9: no connection to 10.200.70.19:22 within 10 s"
                + " (No route to host)\n  try: ssh root@10.200.70.19"));
    hosts.put("k8s-node6", new Checked(List.of(ROOT), List.of()));
    hosts.put("k8s-node7", new Checked(List.of(ROOT), List.of(Samples.MENDS.get(1))));
    hosts.put("k8s-node8", new Checked(List.of(ROOT, SWAP, FORWARD), List.of()));
    return hosts;
  }

  @Test
  void everyHostIsToldWithWhatIsInItsWayAndHowToMendIt() throws IOException {
    String text = CheckText.render(hosts(), Look.plain());

    Golden.check("check", text);
    assertThat(text).endsWith("5 hosts: 2 fit, 1 to mend with --fix, 2 unfit or out of reach\n");
    assertThat(text.lines()).allMatch(line -> Columns.width(line) <= 80);
  }

  @Test
  void coloursAreForThoseWhoSeeThemAndAsciiForThoseWhoDoNot() throws IOException {
    Golden.check("check-colour", CheckText.render(hosts(), new Look(120, true, true)));
    assertThat(CheckText.render(hosts(), new Look(80, false, false))).matches("\\p{ASCII}*");
  }

  @Test
  void commandsAreNeverBroken() {
    String command = "ssh k8s-node6 '" + "very ".repeat(40) + "long'";

    assertThat(
            CheckText.render(
                Map.of(
                    "k8s-node6",
                    new Checked(
                        List.of(
                            new FitnessRow(
                                "x",
                                "a",
                                "b",
                                new Verdict.Unfit(Code.HOST_KERNEL, Next.here(command)))),
                        List.of())),
                Look.plain()))
        .contains("    Next: " + command + "\n");
  }

  @Test
  void whatHostsSayCannotSteerTheTerminal() {
    String evil = "\033[2J\033]0;owned\007up\rdown\u0008\u202e";
    Map<String, HostCheck> hosts =
        Map.of(
            "a",
            new Unreachable(evil),
            "b",
            new Checked(
                List.of(
                    new FitnessRow("fit", evil, "x", new Verdict.Fit()),
                    new FitnessRow(
                        "unfit", evil, evil, new Verdict.Unfit(Code.HOST_KERNEL, Next.here(evil))),
                    new FitnessRow(
                        "mend",
                        evil,
                        evil,
                        new Verdict.Mendable(new Mend.SwapOff(List.of(evil), List.of())))),
                List.of(new Mend.Sysctl("a", evil, evil))));

    assertThat(CheckText.render(hosts, Look.plain()).codePoints())
        .allMatch(c -> c == '\n' || (!Character.isISOControl(c) && c != 0x202e));
  }

  @Test
  void jsonTellsTheSame() throws IOException {
    String json = CheckText.json(hosts(), Operator.unknown());

    Golden.check("check-json", json);
    JsonNode node = new ObjectMapper().readTree(json);
    assertThat(node.path("format").asInt()).isEqualTo(Json.FORMAT);
    assertThat(node.path("hosts"))
        .extracting(host -> host.path("host").asText())
        .containsExactly("k8s-node6", "k8s-node7", "k8s-node8", "k8s-node9", "k8s-node10");
    assertThat(node.at("/hosts/4/rows/2/verdict").asText()).isEqualTo("unfit");
  }

  @Test
  void aHostThatWasLeftAloneOrOnWhichItBrokeOffSaysSoToPeopleAndPrograms() throws IOException {
    Map<String, HostCheck> hosts =
        Map.of(
            "k8s-node4",
            new Checked(List.of(ROOT, SWAP), List.of(), Optional.of("kubelet is at work on it")),
            "k8s-node6",
            new CheckText.Failed(
                new Problem(
                    Code.MEND_FAILED,
                    "k8s-node6: mending broke off",
                    Next.kubegraft("check k8s-node6"))));

    assertThat(CheckText.render(hosts, Look.plain()))
        .contains("  ! not mended: kubelet is at work on it\n")
        .contains("k8s-node6: failed\n  ✘ k8s-node6: mending broke off\n")
        .contains("    Next: kubegraft check k8s-node6\n")
        .endsWith("2 hosts: 0 fit, 1 to mend with --fix, 1 unfit or out of reach\n");
    JsonNode node = new ObjectMapper().readTree(CheckText.json(hosts, Operator.unknown()));
    assertThat(node.at("/hosts/0/notMended").asText()).isEqualTo("kubelet is at work on it");
    assertThat(node.at("/hosts/0/mended")).isEmpty();
    assertThat(node.at("/hosts/1/failed").asText()).isEqualTo("k8s-node6: mending broke off");
    assertThat(node.at("/hosts/1/next").asText()).isEqualTo("kubegraft check k8s-node6");
  }

  @Test
  void aHostIsFitOnlyIfNothingIsToBeDoneAndPassableIfNothingIsInTheWay() {
    assertThat(new Checked(List.of(ROOT), List.of()).fit()).isTrue();
    assertThat(new Checked(List.of(ROOT, SWAP), List.of()).fit()).isFalse();
    assertThat(new Checked(List.of(ROOT, SWAP), List.of()).passable()).isTrue();
    assertThat(new Checked(List.of(ROOT, KERNEL), List.of()).passable()).isFalse();
    assertThat(new Unreachable("gone").fit()).isFalse();
    assertThat(new Unreachable("gone").passable()).isFalse();
  }
}
