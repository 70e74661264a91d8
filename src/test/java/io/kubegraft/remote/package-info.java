@NullMarked
package io.kubegraft.remote;

import org.jspecify.annotations.NullMarked;
