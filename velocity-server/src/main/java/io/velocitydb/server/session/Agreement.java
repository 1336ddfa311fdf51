package io.velocitydb.server.session;

import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.compression.Compression;

/**
 * What a connection has agreed on with HELLO; in force once it is known who is connected. Changed
 * on the event loop only, and before anything else is executed.
 */
public final class Agreement {
  /** Longer bodies are not compressed on the event loop: 64 KiB take it about 0.1 ms. */
  static final int LOOP_COMPRESSED_MAX = 64 << 10;

  private long wanted = Features.NONE;
  private volatile long features = Features.NONE;
  private volatile Compression compression = Compression.NONE;

  /** Both sides have these {@link Features}. */
  public void on(long agreed) {
    wanted = agreed;
  }

  void comesIntoForce() {
    features = wanted;
    compression = Compression.of(wanted);
  }

  /** Those that are in force. */
  long features() {
    return features;
  }

  /** How bodies of replies are compressed. */
  Compression compression() {
    return compression;
  }
}
