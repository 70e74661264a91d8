package io.kubegraft.observe;

/// One call to etcd that brought no result.
///
/// *Refused* means that etcd has judged it and nothing has changed. Where it isn't refused nobody
/// knows: the call may have been carried out, so whoever made it has to read again.
public final class EtcdCallException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean refused;

  EtcdCallException(String message, boolean refused) {
    super(message);
    this.refused = refused;
  }

  public boolean refused() {
    return refused;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
