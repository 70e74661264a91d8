package io.kubegraft.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Keys and certificates as operators' tools make them: by openssl, in a scratch folder.
final class OpenSsl {
  private final Path folder;

  OpenSsl(Path folder) {
    this.folder = folder;
  }

  /// A CA, `ca.crt` and `ca.key`.
  void ca() {
    rsaKey("ca");
    run("req -x509 -new -sha256 -days 2 -key ca.key -subj /CN=test-ca -out ca.crt");
  }

  void rsaKey(String name) {
    run("genrsa -out " + name + ".key 2048");
  }

  /// A certificate for that key, signed by the CA, for 127.0.0.1 and for both ends of TLS.
  void certificate(String name) {
    write(
        name + ".ext",
        "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n");
    run("req -new -sha256 -key " + name + ".key -subj /CN=" + name + " -out " + name + ".csr");
    run(
        "x509 -req -sha256 -days 2 -CA ca.crt -CAkey ca.key -CAcreateserial -in "
            + name
            + ".csr -extfile "
            + name
            + ".ext -out "
            + name
            + ".crt");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  String text(String name) {
    try {
      return Files.readString(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String name, String text) {
    try {
      Files.writeString(file(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void run(String arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(Arrays.asList(arguments.split(" ", -1)));
    try {
      Path log = folder.resolve("openssl.log");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(command + ": " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
