package io.kubegraft.remote;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A real sshd for tests outside this package.
public final class SshdDoor implements AutoCloseable {
  private final Sshd sshd;

  private SshdDoor(Sshd sshd) {
    this.sshd = sshd;
  }

  /// @param sessions how many connections of nobody known yet it bears at once
  public static SshdDoor open(Path folder, int sessions) {
    return new SshdDoor(Sshd.start(folder, "MaxStartups=" + sessions));
  }

  /// What {@link #fleet} needs in another process.
  public List<String> words() {
    return List.of(sshd.home().toString(), sshd.access("any").port().orElseThrow().toString());
  }

  /// Hosts of these names, all of them this server.
  public static SshFleet fleet(List<String> names, String home, String port) {
    return SshFleet.of(
        names.stream().map(name -> access(name, Integer.parseInt(port))).toList(),
        SshSettings.ofHome(Path.of(home)));
  }

  private static Access access(String name, int port) {
    Access plain = Access.of(name, Sshd.ADDRESS);
    return new Access(
        name,
        plain.address(),
        Optional.of(port),
        Optional.of("root"),
        plain.keyFiles(),
        plain.password(),
        plain.commonArgs(),
        plain.become(),
        plain.connectTimeout());
  }

  @Override
  public void close() {
    sshd.close();
  }
}
