package io.kubegraft.inventory;

/// What to do about something that a vault holds.
final class VaultAdvice {
  static final String TEXT =
      "With ansible-core installed, its own ansible reads it: add --ask-vault-pass, or"
          + " --vault-password-file FILE. Without Ansible give what is needed in clear, from a file"
          + " that only you can read: -e @FILE";

  private VaultAdvice() {}
}
