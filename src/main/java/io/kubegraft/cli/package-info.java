/// The commands: wiring, options, exit codes.
@NullMarked
package io.kubegraft.cli;

import org.jspecify.annotations.NullMarked;
