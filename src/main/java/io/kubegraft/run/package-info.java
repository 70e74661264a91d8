/// Carries a plan out: lanes, guards, lock, journal, events.
@NullMarked
package io.kubegraft.run;

import org.jspecify.annotations.NullMarked;
