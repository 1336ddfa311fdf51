package io.velocitydb.engine.block;

import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * One reader's hold on one block, reused from block to block. Not thread-safe.
 *
 * <p>The block lies in the pin's own buffers, or in memory of a cache that keeps it until it is
 * told that the pin let go. Readers only see the address.
 */
public final class BlockPin implements AutoCloseable {
  /** Buffers beyond this are given back on release, so that one huge entry does not stay. */
  private static final int KEPT_BYTES = 64 * 1024;

  private final NativeBuffer stored;
  private final NativeBuffer contents;
  private final DataBlock entries = new DataBlock();
  private long address;
  private int length;
  private @Nullable Lender lender;
  private int loan;

  /** Whose memory a pin may hold. */
  @FunctionalInterface
  public interface Lender {
    /** The pin does not read the memory of {@code loan} any more. */
    void giveBack(int loan);
  }

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

  /** Called by the one who brought the block into the pin's own buffers. */
  public void set(long address, int length) {
    this.address = address;
    this.length = length;
  }

  /** Called by the one whose memory holds the block; it is told when the pin lets go. */
  public void borrow(long address, int length, Lender from, int loan) {
    set(address, length);
    this.lender = from;
    this.loan = loan;
  }

  private void letGo() {
    address = 0;
    length = 0;
    Lender from = lender;
    if (from != null) {
      lender = null;
      from.giveBack(loan);
    }
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
    letGo();
    stored.shrink(KEPT_BYTES);
    contents.shrink(KEPT_BYTES);
  }

  /** Lets the block go and gives the buffers back. */
  @Override
  public void close() {
    letGo();
    stored.close();
    contents.close();
  }
}
