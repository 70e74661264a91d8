package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes to Node objects as controllers and kubelets do, only a hundred times a second, from
/// construction to {@link #close}: also to those that are not there yet, as soon as they are.
final class NodeWriter implements AutoCloseable {
  private static final String FLAG = "/run/story-writes-nodes";
  private static final Pattern WRITTEN = Pattern.compile("written (\\d+) of \\d+");

  private final Lab lab;
  private final Shell.Running writer;

  NodeWriter(Lab lab, String... nodes) {
    this.lab = lab;
    lab.must(Lab.CONTROL_PLANE, ": >" + FLAG);
    String script =
        Shell.read(Shell.CHECKOUT.resolve("src/test/resources/io/kubegraft/story/write-nodes.sh"));
    writer = lab.start(Lab.CONTROL_PLANE, script, FLAG + " " + String.join(" ", nodes));
  }

  /// Ends it.
  ///
  /// @return how many writes there were
  int written() {
    close();
    Shell.Ended ended = writer.await();
    Matcher said = WRITTEN.matcher(ended.out());
    assertThat(said.find()).as("%s", ended).isTrue();
    return Integer.parseInt(said.group(1));
  }

  @Override
  public void close() {
    lab.must(Lab.CONTROL_PLANE, "rm -f " + FLAG);
    writer.await();
  }
}
