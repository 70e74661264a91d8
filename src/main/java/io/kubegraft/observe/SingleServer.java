package io.kubegraft.observe;

import io.kubegraft.cluster.Derived.Certificate;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// One HTTP server behind a tunnel, and raw requests to it. HTTP/1.1: a connection over which one
/// request got no answer is given up, and the next is not held up by it.
final class SingleServer implements AutoCloseable {
  private final Host via;
  private final String scheme;
  private final String address;
  private final int port;
  private final HttpClient http;
  private Optional<Host.Tunnel> tunnel = Optional.empty();

  SingleServer(Host via, String scheme, String address, int port, HttpClient http) {
    this.via = via;
    this.scheme = scheme;
    this.address = address;
    this.port = port;
    this.http = http;
  }

  /// What came back, whatever its status.
  sealed interface Exchange {
    record Got(int status, String body) implements Exchange {}

    record Nothing(Reply why) implements Exchange {}
  }

  Exchange ask(
      String method, String path, String contentType, Optional<String> body, Duration limit) {
    Host.Tunnel way;
    try {
      way = way();
    } catch (RuntimeException e) {
      return new Exchange.Nothing(new Reply.Unknown(ApiWords.of(e)));
    }
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + way.localPort() + path))
                  .timeout(limit)
                  .header("Content-Type", contentType)
                  .method(
                      method,
                      body.map(HttpRequest.BodyPublishers::ofString)
                          .orElseGet(HttpRequest.BodyPublishers::noBody))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return new Exchange.Got(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return new Exchange.Nothing(nothing(way, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Exchange.Nothing(new Reply.Unknown("interrupted"));
    }
  }

  private static Reply nothing(Host.Tunnel way, IOException e) {
    String why = Unanswered.why(way, e);
    return Unanswered.isOurs(way) ? new Reply.Unknown(why) : new Reply.Failed(why);
  }

  static Reply reply(Exchange exchange, int... good) {
    return switch (exchange) {
      case Exchange.Nothing(Reply why) -> why;
      case Exchange.Got(int status, String body) -> {
        for (int each : good) {
          if (status == each) {
            yield new Reply.Answered(body);
          }
        }
        yield new Reply.Failed("it answers " + status + " " + KubeApi.firstLine(body));
      }
    };
  }

  /// What it shows, checked for nothing; empty if it shows none.
  Optional<Certificate> certificate(Duration limit) {
    try {
      return Handshake.certificate(way().localPort(), limit);
    } catch (RemoteException e) {
      return Optional.empty();
    }
  }

  private Host.Tunnel way() {
    synchronized (this) {
      Host.Tunnel open = tunnel.orElseGet(() -> via.tunnel(address, port));
      tunnel = Optional.of(open);
      return open;
    }
  }

  @Override
  public synchronized void close() {
    tunnel.ifPresent(Host.Tunnel::close);
    tunnel = Optional.empty();
  }
}
