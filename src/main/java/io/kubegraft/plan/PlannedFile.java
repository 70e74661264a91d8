package io.kubegraft.plan;

/// A file that a host gets.
///
/// @param from where it comes from: a host's name, or who makes it, such as `kubeadm join`
/// @param how what is changed on the way; empty where it comes as it is
/// @param bytes how large it is at its source; 0 where that is not known
public record PlannedFile(String path, String from, String how, long bytes) {
  static PlannedFile made(String path, String by) {
    return new PlannedFile(path, by, "", 0);
  }
}
