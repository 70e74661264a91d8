/// A host over SSH: run, read, write, stream, tunnel, become root; many hosts side by side.
@NullMarked
package io.kubegraft.remote;

import org.jspecify.annotations.NullMarked;
