package io.velocitydb.server.lifecycle;

import io.quarkus.runtime.QuarkusApplication;

/** x. */
public class ServerApplication implements QuarkusApplication {
  @Override
  public int run(String... args) {
    io.quarkus.runtime.Quarkus.waitForExit();
    return 0;
  }
}
