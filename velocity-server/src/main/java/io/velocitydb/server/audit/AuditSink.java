package io.velocitydb.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where lines go. Called by one thread. */
interface AuditSink extends AutoCloseable {
  /** Appends whole lines. After a failure it may be tried again. */
  void write(ByteBuffer lines) throws IOException;

  /** Brings what was written to stable storage. */
  void sync() throws IOException;

  @Override
  void close() throws IOException;
}
