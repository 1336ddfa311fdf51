package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;

/** Brings blocks that follow each other in a file, by few large reads. Not thread-safe. */
final class BlockSeries implements AutoCloseable {
  private static final int READ_BYTES = 256 * 1024;

  private final TableFile file;
  private final long end;
  private final NativeBuffer buffer;
  private long bufferedFrom;
  private long bufferedTo;

  /**
   * A series that nothing was read of.
   *
   * @param end where the last block ends
   */
  BlockSeries(TableFile file, NativeMemory memory, long end) {
    this.file = file;
    this.end = end;
    buffer = new NativeBuffer(memory, MemoryTag.BLOCK);
  }

  /** Brings a block that lies in the series, behind those before. */
  void read(long offset, int storedLength, BlockKind kind, BlockPin into) {
    if (offset < bufferedFrom || offset + storedLength > bufferedTo) {
      int bytes = (int) Math.min(end - offset, Math.max(READ_BYTES, storedLength));
      file.readFully(offset, buffer.reserve(bytes), bytes);
      bufferedFrom = offset;
      bufferedTo = offset + bytes;
    }
    file.take(buffer.address() + (offset - bufferedFrom), offset, storedLength, kind, into);
  }

  @Override
  public void close() {
    buffer.close();
  }
}
