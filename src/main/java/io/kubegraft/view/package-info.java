/// What people see: plan, progress, proof; terminal and JSON.
@NullMarked
package io.kubegraft.view;

import org.jspecify.annotations.NullMarked;
