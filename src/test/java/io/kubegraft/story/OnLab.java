package io.kubegraft.story;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Brings the lab up once for all stories and hands it to them. Where the machine can host none,
/// they are skipped with the reasons; with `KUBEGRAFT_LAB=required` that is a failure.
final class OnLab implements ParameterResolver {
  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(OnLab.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // The root's store is closed after the last test of all classes, and the lab with it.
    return context
        .getRoot()
        .getStore(OURS)
        .computeIfAbsent("lab", _ -> Held.open(), Held.class)
        .lab();
  }

  private record Held(String reasons, java.util.Optional<Lab> there) implements AutoCloseable {
    static Held open() {
      String reasons = Lab.reasonsAgainst();
      return reasons.isEmpty()
          ? new Held("", java.util.Optional.of(Lab.atItsStart()))
          : new Held(reasons, java.util.Optional.empty());
    }

    Lab lab() {
      if (there.isEmpty() && "required".equals(System.getenv("KUBEGRAFT_LAB"))) {
        throw new AssertionError("KUBEGRAFT_LAB=required, and " + reasons);
      }
      assumeTrue(there.isPresent(), reasons);
      return there.orElseThrow();
    }

    @Override
    public void close() {
      there.ifPresent(Lab::leave);
    }
  }
}
