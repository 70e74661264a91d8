package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;
import org.junit.jupiter.api.Test;

class ErrorTextTest {
  @Test
  void anErrorIsWhatWhereWhyThenABlankLineTheNextCommandAndWhereMoreIsSaid() {
    assertThat(
            ErrorText.render(
                new Problem(
                    Code.INVENTORY,
                    "hosts.ini:12: the range node[20:1] runs backwards, so it names no host",
                    Next.edit("hosts.ini", "node[1:20]")),
                Look.plain()))
        .isEqualTo(
            """
            Error: hosts.ini:12: the range node[20:1] runs backwards, so it names no host

            Next: edit hosts.ini: node[1:20]
            More: kubegraft explain KG-INVENTORY
            """);
  }

  @Test
  void longErrorsHangUnderTheirFirstWordAndKeepTheirLines() {
    assertThat(
            ErrorText.render(
                new Problem(
                    Code.JOIN,
                    "k8s-node6: kubeadm join failed with exit status 1 while it looked for the API"
                        + " server of the cluster\n  [preflight] one\n  two",
                    Next.none()),
                Look.plain()))
        .isEqualTo(
            """
            Error: k8s-node6: kubeadm join failed with exit status 1 while it looked for the
                   API server of the cluster
                     [preflight] one
                     two

            More: kubegraft explain KG-JOIN
            """);
  }

  @Test
  void aLastLineThatSaysNextIsTheCommand() {
    assertThat(
            ErrorText.render(
                Code.SSH_UNREACHABLE, "no route\nNext: ssh root@k8s-node6 true", Look.plain()))
        .isEqualTo(
            """
            Error: no route

            Next: ssh root@k8s-node6 true
            More: kubegraft explain KG-SSH-UNREACHABLE
            """);
  }

  @Test
  void severalCommandsStandOneOnEachLine() {
    assertThat(ErrorText.render(Code.HOST_SIZE, "unfit\nNext: swapoff -a\nreboot", Look.plain()))
        .startsWith("Error: unfit\n\nNext: swapoff -a\n      reboot\n");
  }

  @Test
  void commandsAreNeverWrapped() {
    String command = "apply " + "-l k8s-node6 ".repeat(20).strip();

    assertThat(ErrorText.render(new Problem(Code.JOIN, "x", Next.kubegraft(command)), Look.plain()))
        .contains("Next: kubegraft " + command + "\n");
  }

  @Test
  void coloursAreForTerminals() {
    assertThat(
            ErrorText.render(new Problem(Code.JOIN, "x", Next.here("y")), new Look(80, true, true)))
        .startsWith("\033[1m\033[31mError:\033[0m\033[0m x\n\nNext: \033[1my\033[0m\n");
    assertThat(ErrorText.render(new Problem(Code.JOIN, "\033[31mx", Next.here("y")), Look.plain()))
        .doesNotContain("\033");
  }
}
