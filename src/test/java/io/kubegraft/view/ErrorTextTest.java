package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorTextTest {
  @Test
  void anErrorIsWhatWhereWhyThenABlankLineAndTheNextCommand() {
    assertThat(
            ErrorText.render(
                "hosts.ini:12: the range node[20:1] runs backwards, so it names no host",
                "edit hosts.ini",
                Look.plain()))
        .isEqualTo(
            """
            Error: hosts.ini:12: the range node[20:1] runs backwards, so it names no host

            Next: edit hosts.ini
            """);
  }

  @Test
  void longErrorsHangUnderTheirFirstWordAndKeepTheirLines() {
    assertThat(
            ErrorText.render(
                "k8s-node6: kubeadm join failed with exit status 1 while it looked for the API"
                    + " server of the cluster\n  [preflight] one\n  two",
                "",
                Look.plain()))
        .isEqualTo(
            """
            Error: k8s-node6: kubeadm join failed with exit status 1 while it looked for the
                   API server of the cluster
                     [preflight] one
                     two
            """);
  }

  @Test
  void aLastLineThatSaysNextIsTheCommand() {
    assertThat(ErrorText.render("no route\nNext: ssh root@k8s-node6 true", Look.plain()))
        .isEqualTo("Error: no route\n\nNext: ssh root@k8s-node6 true\n");
  }

  @Test
  void commandsAreNeverWrapped() {
    String command = "kubegraft apply " + "-l k8s-node6 ".repeat(20).strip();

    assertThat(ErrorText.render("x", command, Look.plain())).endsWith("Next: " + command + "\n");
  }

  @Test
  void coloursAreForTerminals() {
    assertThat(ErrorText.render("x", "y", new Look(80, true, true)))
        .isEqualTo("\033[1m\033[31mError:\033[0m\033[0m x\n\nNext: \033[1my\033[0m\n");
    assertThat(ErrorText.render("\033[31mx", "y", Look.plain())).doesNotContain("\033");
  }
}
