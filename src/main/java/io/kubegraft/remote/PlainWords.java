package io.kubegraft.remote;

import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;

/// What a library's exception means, for whoever has never seen the library: what happened, in the
/// words that ssh, curl and the kernel have for it. No class name and no library's wording gets
/// through.
public final class PlainWords {
  static final String NO_ANSWER = "no answer in time";
  static final String NO_ROUTE = "no route to it";
  static final String REFUSED = "connection refused";
  static final String CLOSED = "the connection was closed before an answer came";
  static final String CLOSED_HERE = "the connection was closed at this end";
  private static final String UNKNOWN =
      "it failed in a way that kubegraft has no words for (KUBEGRAFT_DEBUG=1 shows it)";

  /// Names of classes, of packages, of objects.
  private static final Pattern OF_A_PROGRAM =
      Pattern.compile(
          "\\b[a-z]+(\\.[a-z0-9_]+)+\\.[A-Z]|\\w(Exception|Error)\\b|\\b[A-Z][a-z]+[A-Z]\\w*[\\[(@]"
              + "|@[0-9a-f]{5,}|\\bnull\\b|->");

  private PlainWords() {}

  public static String of(Throwable problem) {
    List<Throwable> chain = chain(problem);
    for (Throwable each : chain.reversed()) {
      if (each instanceof RemoteException ours) {
        return String.valueOf(ours.getMessage()).lines().findFirst().orElse(UNKNOWN);
      }
    }
    return certificate(chain)
        .or(() -> way(chain))
        .or(() -> tls(chain))
        .or(() -> ssh(chain))
        .or(() -> file(chain))
        .or(() -> end(chain))
        .orElseGet(() -> itsOwn(chain));
  }

  private static List<Throwable> chain(Throwable problem) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable each = problem; each != null && !chain.contains(each); each = each.getCause()) {
      chain.addFirst(each);
    }
    return chain;
  }

  private static Optional<String> certificate(List<Throwable> chain) {
    if (has(chain, CertificateExpiredException.class)) {
      return Optional.of("its certificate has ended");
    }
    if (has(chain, CertificateNotYetValidException.class)) {
      return Optional.of("its certificate is not valid yet; are the clocks right?");
    }
    if (has(chain, CertPathBuilderException.class)
        || has(chain, CertPathValidatorException.class)) {
      return Optional.of("its certificate is not of the CA that we trust for it");
    }
    if (has(chain, CertificateException.class)) {
      return Optional.of(
          said(chain, "no subject alternative", "no name matching")
              ? "its certificate does not name the address that it was asked at"
              : "its certificate can't be trusted");
    }
    return Optional.empty();
  }

  private static Optional<String> way(List<Throwable> chain) {
    if (has(chain, UnknownHostException.class) || has(chain, UnresolvedAddressException.class)) {
      return Optional.of("its name can't be resolved");
    }
    if (has(chain, NoRouteToHostException.class)
        || said(chain, "no route to host", "host is unreachable", "host unreachable")) {
      return Optional.of(NO_ROUTE);
    }
    if (said(chain, "network is unreachable", "network unreachable")) {
      return Optional.of("no route to its network");
    }
    if (has(chain, HttpTimeoutException.class)
        || has(chain, SocketTimeoutException.class)
        || has(chain, TimeoutException.class)
        || said(chain, "timed out", "timeout", "operation result within specified")) {
      return Optional.of(NO_ANSWER);
    }
    if (has(chain, ConnectException.class) || said(chain, "connection refused")) {
      return Optional.of(REFUSED);
    }
    return Optional.empty();
  }

  private static Optional<String> tls(List<Throwable> chain) {
    if (!has(chain, SSLException.class)) {
      return Optional.empty();
    }
    if (has(chain, EOFException.class)
        || has(chain, SocketException.class)
        || said(chain, "remote host terminated", "closing inbound before")) {
      return Optional.of(CLOSED);
    }
    if (said(chain, "unrecognized ssl message", "plaintext connection")) {
      return Optional.of("it answers, but not in TLS");
    }
    if (said(chain, "certificate", "unknown_ca", "access_denied")) {
      return Optional.of("it does not accept our certificate");
    }
    return Optional.of("it agrees to no TLS connection with us");
  }

  private static Optional<String> ssh(List<Throwable> chain) {
    for (Throwable each : chain) {
      if (each instanceof SshChannelOpenException open) {
        return Optional.of(
            switch (open.getReasonCode()) {
              case SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED -> "the SSH server forbids it";
              case SshConstants.SSH_OPEN_CONNECT_FAILED -> "it can't be connected to from there";
              case SshConstants.SSH_OPEN_RESOURCE_SHORTAGE -> "the SSH server has no room for it";
              default -> "the SSH server refuses it";
            });
      }
    }
    if (!has(chain, SshException.class)) {
      return Optional.empty();
    }
    if (said(chain, "unable to negotiate", "failed to negotiate")) {
      return Optional.of("we have no SSH algorithm in common with it");
    }
    if (said(chain, "authentication methods", "authentication failures")) {
      return Optional.of("it refused the login");
    }
    if (said(chain, "identification", "protocol version", "banner")) {
      return Optional.of("what answers there is no SSH server");
    }
    if (said(chain, "host key", "server key", "signature")) {
      return Optional.of("its host key does not prove who it is");
    }
    if (said(chain, "closed", "closing", "disconnect", "reset", "terminated")) {
      return Optional.of(CLOSED);
    }
    return Optional.of("the SSH connection failed");
  }

  private static Optional<String> file(List<Throwable> chain) {
    if (said(chain, "no space left")) {
      return Optional.of("no space is left there");
    }
    if (said(chain, "quota exceeded")) {
      return Optional.of("the disk quota is used up there");
    }
    if (said(chain, "read-only file system")) {
      return Optional.of("the file system there is read-only");
    }
    if (has(chain, AccessDeniedException.class) || said(chain, "permission denied")) {
      return Optional.of("permission denied");
    }
    if (has(chain, FileAlreadyExistsException.class)
        || has(chain, NotDirectoryException.class)
        || said(chain, "not a directory")) {
      return Optional.of("a file is in the way there");
    }
    if (has(chain, NoSuchFileException.class) || said(chain, "no such file or directory")) {
      return Optional.of("there is no such file or folder");
    }
    return Optional.empty();
  }

  private static Optional<String> end(List<Throwable> chain) {
    if (has(chain, RejectedExecutionException.class)
        || has(chain, CancellationException.class)
        || said(chain, "has been shut down", "selector manager closed")) {
      return Optional.of(CLOSED_HERE);
    }
    if (has(chain, InterruptedException.class) || has(chain, InterruptedIOException.class)) {
      return Optional.of("interrupted");
    }
    if (has(chain, EOFException.class)
        || has(chain, ClosedChannelException.class)
        || said(chain, "reset", "broken pipe", "received no bytes", "goaway", "closed", "eof")) {
      return Optional.of(CLOSED);
    }
    return Optional.empty();
  }

  /// The outermost text that a person could have written.
  private static String itsOwn(List<Throwable> chain) {
    return chain.reversed().stream()
        .map(Throwable::getMessage)
        .filter(text -> text != null && !text.isBlank())
        .map(text -> text.strip().lines().findFirst().orElse(""))
        .filter(text -> !OF_A_PROGRAM.matcher(text).find())
        .findFirst()
        .orElse(UNKNOWN);
  }

  private static boolean has(List<Throwable> chain, Class<? extends Throwable> kind) {
    return chain.stream().anyMatch(kind::isInstance);
  }

  private static boolean said(List<Throwable> chain, String... words) {
    return chain.stream()
        .map(each -> String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT))
        .anyMatch(text -> List.of(words).stream().anyMatch(text::contains));
  }
}
