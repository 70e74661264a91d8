package io.kubegraft.observe;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/// Until when a server asked not to be asked again: its header Retry-After, in seconds as API
/// servers write it. The client's own exceptions don't tell.
final class AskedToWait implements Interceptor {
  private volatile long until = System.nanoTime();

  @Override
  public void after(
      HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> body) {
    String seconds = response.header("Retry-After");
    if (seconds != null && seconds.matches("\\d{1,4}")) {
      until = System.nanoTime() + Duration.ofSeconds(Long.parseLong(seconds)).toNanos();
    }
  }

  Duration remaining() {
    return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
  }
}
