/// What is true: the live cluster as records. Knows nothing of how it was found out.
@NullMarked
package io.kubegraft.cluster;

import org.jspecify.annotations.NullMarked;
