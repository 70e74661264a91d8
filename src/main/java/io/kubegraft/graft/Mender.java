package io.kubegraft.graft;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.plan.Mend;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Puts right what can be put right on a host without a reboot: one script that does it all, then
/// the probe, afresh, that shows whether it is so. What is already right is left alone.
public final class Mender {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);
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
          Code.MEND_FAILED,
          host.name()
              + ": "
              + problems.size()
              + " of "
              + mends.size()
              + " could not be mended:\n- "
              + String.join("\n- ", problems),
          next(host, ordered, facts));
    }
  }

  private static Next next(Host host, List<Mend> mends, HostFacts facts) {
    return Next.all(
            mends.stream()
                .filter(mend -> problem(mend, facts, null).isPresent())
                .flatMap(mend ->
                    mend instanceof Mend.InstallTools install
                        ? Stream.of(Next.on(host.name(), install.byHand()))
                        : Stream.empty()))
        .then(Next.kubegraft("check " + host.name()));
  }

  /// A tool may be what the rest is done with; a module brings its settings.
  private static int turn(Mend mend) {
    return switch (mend) {
      case Mend.InstallTools _ -> 0;
      case Mend.LoadModule _ -> 1;
      case Mend.Sysctl _ -> 2;
      case Mend.KeepModules _, Mend.KeepSettings _ -> 3;
      case Mend.StopFirewall _ -> 4;
      case Mend.SwapOff _ -> 5;
      case Mend.SelinuxPermissive _ -> 6;
    };
  }

  /// Returns what the script itself says went wrong, by the mend's place.
  private static Map<Integer, String> act(Host host, List<Mend> mends) {
    StringBuilder script = new StringBuilder(SCRIPT).append("mends() {\n");
    for (int i = 0; i < mends.size(); i++) {
      for (String attempt : attempts(mends.get(i))) {
        script.append("  attempt ").append(i).append(' ').append(attempt).append('\n');
      }
    }
    script.append("}\n\nmain </dev/null\n");
    boolean installs = mends.stream().anyMatch(Mend.InstallTools.class::isInstance);
    Output output = host.run(script.toString(), installs ? INSTALL_LIMIT : LIMIT);
    List<String> lines = output.stdout().lines().toList();
    if (!output.ok() || lines.isEmpty() || !lines.getLast().equals("end")) {
      throw new StepException(
          Code.MEND_FAILED,
          host.name()
              + ": mending broke off (exit status "
              + output.exit()
              + ")"
              + (output.tail().isEmpty() ? "" : ":\n" + output.tail()),
          Next.kubegraft("check " + host.name()));
    }
    Map<Integer, String> failed = new LinkedHashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      if (words.length == 3 && words[0].equals("failed")) {
        failed.merge(
            Integer.valueOf(words[1]), words[2].strip(), (one, other) -> one + "; " + other);
      }
    }
    return failed;
  }

  private static List<String> attempts(Mend mend) {
    return switch (mend) {
      case Mend.InstallTools(List<String> _, String manager, List<String> packages, String _) ->
          List.of(
              "install_tools "
                  + name(manager)
                  + packages.stream().map(it -> " " + name(it)).collect(Collectors.joining()));
      case Mend.LoadModule(String module, String file) ->
          List.of("load_module " + module(module) + " " + Shell.quote(file));
      case Mend.Sysctl(String key, String _, String wanted, String file) ->
          List.of("set_sysctl " + setting(key, wanted, file));
      case Mend.KeepModules(String file, List<String> modules, String _, String _) ->
          modules.stream()
              .map(module -> "keep_module " + module(module) + " " + Shell.quote(file))
              .toList();
      case Mend.KeepSettings(String file, var settings, String _, String _) ->
          settings.entrySet().stream()
              .map(it -> "keep_setting " + setting(it.getKey(), it.getValue(), file))
              .toList();
      case Mend.StopFirewall(String unit) -> List.of("stop_firewall " + name(unit));
      case Mend.SwapOff _ -> List.of("swap_off");
      case Mend.SelinuxPermissive _ -> List.of("selinux_permissive");
    };
  }

  private static String module(String name) {
    return name(name.replace('-', '_'));
  }

  private static String setting(String key, String value, String file) {
    return Shell.words(List.of(name(key), key.replace(".", "[.]"), oneLine(value), file));
  }

  private static String name(String text) {
    if (!text.matches("[A-Za-z0-9_][A-Za-z0-9_.@+-]*")) {
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
    List<String> tools = new ArrayList<>();
    for (Mend mend : mends) {
      switch (mend) {
        case Mend.InstallTools(List<String> missing, String _, List<String> _, String _) ->
            tools.addAll(missing);
        case Mend.LoadModule(String module, String _) -> modules.add(module);
        case Mend.Sysctl(String key, String _, String _, String _) -> sysctls.add(key);
        case Mend.StopFirewall(String unit) -> units.add(unit);
        case Mend.KeepModules _, Mend.KeepSettings _, Mend.SwapOff _, Mend.SelinuxPermissive _ -> {}
      }
    }
    return new HostProbe.Ask(List.of(), sysctls, modules, units, List.of(), tools);
  }

  private static Optional<String> problem(Mend mend, HostFacts facts, @Nullable String why) {
    Optional<String> seen =
        switch (mend) {
          case Mend.InstallTools(List<String> tools, String _, List<String> _, String _) -> {
            List<String> left = tools.stream().filter(facts.missingTools()::contains).toList();
            yield left.isEmpty()
                ? Optional.empty()
                : Optional.of("found no " + String.join(", ", left));
          }
          case Mend.LoadModule(String module, String _) ->
              facts.modules().getOrDefault(module.replace('-', '_'), false)
                  ? Optional.empty()
                  : Optional.of("found not loaded, expected loaded");
          case Mend.KeepModules(String file, List<String> modules, String _, String _) ->
              kept(facts, file, modules.stream().collect(Collectors.toMap(it -> it, _ -> "")));
          case Mend.KeepSettings(String file, var settings, String _, String _) ->
              kept(facts, file, settings);
          case Mend.Sysctl(String key, String _, String wanted, String _) -> {
            String found = facts.sysctls().getOrDefault(key, "absent");
            yield found.equals(wanted)
                ? Optional.empty()
                : Optional.of("found " + found + ", expected " + wanted);
          }
          case Mend.StopFirewall(String unit) -> firewall(unit, facts);
          case Mend.SwapOff _ -> swap(facts);
          case Mend.SelinuxPermissive _ ->
              facts.selinux().equals("Enforcing") || facts.kept().selinux().equals("enforcing")
                  ? Optional.of(
                      "found "
                          + facts.selinux()
                          + ", "
                          + facts.kept().selinux()
                          + " at boot, expected permissive")
                  : Optional.empty();
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

  private static Optional<String> kept(HostFacts facts, String file, Map<String, String> wanted) {
    Map<String, String> found = facts.kept().boot().getOrDefault(file, Map.of());
    List<String> left =
        wanted.entrySet().stream()
            .filter(entry -> !entry.getValue().equals(found.get(entry.getKey())))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of("found it without " + String.join(", ", left));
  }

  private static Optional<String> firewall(String unit, HostFacts facts) {
    String state = facts.units().getOrDefault(unit, "unknown");
    boolean off = state.equals("inactive") || state.equals("failed") || state.equals("not-found");
    return off && !facts.firewalls().contains(unit)
        ? Optional.empty()
        : Optional.of("found " + (off ? "on" : state) + ", expected inactive");
  }

  private static Optional<String> swap(HostFacts facts) {
    List<String> left = new ArrayList<>(facts.swaps());
    facts.fstabSwap().forEach(line -> left.add("`" + line.strip() + "` in /etc/fstab"));
    if (!facts.kept().swapMasked()) {
      left.add("swap.target not masked");
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of("found " + String.join(", ", left) + ", expected none");
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
