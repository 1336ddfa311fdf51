package io.velocitydb.engine.wal;

import io.velocitydb.engine.EngineOptions.WalIo;

/** All that holds for a log that is written holds for one whose writes wait for their sync. */
final class DeferredWalTest extends WalTest {
  @Override
  WalIo way() {
    return WalIo.IO_URING;
  }
}
