package io.kubegraft.remote;

/// What a script left behind.
///
/// @param script its first line or a name, for messages
/// @param exit exit status; 128+n when ended by signal n
/// @param stdout what it printed, whole up to 64 MiB
/// @param stderr the tail (64 KiB) of what it printed on standard error
public record Output(String script, int exit, String stdout, String stderr) {
  private static final int TAIL_LINES = 15;

  public boolean ok() {
    return exit == 0;
  }

  /// The last lines of standard error. Never of standard output: scripts print there what they are
  /// asked for, secrets among it, and this goes into messages.
  public String tail() {
    return last(stderr);
  }

  /// The last lines of standard output, for who knows that nothing secret is in it.
  public String stdoutTail() {
    return last(stdout);
  }

  private static String last(String text) {
    var lines = text.strip().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  public RemoteException failure(String host) {
    return new RemoteException(
        host,
        RemoteException.Kind.COMMAND,
        host
            + ": `"
            + script
            + "` ended with exit status "
            + exit
            + (tail().isEmpty() ? "" : ":\n" + tail()));
  }
}
