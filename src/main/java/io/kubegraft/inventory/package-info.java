/// What the operator wants: Ansible inventories read as Ansible reads them, down to a
/// `ClusterSpec`.
@NullMarked
package io.kubegraft.inventory;

import org.jspecify.annotations.NullMarked;
