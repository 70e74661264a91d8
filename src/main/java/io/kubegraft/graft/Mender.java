package io.kubegraft.graft;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.plan.Mend;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts right what can be put right on a host without a reboot: one script that does it all, then
/// the probe, afresh, that shows whether it is so. What is already right is left alone.
public final class Mender {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String SCRIPT = script();

  private final HostProbe probe;

  public Mender() {
    this(new HostProbe());
  }

  Mender(HostProbe probe) {
    this.probe = probe;
  }

  /// @throws StepException naming each mend that failed, what was found and what was wanted
  public void mend(Host host, List<Mend> mends) {
    if (mends.isEmpty()) {
      return;
    }
    List<Mend> ordered = mends.stream().sorted(Comparator.comparingInt(Mender::turn)).toList();
    Map<Integer, String> failed = act(host, ordered);
    HostFacts facts = probe.look(host, ask(ordered));
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      Optional<String> problem = problem(ordered.get(i), facts, failed.get(i));
      problem.ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new StepException(
          host.name()
              + ": "
              + problems.size()
              + " of "
              + mends.size()
              + " could not be mended:\n- "
              + String.join("\n- ", problems),
          "kubegraft check " + host.name());
    }
  }

  /// A module brings its settings, so it comes before them.
  private static int turn(Mend mend) {
    return switch (mend) {
      case Mend.LoadModule _ -> 0;
      case Mend.Sysctl _ -> 1;
      case Mend.StopFirewall _ -> 2;
      case Mend.SwapOff _ -> 3;
    };
  }

  /// Returns what the script itself says went wrong, by the mend's place.
  private static Map<Integer, String> act(Host host, List<Mend> mends) {
    StringBuilder script = new StringBuilder(SCRIPT).append("mends() {\n");
    for (int i = 0; i < mends.size(); i++) {
      script.append("  attempt ").append(i).append(' ').append(attempt(mends.get(i))).append('\n');
    }
    script.append("}\n\nmain </dev/null\n");
    Output output = host.run(script.toString(), LIMIT);
    List<String> lines = output.stdout().lines().toList();
    if (!output.ok() || lines.isEmpty() || !lines.getLast().equals("end")) {
      throw new StepException(
          host.name()
              + ": mending broke off (exit status "
              + output.exit()
              + ")"
              + (output.tail().isEmpty() ? "" : ":\n" + output.tail()),
          "kubegraft check " + host.name());
    }
    Map<Integer, String> failed = new LinkedHashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      if (words.length == 3 && words[0].equals("failed")) {
        failed.put(Integer.valueOf(words[1]), words[2].strip());
      }
    }
    return failed;
  }

  private static String attempt(Mend mend) {
    return switch (mend) {
      case Mend.LoadModule(String module) -> "load_module " + name(module.replace('-', '_'));
      case Mend.Sysctl(String key, String _, String wanted) ->
          "set_sysctl "
              + name(key)
              + " "
              + Shell.quote(key.replace(".", "[.]"))
              + " "
              + Shell.quote(oneLine(wanted));
      case Mend.StopFirewall(String unit) -> "stop_firewall " + name(unit);
      case Mend.SwapOff _ -> "swap_off";
    };
  }

  private static String name(String text) {
    if (!text.matches("[A-Za-z0-9_][A-Za-z0-9_.@-]*")) {
      throw new IllegalArgumentException("not a name: " + text);
    }
    return text;
  }

  private static String oneLine(String text) {
    if (text.isEmpty() || !text.matches("[\\x20-\\x7e]+")) {
      throw new IllegalArgumentException("not a value for a setting: " + text);
    }
    return text;
  }

  private static HostProbe.Ask ask(List<Mend> mends) {
    List<String> sysctls = new ArrayList<>();
    List<String> modules = new ArrayList<>();
    List<String> units = new ArrayList<>();
    for (Mend mend : mends) {
      switch (mend) {
        case Mend.LoadModule(String module) -> modules.add(module);
        case Mend.Sysctl(String key, String _, String _) -> sysctls.add(key);
        case Mend.StopFirewall(String unit) -> units.add(unit);
        case Mend.SwapOff _ -> {}
      }
    }
    return new HostProbe.Ask(List.of(), sysctls, modules, units, List.of(), List.of());
  }

  private static Optional<String> problem(Mend mend, HostFacts facts, @Nullable String why) {
    Optional<String> seen =
        switch (mend) {
          case Mend.LoadModule(String module) ->
              facts.modules().getOrDefault(module.replace('-', '_'), false)
                  ? Optional.empty()
                  : Optional.of("found not loaded, wanted loaded");
          case Mend.Sysctl(String key, String _, String wanted) -> {
            String found = facts.sysctls().getOrDefault(key, "absent");
            yield found.equals(wanted)
                ? Optional.empty()
                : Optional.of("found " + found + ", wanted " + wanted);
          }
          case Mend.StopFirewall(String unit) -> firewall(unit, facts);
          case Mend.SwapOff _ -> swap(facts);
        };
    if (seen.isEmpty() && why == null) {
      return Optional.empty();
    }
    return Optional.of(
        mend.inWords()
            + ": "
            + seen.orElse("done only in part")
            + (why == null || why.isEmpty() ? "" : " (" + why + ")"));
  }

  private static Optional<String> firewall(String unit, HostFacts facts) {
    String state = facts.units().getOrDefault(unit, "unknown");
    boolean off = state.equals("inactive") || state.equals("failed") || state.equals("not-found");
    return off && !facts.firewalls().contains(unit)
        ? Optional.empty()
        : Optional.of("found " + (off ? "on" : state) + ", wanted inactive");
  }

  private static Optional<String> swap(HostFacts facts) {
    List<String> left = new ArrayList<>(facts.swaps());
    facts.fstabSwap().forEach(line -> left.add("`" + line.strip() + "` in /etc/fstab"));
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of("found " + String.join(", ", left) + ", wanted none");
  }

  private static String script() {
    try (var stream = Mender.class.getResourceAsStream("mend.sh")) {
      if (stream == null) {
        throw new IllegalStateException("mend.sh is missing from the program");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("mend.sh can't be read from the program", e);
    }
  }
}
