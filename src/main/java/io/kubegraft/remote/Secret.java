package io.kubegraft.remote;

import java.nio.charset.StandardCharsets;

/// A password. Its text is only had by asking for it; printing it prints stars.
public final class Secret {
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  public String reveal() {
    return text;
  }

  public byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "***";
  }
}
