package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipeTest {
  private static final int MIB = 1 << 20;

  private final AtomicLong passed = new AtomicLong();
  private final Pipe pipe = new Pipe(passed::set);

  @Test
  void withoutAReaderNoMoreThanFourMebibytesAreHeldHoweverLargeThePieces() throws Exception {
    CompletableFuture<IOException> end = new CompletableFuture<>();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              try (OutputStream in = pipe.in()) {
                for (int i = 0; i < 100; i++) {
                  in.write(new byte[MIB]);
                }
                end.complete(new IOException("all hundred went in"));
              } catch (IOException e) {
                end.complete(e);
              }
            });
    await().until(() -> passed.get() > 0 && writer.getState() == Thread.State.TIMED_WAITING);

    assertThat(passed.get()).isLessThanOrEqualTo(4 * MIB);

    pipe.out().close();
    assertThat(end.get(20, TimeUnit.SECONDS)).hasMessage("the receiver broke off");
    writer.join();
  }

  @Test
  void aWriterWhoseReaderIsGoneIsToldSo() throws IOException {
    pipe.out().close();

    assertThatThrownBy(() -> pipe.in().write(1))
        .isInstanceOf(IOException.class)
        .hasMessage("the receiver broke off");
  }

  @Test
  void aCleanEndIsAnEndAndStaysOne() throws IOException {
    try (OutputStream in = pipe.in()) {
      in.write(new byte[] {1, 2, -1});
    }
    try (InputStream out = pipe.out()) {
      assertThat(out.read()).isEqualTo(1);
      assertThat(out.read()).isEqualTo(2);
      assertThat(out.read()).isEqualTo(255);
      assertThat(out.read()).isEqualTo(-1);
      assertThat(out.read()).isEqualTo(-1);
    }
  }

  @Test
  void aBrokenEndIsAnErrorAfterTheBytesThatCame() throws IOException {
    pipe.in().write(new byte[] {1, 2, 3});
    pipe.abort();

    try (InputStream out = pipe.out()) {
      assertThat(out.readNBytes(3)).containsExactly(1, 2, 3);
      assertThatThrownBy(out::read).isInstanceOf(IOException.class);
    }
    assertThat(pipe.senderFailedFirst()).isTrue();
  }

  /// The reader may close before the writer's own close returns, a race that a small copy loses now
  /// and then.
  @Test
  void aReaderThatHasSeenTheEndHasNotBrokenOff() throws Exception {
    for (int i = 0; i < 2000; i++) {
      Pipe small = new Pipe(passed::set);
      CompletableFuture<Void> read =
          CompletableFuture.runAsync(() -> {
            try (InputStream out = small.out()) {
              out.readAllBytes();
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      try (OutputStream in = small.in()) {
        in.write(1);
      }
      read.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void whoBrokeOffFirstIsRemembered() throws IOException {
    pipe.out().close();
    pipe.abort();

    assertThat(pipe.senderFailedFirst()).isFalse();
  }
}
