package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Where the output of a remote script goes. Written to by the library's I/O threads, so nothing
/// here may block; read once the channel has closed.
final class Sinks {
  private Sinks() {}

  /// Passes on what comes after a marker, and keeps a little of what came before.
  static final class AfterMarker extends OutputStream {
    private static final int MOST_BEFORE = 64 << 10;

    private final byte[] marker;
    private final OutputStream behind;
    private final Runnable onMarker;
    private final ByteArrayOutputStream before = new ByteArrayOutputStream();
    private boolean found;

    AfterMarker(String marker, OutputStream behind, Runnable onMarker) {
      this.marker = marker.getBytes(UTF_8);
      this.behind = behind;
      this.onMarker = onMarker;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int off, int len) throws IOException {
      if (found) {
        behind.write(bytes, off, len);
        return;
      }
      byte[] all;
      int at;
      synchronized (before) {
        before.write(bytes, off, len);
        all = before.toByteArray();
        at = indexOf(all);
        before.reset();
        if (at < 0) {
          int kept = Math.min(all.length, MOST_BEFORE);
          before.write(all, all.length - kept, kept);
          return;
        }
        before.write(all, 0, at);
      }
      found = true;
      onMarker.run();
      int rest = at + marker.length;
      if (rest < all.length) {
        behind.write(all, rest, all.length - rest);
      }
    }

    private int indexOf(byte[] all) {
      outer:
      for (int i = 0; i + marker.length <= all.length; i++) {
        for (int j = 0; j < marker.length; j++) {
          if (all[i + j] != marker[j]) {
            continue outer;
          }
        }
        return i;
      }
      return -1;
    }

    String before() {
      synchronized (before) {
        return before.toString(UTF_8);
      }
    }

    /// Takes `text` out of what came before the marker, if it is there.
    boolean takeBefore(String text) {
      synchronized (before) {
        // Byte for byte, so that a character cut in two does no harm.
        String all = before.toString(ISO_8859_1);
        int at = all.indexOf(text);
        if (at < 0) {
          return false;
        }
        before.reset();
        before.writeBytes(
            (all.substring(0, at) + all.substring(at + text.length())).getBytes(ISO_8859_1));
        return true;
      }
    }
  }

  /// Keeps everything up to a limit, and tells when there was more.
  static final class Whole extends OutputStream {
    private final int limit;
    private final Runnable onOverflow;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean over;

    Whole(int limit, Runnable onOverflow) {
      this.limit = limit;
      this.onOverflow = onOverflow;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] more, int off, int len) {
      if (over) {
        return;
      }
      if (bytes.size() + len > limit) {
        over = true;
        onOverflow.run();
        return;
      }
      bytes.write(more, off, len);
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }

    String text() {
      return bytes.toString(UTF_8);
    }
  }

  /// Keeps the last bytes.
  static final class Tail extends OutputStream {
    private final byte[] ring;
    private long written;

    Tail(int size) {
      ring = new byte[size];
    }

    @Override
    public synchronized void write(int b) {
      ring[(int) (written++ % ring.length)] = (byte) b;
    }

    @Override
    public synchronized void write(byte[] more, int off, int len) {
      for (int i = Math.max(0, len - ring.length); i < len; i++) {
        write(more[off + i]);
      }
    }

    synchronized String text() {
      int kept = (int) Math.min(written, ring.length);
      byte[] bytes = new byte[kept];
      for (int i = 0; i < kept; i++) {
        bytes[i] = ring[(int) ((written - kept + i) % ring.length)];
      }
      return new String(bytes, UTF_8);
    }
  }
}
