package io.kubegraft.remote;

/// Runs small clean-ups off the library's I/O threads, where closing things may deadlock.
final class Background {
  private static final System.Logger LOG = System.getLogger(Background.class.getName());

  private Background() {}

  /// Something that may fail without harm.
  interface Chore {
    void run() throws Exception;
  }

  static void run(Chore chore) {
    Thread.ofVirtual()
        .name("kubegraft-cleanup")
        .start(() -> {
          try {
            chore.run();
          } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "clean-up failed", e);
          }
        });
  }
}
