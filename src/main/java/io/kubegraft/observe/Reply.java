package io.kubegraft.observe;

/// What came of one request to one server.
public sealed interface Reply {
  /// @param text its body
  record Answered(String text) implements Reply {}

  /// The server refused, or did not answer.
  record Failed(String why) implements Reply {}

  /// The request never got there: our own connection is at fault. That says nothing of the server,
  /// and nothing good.
  record Unknown(String why) implements Reply {}

  default boolean answered() {
    return this instanceof Answered;
  }
}
