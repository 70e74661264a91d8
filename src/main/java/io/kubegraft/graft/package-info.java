/// How each kind of step is done: check, act, verify. One file each.
@NullMarked
package io.kubegraft.graft;

import org.jspecify.annotations.NullMarked;
