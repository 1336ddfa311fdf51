package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineOptions;

/** The same where every value lies apart from its key. */
class RepairBlobsTest extends RepairTest {
  @Override
  EngineOptions options() {
    return super.options().withBlobBytes(1);
  }
}
