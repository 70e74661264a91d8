package io.kubegraft.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;

/// From a login to a session that answers.
///
/// sshd says that a login is accepted before it has PAM set the session up, and answers nothing
/// until that is done. Where systemd-logind hangs, pam_systemd waits for it: often for this one
/// login, while the next gets through at once. So the server is asked for a word before anything
/// else is, and where none comes there is one new connection. That can do no harm: nothing was
/// asked for over the first, so nothing can have run.
final class SessionStart {
  /// A second login may take longer: 25 s is what a call over D-Bus waits for its answer, and then
  /// PAM goes on without it.
  private static final int PATIENCE = 3;

  private final Target target;
  private final Connector connector;
  private volatile Optional<String> firstTry = Optional.empty();

  SessionStart(Target target, Connector connector) {
    this.target = target;
    this.connector = connector;
  }

  /// The longest that {@link #open} can take, jump hosts and all.
  static Duration longest(Target target) {
    Duration own =
        target
            .connectTimeout()
            .multipliedBy(2)
            .plus(target.sessionStart().multipliedBy(1 + PATIENCE));
    return switch (target.via()) {
      case Target.Via.Jump(Target through) -> own.plus(longest(through));
      case Target.Via.Direct _, Target.Via.Command _ -> own;
    };
  }

  ClientSession open() {
    Duration limit = target.sessionStart();
    ClientSession first = connector.connect(target);
    Optional<String> why = silent(first, limit);
    if (why.isEmpty()) {
      return first;
    }
    firstTry = why;
    ClientSession second = connector.connect(target);
    Optional<String> again = silent(second, limit.multipliedBy(PATIENCE));
    if (again.isEmpty()) {
      return second;
    }
    throw problem("on a second connection " + again.get());
  }

  /// Why nobody has been let through yet who has waited as long as this; empty if the server is no
  /// slower than others.
  Optional<RemoteException> slow(Deadline waited) {
    return firstTry.map(_ -> problem("a second connection is no further within " + waited.said()));
  }

  /// What the server did in place of answering.
  private static Optional<String> silent(ClientSession session, Duration limit) {
    boolean answered = false;
    try {
      Buffer asked = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
      asked.putString("keepalive@openssh.com");
      asked.putBoolean(true);
      session.request("keepalive@openssh.com", asked, limit);
      answered = true;
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          session.isOpen()
              ? "no answer came within " + Deadline.in(limit).said()
              : "it was closed: " + PlainWords.of(e));
    } finally {
      if (!answered) {
        session.close(true);
      }
    }
  }

  private RemoteException problem(String then) {
    String restart = "systemctl restart systemd-logind";
    return target.problem(
        RemoteException.Kind.UNREACHABLE,
        "the login is accepted, but no session is started: on a first connection "
            + firstTry.orElse("nothing came")
            + ", "
            + then
            + ". Something that PAM does at login hangs there, most often pam_systemd, because"
            + " systemd-logind doesn't answer; nothing was run."
            + "\n  try: ssh "
            + (target.user().equals("root")
                ? target.login() + " " + restart
                : "-t " + target.login() + " sudo " + restart)
            + "   # may hang for up to two minutes, too; then the same command again");
  }
}
