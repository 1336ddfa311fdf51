package io.velocitydb.engine.wal;

import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.log.BufferedOutput;
import io.velocitydb.engine.log.DeferredOutput;
import io.velocitydb.engine.log.LogOutput;
import io.velocitydb.engine.log.MappedOutput;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;

/** The ways in which a segment is written. */
final class WalOutputs {
  /** By how many bytes a small file is extended with zeros. */
  static final long LEAST_STEP_BYTES = 64 * 1024;

  private WalOutputs() {}

  /**
   * The output of a file that is written from its beginning; {@code way} must not be {@code AUTO}.
   *
   * @param fileBytes bytes that the file has already, whatever they are
   */
  static LogOutput create(
      WalIo way, VfsFile file, NativeMemory memory, long zeroStep, long fileBytes) {
    return switch (way) {
      case FILE -> new BufferedOutput(file, memory, 0, zeroStep, fileBytes);
      case MMAP -> new MappedOutput(file, memory, 0, zeroStep, fileBytes);
      case IO_URING -> new DeferredOutput(file, memory, 0, zeroStep, fileBytes);
      case AUTO -> throw new IllegalArgumentException("a way must be chosen first");
    };
  }
}
