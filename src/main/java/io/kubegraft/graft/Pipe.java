package io.kubegraft.graft;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongConsumer;

/// Carries bytes from one thread to another through a bounded queue of chunks; the two ends may run
/// at different speeds, and what is under way is never more than 256 KiB, however large the pieces
/// that are written. `PipedInputStream` would do the same by polling and byte copies.
final class Pipe {
  private static final int CHUNKS = 4;
  private static final int LARGEST_CHUNK = 64 << 10;
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(CHUNKS);
  private final LongConsumer passed;
  private volatile boolean ended;
  private volatile boolean readerGone;
  private volatile boolean broken;
  private volatile boolean senderFirst;
  private volatile boolean whole;
  private volatile long total;

  /// @param passed told how many bytes went in so far
  Pipe(LongConsumer passed) {
    this.passed = passed;
  }

  OutputStream in() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = offset; at < offset + length; at += LARGEST_CHUNK) {
          int end = Math.min(at + LARGEST_CHUNK, offset + length);
          put(Arrays.copyOfRange(bytes, at, end));
          long soFar = total + end - at;
          total = soFar;
          passed.accept(soFar);
        }
      }

      @Override
      public void close() throws IOException {
        whole = true;
        put(END);
      }
    };
  }

  InputStream out() {
    return new InputStream() {
      private byte[] chunk = END;
      private int position;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        byte[] current = chunk;
        if (position == current.length) {
          if (ended) {
            return -1;
          }
          current = take();
          chunk = current;
          position = 0;
          if (current.length == 0) {
            ended = true;
            if (broken) {
              throw new IOException("the sender broke off");
            }
            return -1;
          }
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, bytes, offset, count);
        position += count;
        return count;
      }

      @Override
      public void close() {
        // Whoever has read the end hasn't broken off, even if the sender is still on its way out of
        // putting it there.
        readerGone = !ended;
        queue.clear();
      }
    };
  }

  /// Ends the stream as broken: the reader gets an error instead of a clean end.
  void abort() {
    senderFirst = !readerGone;
    broken = true;
    try {
      put(END);
    } catch (IOException e) {
      // The reader is gone already; there is nobody left to tell.
    }
  }

  /// Bytes that went in so far.
  long total() {
    return total;
  }

  /// Whether all has gone in.
  boolean sentWhole() {
    return whole;
  }

  /// Whether the sender broke off while the receiver was still there.
  boolean senderFailedFirst() {
    return senderFirst;
  }

  private void put(byte[] chunk) throws IOException {
    try {
      while (!queue.offer(chunk, 1, java.util.concurrent.TimeUnit.SECONDS)) {
        if (readerGone) {
          throw new IOException("the receiver broke off");
        }
      }
      if (readerGone) {
        throw new IOException("the receiver broke off");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while sending");
    }
  }

  private byte[] take() throws IOException {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while receiving");
    }
  }
}
