package io.kubegraft.observe;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// For tests that ask and write to a {@link FakeApi}: one for each class, empty before each test.
public abstract class AgainstFakeApi {
  @TempDir private static Path keys;
  protected static FakeApi fake;
  protected static KubeApi api;

  @BeforeAll
  static void openApi() {
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
    fake = new FakeApi(keys);
    api = fake.api();
  }

  @AfterAll
  static void closeApi() {
    if (api != null) {
      api.close();
      fake.close();
    }
  }

  @BeforeEach
  void emptyApi() {
    fake.clear();
  }
}
