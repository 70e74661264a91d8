package io.kubegraft.problem;

/// One thing that an operator can do next.
public sealed interface Hint {
  /// What follows a command as a comment; empty where it speaks for itself.
  String comment();

  Hint with(String comment);

  /// A command of a host's own shell, as root. It may be several, joined as a shell joins them.
  record OnHost(String host, String command, String comment) implements Hint {
    @Override
    public Hint with(String words) {
      return new OnHost(host, command, words);
    }
  }

  /// A command where kubegraft runs.
  record Here(String command, String comment) implements Hint {
    @Override
    public Hint with(String words) {
      return new Here(command, words);
    }
  }

  /// kubegraft itself, with the inventory that it was given.
  ///
  /// @param command such as `apply` or `check k8s-node4`
  record Kubegraft(String command, String comment) implements Hint {
    @Override
    public Hint with(String words) {
      return new Kubegraft(command, words);
    }
  }

  /// `kubegraft apply` for all that it was asked for, without one host.
  record Without(String host, String comment) implements Hint {
    @Override
    public Hint with(String words) {
      return new Without(host, words);
    }
  }

  /// kubectl, where an administrator's kubeconfig lies: on a control plane.
  ///
  /// @param arguments all that follows `kubectl`
  record Kubectl(String arguments, String comment) implements Hint {
    @Override
    public Hint with(String words) {
      return new Kubectl(arguments, words);
    }
  }

  /// etcdctl on a member's host, with the certificates that /etc/etcd.env names there.
  record Etcdctl(String host, String arguments, String comment) implements Hint {
    @Override
    public Hint with(String words) {
      return new Etcdctl(host, arguments, words);
    }
  }

  /// A change to a file where kubegraft runs, such as the inventory.
  ///
  /// @param change what to write there, or to take out
  record Edit(String file, String change, String comment) implements Hint {
    @Override
    public Hint with(String words) {
      return new Edit(file, change, words);
    }
  }

  /// What no command does: in the hypervisor, at the firewall between hosts, by somebody's choice.
  record Words(String text) implements Hint {
    @Override
    public String comment() {
      return "";
    }

    @Override
    public Hint with(String words) {
      return new Words(text + ": " + words);
    }
  }
}
