package io.kubegraft.remote;

import java.util.Locale;

/// Says why a script never started: almost always, why we did not become root.
final class Become {
  private Become() {}

  static RemoteException wrongPassword(Target target) {
    return target.problem(
        RemoteException.Kind.BECOME,
        "sudo doesn't accept the password given for "
            + target.user()
            + ". Give the right one with -K (ansible_become_password).");
  }

  /// @param said what came on standard error before the script would have started
  static RemoteException refused(Target target, Launch.As as, int exit, String said) {
    return switch (as) {
      case Launch.As.Sudo _ -> sudo(target, said.strip());
      case Launch.As.Root _ when said.contains(Launch.NOT_ROOT) ->
          target.problem(
              RemoteException.Kind.BECOME,
              "root is needed there, but the login user is "
                  + target.user()
                  + ". Pass -b (ansible_become=true) to use sudo, or -u root.");
      case Launch.As.Root _, Launch.As.LoginUser _ ->
          target.problem(
              RemoteException.Kind.COMMAND,
              "the login shell of "
                  + target.user()
                  + " runs nothing (exit status "
                  + exit
                  + ")"
                  + (said.isBlank() ? "" : ": " + said.strip())
                  + "\n  try: ssh "
                  + target.login()
                  + " id");
    };
  }

  private static RemoteException sudo(Target target, String said) {
    String lower = said.toLowerCase(Locale.ROOT);
    String user = target.user();
    String why;
    if (lower.contains("password is required") || lower.contains("authentication is required")) {
      why = "sudo wants a password for " + user + ". Pass -K (ansible_become_password).";
    } else if (lower.contains("must have a tty") || lower.contains("terminal is required")) {
      why =
          "sudo there wants a terminal (requiretty). As root on the host: echo 'Defaults:"
              + user
              + " !requiretty' > /etc/sudoers.d/kubegraft && chmod 440 /etc/sudoers.d/kubegraft";
    } else if (lower.contains("not in the sudoers")
        || lower.contains("not allowed to")
        || lower.contains("may not run sudo")) {
      why =
          "sudo doesn't let "
              + user
              + " become root. As root on the host: usermod -aG sudo "
              + user
              + " (wheel on Red Hat), or log in as another user with -u.";
    } else if (lower.contains("incorrect password") || lower.contains("try again")) {
      return wrongPassword(target);
    } else if (lower.contains("sudo: not found") || lower.contains("no such file")) {
      why = "there is no sudo on the host. Install it, or log in as root with -u root.";
    } else {
      why = "sudo didn't make " + user + " root.";
    }
    return target.problem(
        RemoteException.Kind.BECOME, why + (said.isEmpty() ? "" : "\n  sudo says: " + said));
  }
}
