package io.velocitydb.engine.torture;

import io.velocitydb.engine.EngineOptions;
import java.util.Random;

/** How one life of a {@link KillChild} runs: random, but sane enough that it comes to something. */
final class KillOptions {
  private KillOptions() {}

  private static long oneOf(Random random, long... values) {
    return values[random.nextInt(values.length)];
  }

  private static Random random(long seed, int life) {
    return new Random(seed * 0x9E37_79B9_7F4A_7C15L + life);
  }

  /** Databases of a directory: from 1 to 3, the same in all its lives. */
  static int databases(long seed) {
    return 1 + random(seed, 0).nextInt(3);
  }

  /** Of the life with a number from 1 on; each writes its log in the next way. */
  static EngineOptions of(long seed, int life) {
    Random random = random(seed, life);
    EngineOptions.WalIo[] ways = EngineOptions.WalIo.values();
    return EngineOptions.defaults()
        .withMemoryLimit(oneOf(random, 2 << 20, 16 << 20, 64 << 20))
        .withSyncIntervalMs(oneOf(random, 1, 50, 1_000))
        .withMemtableBytes(oneOf(random, 16 << 10, 128 << 10, 1 << 20))
        .withCompactionThreshold((int) oneOf(random, 2, 3, 4))
        .withCompression(random.nextBoolean())
        .withBlockBytes((int) oneOf(random, 256, 4096))
        .withWalSegmentBytes(oneOf(random, 32 << 10, 256 << 10, 1 << 20))
        .withBlobBytes((int) oneOf(random, 0, 300, 4096))
        .withBlobFileBytes(oneOf(random, 64 << 10, 1 << 20))
        .withWalIo(ways[(int) Math.floorMod(seed + life, (long) ways.length)]);
  }
}
