package io.kubegraft.cli;

import java.lang.reflect.Proxy;
import java.util.Optional;

/// Ctrl-C each time that it comes. Java itself answers the first with the end of the program, and
/// those after it with nothing.
///
/// By reflection: the class for it is there in every JDK, and the compiler warns of it in a way
/// that can't be switched off.
final class CtrlC implements AutoCloseable {
  private final Class<?> handlers;
  private final Class<?> signals;
  private final Object before;

  private CtrlC(Class<?> signals, Class<?> handlers, Object before) {
    this.signals = signals;
    this.handlers = handlers;
    this.before = before;
  }

  /// Empty where it can't be had, or is ignored, as of a job in the background.
  static Optional<CtrlC> each(Runnable answer) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              CtrlC.class.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, _) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      answer.run();
                      yield null;
                    }
                    case "equals" -> false;
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "Ctrl-C";
                  });
      CtrlC handled = new CtrlC(signals, handlers, handle(signals, handlers, handler));
      if (handled.before.equals(handlers.getField("SIG_IGN").get(null))) {
        handled.close();
        return Optional.empty();
      }
      return Optional.of(handled);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Object handle(Class<?> signals, Class<?> handlers, Object handler)
      throws ReflectiveOperationException {
    Object signal = signals.getConstructor(String.class).newInstance("INT");
    return signals.getMethod("handle", signals, handlers).invoke(null, signal, handler);
  }

  /// As it was before.
  @Override
  public void close() {
    try {
      handle(signals, handlers, before);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("what was there before is taken", e);
    }
  }
}
