package io.kubegraft.observe;

import java.time.Duration;

/// One server that can be read from and written to, and by whom nobody is harmed: a little object
/// of ours. Never throws.
public interface Probed {
  Reply read(Duration limit);

  Reply write(Duration limit);

  /// Takes the object away.
  Reply clean(Duration limit);
}
