@NullMarked
package io.kubegraft.view;

import org.jspecify.annotations.NullMarked;
