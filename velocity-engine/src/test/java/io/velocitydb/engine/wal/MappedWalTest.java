package io.velocitydb.engine.wal;

import io.velocitydb.engine.EngineOptions.WalIo;

/** All that holds for a log that is written holds for one in mapped memory. */
final class MappedWalTest extends WalTest {
  @Override
  WalIo way() {
    return WalIo.MMAP;
  }
}
