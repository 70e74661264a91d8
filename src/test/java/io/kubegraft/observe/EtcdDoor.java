package io.kubegraft.observe;

import io.kubegraft.remote.Host;
import java.util.List;

/// The way to etcd for tests outside this package.
public final class EtcdDoor {
  private EtcdDoor() {}

  public static EtcdApi through(
      Host via, String caPem, String certificatePem, String keyPem, List<String> endpoints) {
    return EtcdApi.through(
        via, ClientTls.of(caPem, certificatePem, keyPem), endpoints, EtcdGateways.atClientUrls());
  }
}
