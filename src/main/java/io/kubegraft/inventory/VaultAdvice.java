package io.kubegraft.inventory;

/// What to do about something that a vault holds.
final class VaultAdvice {
  static final String ASK =
      "Let your own Ansible read it (ansible-core has to be on PATH): add --ask-vault-pass, or"
          + " --vault-password-file FILE.";

  private VaultAdvice() {}
}
