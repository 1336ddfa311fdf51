package io.velocitydb.engine.torture;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** See {@link Kills}; {@code -Dvelocity.kills=N} does it longer. */
class KillTest {
  private static final int KILLS = Integer.getInteger("velocity.kills", 6);

  @TempDir Path directory;

  @Test
  void whatAKilledProcessAcknowledgedIsThere() throws Exception {
    long seed = Long.getLong("velocity.seed", System.nanoTime());
    System.out.println("KillTest: -Dvelocity.seed=" + seed + " -Dvelocity.kills=" + KILLS);
    new Kills(directory).run(seed, KILLS);
  }
}
