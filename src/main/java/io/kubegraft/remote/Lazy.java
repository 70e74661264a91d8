package io.kubegraft.remote;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A value made when first asked for, once. A failure is not kept: the next one tries again.
final class Lazy<T> {
  private final Supplier<T> make;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<T> value = Optional.empty();

  Lazy(Supplier<T> make) {
    this.make = make;
  }

  T get() {
    Optional<T> known = value;
    if (known.isPresent()) {
      return known.get();
    }
    lock.lock();
    try {
      if (value.isEmpty()) {
        value = Optional.of(make.get());
      }
      return value.orElseThrow();
    } finally {
      lock.unlock();
    }
  }

  /// The value, if it was ever made.
  Optional<T> made() {
    return value;
  }
}
