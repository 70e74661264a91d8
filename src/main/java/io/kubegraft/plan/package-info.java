/// What shall happen, and why: a pure function from spec and state to a list of steps. No I/O, no
/// clock.
@NullMarked
package io.kubegraft.plan;

import org.jspecify.annotations.NullMarked;
