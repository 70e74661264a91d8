/// What is told when something is wrong: a stable code, and what to do next. Both are types, so
/// that no command is shown without the host that it is meant for.
@NullMarked
package io.kubegraft.problem;

import org.jspecify.annotations.NullMarked;
