package io.kubegraft.cli;

import io.kubegraft.inventory.Inventory;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.RemoteException;
import io.kubegraft.remote.ShownKey;
import io.kubegraft.remote.SshFleet;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `kubegraft trust`: pins host keys after showing their fingerprints, and puts the operator's
/// public key in place. What `ssh-keyscan` and `ssh-copy-id` do, with a look before.
@Command(
    name = "trust",
    description = "Show and pin host keys, and put your public key in place (with -k).",
    mixinStandardHelpOptions = true)
final class TrustCommand implements Callable<Integer> {
  @Mixin private OptionalInventory inventoryOptions = new OptionalInventory();
  @Mixin private SshOptions ssh = new SshOptions();

  @Parameters(arity = "1..*", paramLabel = "HOST", description = "Hosts to trust.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--public-key",
      paramLabel = "FILE",
      description = "The key to put in place (default: the first of ~/.ssh/id_*.pub).")
  private @Nullable Path publicKey;

  @Option(
      names = {"-y", "--yes"},
      description = "Don't ask before pinning the keys that are shown.")
  private boolean yes;

  @Override
  public Integer call() {
    Inventory inventory = inventoryOptions.read(hosts);
    List<String> names = inventoryOptions.select(inventory, hosts);
    String key = publicKeyText();
    int failed = 0;
    try (SshFleet fleet = ssh.fleet(inventory, names)) {
      for (String name : names) {
        try {
          trust(fleet, name, key);
        } catch (RemoteException e) {
          failed++;
          System.err.println(e.getMessage());
        }
      }
    }
    if (failed == 0) {
      return ExitCode.OK;
    }
    return failed == names.size() ? ExitCode.FAILED : ExitCode.PARTIAL;
  }

  private void trust(SshFleet fleet, String name, String key) {
    ShownKey shown = fleet.scan(name);
    switch (shown.standing()) {
      case KNOWN ->
          System.out.println(name + ": its host key is known (" + shown.key().fingerprint() + ")");
      case UNKNOWN -> {
        System.out.println(
            name + " shows the " + shown.key().type() + " key " + shown.key().fingerprint());
        confirm(name);
        System.out.println(name + ": pinned in " + fleet.pin(name, shown.key()));
      }
      // Another key is known, or this one is revoked: pinning refuses, and says where and why.
      case CHANGED, REVOKED -> fleet.pin(name, shown.key());
    }
    System.out.println(
        name
            + (fleet.installKey(name, key)
                ? ": your public key is in place now"
                : ": your public key was in place already"));
  }

  private void confirm(String name) {
    if (yes) {
      return;
    }
    Console console =
        Consoles.terminal()
            .orElseThrow(() ->
                new InputException(
                    "there is no terminal to ask whether this is " + name + "'s key",
                    Next.here("kubegraft trust --yes …")
                        .as("if the fingerprint above is the right one")));
    String answer =
        console.readLine(
            "Compare with `ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub` on its console. Pin it? (yes/no) ");
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).equals("yes")) {
      throw new InputException(name + ": not pinned", Next.here("kubegraft trust " + name));
    }
  }

  private String publicKeyText() {
    Path file = publicKey;
    if (file == null) {
      file = firstPublicKey();
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new InputException(
          "the public key " + file + " can't be read: " + e.getMessage(),
          Next.here("ls -l " + file));
    }
  }

  /// A certificate lies beside its key under such a name; sshd takes none in authorized_keys.
  static boolean isPublicKey(String name) {
    return name.matches("id_.*\\.pub") && !name.endsWith("-cert.pub");
  }

  private static Path firstPublicKey() {
    Path folder = Path.of(System.getProperty("user.home"), ".ssh");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        var first =
            files.filter(file -> isPublicKey(file.getFileName().toString())).sorted().findFirst();
        if (first.isPresent()) {
          return first.get();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new InputException(
        "there is no public key in " + folder, Next.here("ssh-keygen -t ed25519"));
  }
}
