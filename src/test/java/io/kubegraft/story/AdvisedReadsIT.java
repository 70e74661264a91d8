package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Every command that we advise and that only reads runs as it is shown, from where kubegraft runs:
/// it is found, its options are known, and what it needs (certificates, kubeconfig) is there.
@ExtendWith(OnLab.class)
class AdvisedReadsIT {
  private static final String LITERAL = "((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*\\+?\\s*)+)";
  private static final Pattern ON =
      Pattern.compile("Next\\.on\\(\\s*[^,\";]+,\\s*" + LITERAL + "\\)", Pattern.DOTALL);
  private static final Pattern KUBECTL =
      Pattern.compile("Next\\.kubectl\\(\\s*" + LITERAL + "\\)", Pattern.DOTALL);
  private static final Pattern ETCDCTL =
      Pattern.compile("Next\\.etcdctl\\(\\s*[^,\";]+,\\s*" + LITERAL + "\\)", Pattern.DOTALL);
  private static final Pattern PART = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern READS =
      Pattern.compile(
          "(?:cat|crictl (?:logs|ps)|ctr -n k8s\\.io images check|curl|date -u|df|du|free|getconf"
              + "|grep|head|hostname$|ip |iptables -S|journalctl|ls|nproc|openssl|ss |stat|true$"
              + "|systemctl (?:cat|status|is-active)|uname|get |describe |logs |endpoint "
              + "|-n \\S+ (?:get|describe|logs) ).*",
          Pattern.DOTALL);

  /// Not found, can't be run, out of time, no way there by ssh.
  private static final Set<Integer> NEVER = Set.of(124, 126, 127, 255);

  /// What a shell, or a program that doesn't know what it is asked, says.
  private static final Pattern WRONG =
      Pattern.compile(
          "(?i)command not found|: not found\\n|unknown (?:flag|shorthand|command)|unrecognized option"
              + "|invalid option|syntax error|unexpected EOF|certificate signed by unknown"
              + "|connection refused|usage:");

  @Test
  void everyAdvisedCommandThatOnlyReadsRunsAsItIsShown(Lab lab) {
    lab.anew();
    Operator operator =
        new Operator(Map.of(), Optional.of(Lab.CONTROL_PLANE), "", Optional.empty());
    Set<String> lines = new LinkedHashSet<>();
    for (Next next : advised()) {
      lines.addAll(next.inWords(operator).lines().toList());
    }
    assertThat(lines).hasSizeGreaterThan(40);
    List<String> wrong = new ArrayList<>();
    for (String line : lines) {
      Shell.Ended ended = lab.in(Map.of(), List.of("timeout", "60", "bash", "-c", line)).await();
      boolean broken = NEVER.contains(ended.exit());
      // What a log says is not what the command says.
      if (broken || (ended.exit() != 0 && !isLog(line) && WRONG.matcher(ended.said()).find())) {
        wrong.add(line + "\nended with " + ended.exit() + ": " + ended.said());
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isLog(String line) {
    return line.matches("(?s).*(journalctl|tail|logs|systemctl status).*");
  }

  /// As they stand in the sources, and those with names in them for names of the lab's.
  private static List<Next> advised() {
    List<Next> all = new ArrayList<>();
    for (String text : sources()) {
      reads(ON, text)
          .forEach(command ->
              all.add(
                  Next.on(
                      command.contains("nginx") || command.contains("upstream")
                          ? "k8s-node4"
                          : Lab.CONTROL_PLANE,
                      command)));
      reads(KUBECTL, text).forEach(arguments -> all.add(Next.kubectl(arguments)));
      reads(ETCDCTL, text)
          .forEach(arguments -> all.add(Next.etcdctl(Lab.CONTROL_PLANE, arguments)));
    }
    all.add(Next.kubectl("describe node k8s-node4"));
    all.add(Next.kubectl("get node k8s-node4 -o yaml --show-managed-fields"));
    all.add(Next.kubectl("-n kube-system describe pod kube-apiserver-k8s-node1"));
    all.add(Next.kubectl("-n kube-system describe daemonset kube-proxy"));
    all.add(Next.kubectl("get validatingwebhookconfigurations,mutatingwebhookconfigurations"));
    all.add(Next.on("k8s-node4", "grep -A 9 upstream /etc/nginx/nginx.conf"));
    all.add(Next.on(Lab.CONTROL_PLANE, "openssl s_client -connect 127.0.0.1:6443 </dev/null"));
    all.add(
        Next.on(
            Lab.CONTROL_PLANE, "openssl x509 -noout -text -in /etc/kubernetes/ssl/apiserver.crt"));
    all.add(Next.on(Lab.CONTROL_PLANE, "grep ETCD_INITIAL_CLUSTER= /etc/etcd.env"));
    all.add(Next.on(Lab.CONTROL_PLANE, "curl -vk https://10.200.70.11:6443/readyz"));
    return all;
  }

  private static Stream<String> reads(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> joined(found.group(1)))
        .filter(command -> READS.matcher(command).matches());
  }

  private static String joined(String literals) {
    StringBuilder text = new StringBuilder();
    Matcher part = PART.matcher(literals);
    while (part.find()) {
      text.append(part.group(1).replace("\\\"", "\"").replace("\\\\", "\\"));
    }
    return text.toString();
  }

  private static List<String> sources() {
    try (Stream<Path> all = Files.walk(Shell.CHECKOUT.resolve("src/main/java"))) {
      return all.filter(path -> path.toString().endsWith(".java")).map(Shell::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
