package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kind of exception that the JDK's network and TLS, its HTTP client and the SSH library
/// throw, as they throw them: how they are nested and what they say.
class PlainWordsTest {
  static Stream<org.junit.jupiter.params.provider.Arguments> problems() {
    return Stream.of(
        arguments(new ConnectException("Connection refused"), "connection refused"),
        arguments(with(new ConnectException(), new ClosedChannelException()), "connection refused"),
        arguments(
            new ConnectException("Connection timed out (Connection timed out)"),
            "no answer in time"),
        arguments(new NoRouteToHostException("No route to host"), "no route to it"),
        arguments(new ConnectException("No route to host"), "no route to it"),
        arguments(new SocketException("Network is unreachable"), "no route to its network"),
        arguments(new UnknownHostException("k8s-node1"), "its name can't be resolved"),
        arguments(
            with(new ConnectException(), new UnresolvedAddressException()),
            "its name can't be resolved"),
        arguments(new HttpConnectTimeoutException("HTTP connect timed out"), "no answer in time"),
        arguments(new HttpTimeoutException("request timed out"), "no answer in time"),
        arguments(new SocketTimeoutException("Read timed out"), "no answer in time"),
        arguments(new ExecutionException(new TimeoutException()), "no answer in time"),
        arguments(
            with(
                new SSLHandshakeException("Remote host terminated the handshake"),
                new EOFException("SSL peer shut down incorrectly")),
            "the connection was closed before an answer came"),
        arguments(
            with(new SSLException("Connection reset"), new SocketException("Connection reset")),
            "the connection was closed before an answer came"),
        arguments(
            new SSLHandshakeException("Received fatal alert: bad_certificate"),
            "it does not accept our certificate"),
        arguments(
            new SSLException("Unsupported or unrecognized SSL message"),
            "it answers, but not in TLS"),
        arguments(
            new SSLHandshakeException("No appropriate protocol (protocol is disabled …)"),
            "it agrees to no TLS connection with us"),
        arguments(
            with(
                new SSLHandshakeException("PKIX path building failed"),
                new CertPathBuilderException("unable to find valid certification path")),
            "its certificate is not of the CA that we trust for it"),
        arguments(
            with(
                new SSLHandshakeException("PKIX path validation failed"),
                new CertificateExpiredException("NotAfter: Sun Mar 01 10:00:00 UTC 2026")),
            "its certificate has ended"),
        arguments(
            new CertificateNotYetValidException("NotBefore: Sun Mar 01 10:00:00 UTC 2026"),
            "its certificate is not valid yet; are the clocks right?"),
        arguments(
            with(
                new SSLHandshakeException("No subject alternative names matching IP"),
                new CertificateException("No subject alternative names matching IP address")),
            "its certificate does not name the address that it was asked at"),
        arguments(
            new IOException("HTTP/1.1 header parser received no bytes", new EOFException()),
            "the connection was closed before an answer came"),
        arguments(
            new IOException("/127.0.0.1:40123: GOAWAY received"),
            "the connection was closed before an answer came"),
        arguments(new ClosedChannelException(), "the connection was closed before an answer came"),
        arguments(
            new IOException("Broken pipe"), "the connection was closed before an answer came"),
        arguments(
            new IllegalStateException("Executor has been shut down"),
            "the connection was closed at this end"),
        arguments(
            new RejectedExecutionException("Task java.util.concurrent.FutureTask@1b2c rejected"),
            "the connection was closed at this end"),
        arguments(new InterruptedIOException(), "interrupted"),
        arguments(
            new SshChannelOpenException(3, SshConstants.SSH_OPEN_CONNECT_FAILED, "open failed"),
            "it can't be connected to from there"),
        arguments(
            new SshException(
                new SshChannelOpenException(
                    3, SshConstants.SSH_OPEN_CONNECT_FAILED, "No route to host")),
            "no route to it"),
        arguments(
            new SshChannelOpenException(
                3, SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "open failed"),
            "the SSH server forbids it"),
        arguments(
            new SshException(
                "DefaultAuthFuture[ssh-connection]: Failed to get operation result within specified"
                    + " timeout: 10000 msec",
                new TimeoutException()),
            "no answer in time"),
        arguments(
            new SshException("Unable to negotiate key exchange for kex algorithms (client: …)"),
            "we have no SSH algorithm in common with it"),
        arguments(
            new SshException("No more authentication methods available"), "it refused the login"),
        arguments(
            new SshException("Invalid identification: HTTP/1.0 400 Bad Request"),
            "what answers there is no SSH server"),
        arguments(
            new SshException("Session is being closed"),
            "the connection was closed before an answer came"),
        arguments(
            new SshException("org.apache.sshd.common.SshException: something of its own"),
            "the SSH connection failed"),
        arguments(new IOException("No space left on device"), "no space is left there"),
        arguments(new IOException("Disk quota exceeded"), "the disk quota is used up there"),
        arguments(
            new IOException("/s/kubegraft: Read-only file system"),
            "the file system there is read-only"),
        arguments(new AccessDeniedException("/s"), "permission denied"),
        arguments(new FileAlreadyExistsException("/s"), "a file is in the way there"),
        arguments(new NoSuchFileException("/s"), "there is no such file or folder"),
        arguments(
            new RemoteException("k8s-node1", RemoteException.Kind.LOST, "k8s-node1: lost\n try"),
            "k8s-node1: lost"),
        arguments(new IOException("it is out of order"), "it is out of order"),
        arguments(
            new IllegalStateException("class java.lang.String cannot be cast"),
            "it failed in a way that kubegraft has no words for (KUBEGRAFT_DEBUG=1 shows it)"),
        arguments(
            new NullPointerException(),
            "it failed in a way that kubegraft has no words for (KUBEGRAFT_DEBUG=1 shows it)"));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void eachKindHasWordsThatNameNoClassAndNoLibrary(Throwable problem, String words) {
    for (Throwable seen : new Throwable[] {problem, new IOException(problem)}) {
      assertThat(PlainWords.of(seen))
          .isEqualTo(words)
          .doesNotContainPattern("Exception|java|sshd|Future|handshake|127\\.0\\.0\\.1");
    }
  }

  private static <T extends Throwable> T with(T problem, Throwable cause) {
    problem.initCause(cause);
    return problem;
  }
}
