package io.kubegraft.view;

import io.kubegraft.run.Event;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A run on a terminal: a line for each host that is at work, a footer, and above them what is
/// over. Nothing spins; what is shown changes when something has changed.
///
/// Events are queued by whoever has them and drawn by one thread of this view, which alone writes
/// to the terminal while the view is open. When the run is over the block is gone and what is left
/// is a line for each host. Closed early, the block stays as it was last. The cursor comes back in
/// any case, also when the program is interrupted.
public final class LiveView implements Progress {
  private static final Duration BETWEEN_FRAMES = Duration.ofMillis(200);

  private final BlockingQueue<Optional<Event>> queue = new LinkedBlockingQueue<>();
  private final LiveModel model = new LiveModel();
  private final Painter painter;
  private final Supplier<Terminal.Size> size;
  private final Look look;
  private final InstantSource clock;
  private final Thread writer;
  private final Thread whenInterrupted;

  /// @param size asked before every frame, so that a resized terminal is noticed
  public LiveView(PrintStream out, Supplier<Terminal.Size> size, Look look, InstantSource clock) {
    this.painter = new Painter(out);
    this.size = size;
    this.look = look;
    this.clock = clock;
    this.whenInterrupted = new Thread(painter::restore, "view-restore");
    this.writer = Thread.ofPlatform().daemon().name("view").unstarted(this::draw);
    Runtime.getRuntime().addShutdownHook(whenInterrupted);
    writer.start();
  }

  @Override
  public void accept(Event event) {
    queue.add(Optional.of(event));
    if (event instanceof Event.RunFinished) {
      end();
    }
  }

  private void draw() {
    try {
      boolean open = true;
      while (open) {
        List<Optional<Event>> batch = new ArrayList<>();
        Optional<Event> first = queue.poll(BETWEEN_FRAMES.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch);
        }
        open = batch.stream().allMatch(Optional::isPresent);
        paint(batch.stream().flatMap(Optional::stream).toList());
        if (open && first != null) {
          // Copies tell of themselves often; frames come at a pace that eyes can follow.
          Thread.sleep(BETWEEN_FRAMES.dividedBy(4));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      painter.restore();
    }
  }

  private void paint(List<Event> events) {
    Terminal.Size now = size.get();
    LiveFrame frame =
        new LiveFrame(new Look(now.columns(), look.colour(), look.unicode()), now.rows());
    List<String> permanent = new ArrayList<>();
    for (Event event : events) {
      model.apply(event);
      permanent.addAll(frame.permanent(model, event));
    }
    painter.paint(permanent, frame.frame(model, clock.instant()), now.columns());
  }

  @Override
  public void close() {
    end();
  }

  private void end() {
    queue.add(Optional.empty());
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    painter.restore();
    try {
      Runtime.getRuntime().removeShutdownHook(whenInterrupted);
    } catch (IllegalStateException e) {
      // The program is ending already and the hook has run or is about to: nothing to take back.
    }
  }
}
