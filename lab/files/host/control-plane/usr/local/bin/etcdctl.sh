#!/bin/bash
# etcdctl with the settings of /etc/etcd.env.
set -a
. /etc/etcd.env
exec /usr/local/bin/etcdctl "$@"
