package io.velocitydb.engine.block;

import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * One reader's hold on one block, reused from block to block. Not thread-safe.
 *
 * <p>Today every block is read from its file into the pin's own buffers; a block cache will set
 * {@link #address()} to memory of its own and count the pin instead. Readers only see the address.
 */
public final class BlockPin implements AutoCloseable {
  /** Buffers beyond this are given back on release, so that one huge entry does not stay. */
  private static final int KEPT_BYTES = 64 * 1024;

  private final NativeBuffer stored;
  private final NativeBuffer contents;
  private final DataBlock entries = new DataBlock();
  private long address;
  private int length;

  public BlockPin(NativeMemory memory) {
    stored = new NativeBuffer(memory, MemoryTag.BLOCK);
    contents = new NativeBuffer(memory, MemoryTag.BLOCK);
  }

  /** Buffer for bytes as the file has them. */
  public NativeBuffer stored() {
    return stored;
  }

  /** Buffer for uncompressed bytes. */
  public NativeBuffer contents() {
    return contents;
  }

  /** Called by the one who brought the block. */
  public void set(long address, int length) {
    this.address = address;
    this.length = length;
  }

  /**
   * Native address of the uncompressed block, followed by {@link NativeBuffer#PADDING} readable
   * bytes; 0 when no block is held.
   */
  public long address() {
    return address;
  }

  /** Length of the uncompressed block in bytes. */
  public int length() {
    return length;
  }

  /** Reads the block as one of entries, after {@link DataBlock#open}. */
  public DataBlock entries() {
    return entries;
  }

  /** Lets the block go. */
  public void release() {
    address = 0;
    length = 0;
    stored.shrink(KEPT_BYTES);
    contents.shrink(KEPT_BYTES);
  }

  /** Lets the block go and gives the buffers back. */
  @Override
  public void close() {
    address = 0;
    length = 0;
    stored.close();
    contents.close();
  }
}
