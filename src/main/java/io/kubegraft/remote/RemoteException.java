package io.kubegraft.remote;

import io.kubegraft.problem.Code;

/// Something went wrong between us and one host. The message says what, where, why, and what to do
/// next; the kind lets callers decide without reading it.
public final class RemoteException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What kind of failure it is.
  public enum Kind {
    /// No connection: name not found, refused, no route, timed out.
    UNREACHABLE,
    /// The host is there, but it finds no way on to what a tunnel was to lead to.
    NO_WAY_ON,
    /// The host's key is not in known_hosts.
    HOST_KEY_UNKNOWN,
    /// The host's key is another than the one in known_hosts.
    HOST_KEY_CHANGED,
    /// No key or password was accepted.
    AUTHENTICATION,
    /// sudo refused, wants a password, or the password was wrong.
    BECOME,
    /// The deadline passed; the remote process was ended or the connection is closed.
    DEADLINE,
    /// The command ran and failed (exit status is not 0) where success was required.
    COMMAND,
    /// The connection was lost while in use.
    LOST,
    /// The calling thread was interrupted (it still is); the remote process was ended.
    INTERRUPTED
  }

  private final String host;
  private final Kind kind;

  public RemoteException(String host, Kind kind, String message) {
    super(message);
    this.host = host;
    this.kind = kind;
  }

  public RemoteException(String host, Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.host = host;
    this.kind = kind;
  }

  public String host() {
    return host;
  }

  public Kind kind() {
    return kind;
  }

  public Code code() {
    return switch (kind) {
      case UNREACHABLE -> Code.SSH_UNREACHABLE;
      case NO_WAY_ON -> Code.SSH_NO_WAY_ON;
      case HOST_KEY_UNKNOWN -> Code.SSH_HOST_KEY_UNKNOWN;
      case HOST_KEY_CHANGED -> Code.SSH_HOST_KEY_CHANGED;
      case AUTHENTICATION -> Code.SSH_LOGIN;
      case BECOME -> Code.SUDO;
      case DEADLINE -> Code.REMOTE_DEADLINE;
      case COMMAND -> Code.REMOTE_COMMAND;
      case LOST -> Code.SSH_LOST;
      case INTERRUPTED -> Code.INTERRUPTED;
    };
  }
}
