/// How the truth is read: one probe script per host, the Kubernetes API and etcd through a tunnel.
@NullMarked
package io.kubegraft.observe;

import org.jspecify.annotations.NullMarked;
