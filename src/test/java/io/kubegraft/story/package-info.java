/// The operator's stories, black box, on the lab's real cluster: `./kubegraft` as a process, its
/// exit code and words, and what is then true of hosts and cluster.
@NullMarked
package io.kubegraft.story;

import org.jspecify.annotations.NullMarked;
