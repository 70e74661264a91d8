package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The kubelet's images in a host's containerd, through its own `ctr`.
record ImageStore(Host host, String platform) {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String CTR = "PATH=/usr/local/bin:/opt/bin:$PATH\nctr -n k8s.io images ";

  /// By name. ctr ends badly where it can't tell of one of them, and tells of all others.
  Map<String, StoredImage> images() {
    Output output = host.run("# look at the images\n" + CTR + "check", LIMIT);
    if (!output.ok() && output.stdout().isBlank()) {
      throw output.failure(host.name());
    }
    return StoredImage.byName(output.stdout());
  }

  /// The beginning of a script that prints images as an archive; their names follow.
  ///
  /// `--local`: containerd 2 would have its daemon write the archive, and ctr, which passes it on,
  /// ends well before it has passed on all of it when whoever reads is slower.
  String exporting() {
    return "# export images\n" + CTR + "export " + flags("export") + "- ";
  }

  /// A script that takes an archive in, and reads to the end of its input.
  ///
  /// `--platform`: containerd 1 would also look for what of an image is for like processors (386
  /// beside amd64), which no archive of one platform has.
  String importing() {
    return "# import images\n" + CTR + "import " + flags("import") + "- && cat >/dev/null";
  }

  private String flags(String command) {
    String help = host.run("# ask ctr\n" + CTR + command + " --help", LIMIT).stdout();
    return Stream.of("--platform", "--local")
        .filter(flag -> help.lines().anyMatch(line -> line.strip().startsWith(flag + " ")))
        .map(flag -> flag.equals("--platform") ? flag + " " + Shell.quote(platform) : flag)
        .map(flag -> flag + " ")
        .collect(Collectors.joining());
  }
}
