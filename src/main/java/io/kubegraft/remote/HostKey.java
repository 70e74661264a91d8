package io.kubegraft.remote;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// A host's public key as it goes over the wire and into known_hosts.
///
/// @param type for example `ssh-ed25519`
/// @param base64 the key itself
public record HostKey(String type, String base64) {
  static HostKey of(PublicKey key) {
    var buffer = new ByteArrayBuffer();
    buffer.putRawPublicKey(key);
    return new HostKey(
        KeyUtils.getKeyType(key), Base64.getEncoder().encodeToString(buffer.getCompactData()));
  }

  /// `SHA256:…`, as ssh-keygen prints it.
  public String fingerprint() {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(bytes());
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private byte[] bytes() {
    return Base64.getDecoder().decode(base64);
  }

  /// Whether both are the same key, however their base64 was padded.
  boolean same(HostKey other) {
    return base64.equals(other.base64) || Arrays.equals(bytes(), other.bytes());
  }
}
