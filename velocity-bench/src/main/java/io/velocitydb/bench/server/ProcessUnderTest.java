package io.velocitydb.bench.server;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/** A server in a process of its own, and what that process costs. Closing ends it. */
public interface ProcessUnderTest extends AutoCloseable {
  /** Processor time that the process has used. */
  Duration processorTime();

  /** Resident memory of the process in bytes, as the kernel counts it; 0 where it does not say. */
  long residentBytes() throws IOException;

  /** Bytes that all threads have allocated on the heap since the start, of a JVM. */
  OptionalLong allocatedBytes() throws IOException;

  @Override
  void close() throws IOException;
}
