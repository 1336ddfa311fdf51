package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.block.DataBlock;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;

/** Walks the entries of one table, block by block. Keys are put together in a buffer of its own. */
final class TableCursor implements InternalCursor {
  private static final int NO_BLOCK = -1;

  private final TableReader table;
  private final BlockIndex index;
  private final CacheUse use;
  private final BlockReadAhead ahead;
  private final BlockPin pin;
  private final DataBlock entries;
  private final NativeBuffer key;
  private int block = NO_BLOCK;
  private int keyLength;
  private boolean valid;
  private boolean closed;

  /**
   * A cursor that stands nowhere.
   *
   * @param table retained for it
   */
  TableCursor(TableReader table, BlockIndex index, NativeMemory memory, CacheUse use) {
    this.table = table;
    this.index = index;
    this.use = use;
    ahead = table.readAhead(index, use);
    pin = new BlockPin(memory);
    entries = pin.entries();
    key = new NativeBuffer(memory, MemoryTag.CURSOR);
  }

  /** The data block that it stands in. */
  int block() {
    return block;
  }

  private void openBlock(int i) {
    if (i != block) {
      block = NO_BLOCK;
      table.openBlock(index, i, pin, use, ahead);
      block = i;
    }
  }

  /** Stands on the entry at an offset; the key of the one before it is in the buffer. */
  private void read(int offset) {
    if (!entries.decode(offset)
        || entries.shared() > keyLength
        || !EntryKind.isPoint(entries.kind(), entries.valueLength())) {
      throw damaged();
    }
    int shared = entries.shared();
    int length = shared + entries.suffixLength();
    Memory.copy(entries.suffixAddress(), key.grow(length, shared) + shared, entries.suffixLength());
    keyLength = length;
    valid = true;
  }

  private void readRestart(int restart) {
    keyLength = 0;
    read(entries.offsetOfRestart(restart));
  }

  private RuntimeException damaged() {
    valid = false;
    int i = block;
    block = NO_BLOCK;
    return table.damagedBlock(index.offset(i));
  }

  @Override
  public void seek(long keyAddress, int keyLength, long sequence) {
    valid = false;
    int i = index.find(keyAddress, keyLength, sequence);
    if (i == index.count()) {
      return;
    }
    openBlock(i);
    int restart = entries.lastRestartBefore(keyAddress, keyLength, sequence);
    if (restart == DataBlock.DAMAGED) {
      throw damaged();
    }
    readRestart(restart);
    while (InternalKey.compare(
            key.address(), this.keyLength, entries.sequence(), keyAddress, keyLength, sequence)
        < 0) {
      if (!entries.hasNext()) {
        nextBlock();
        return;
      }
      read(entries.nextOffset());
    }
  }

  @Override
  public void seekForPrev(long keyAddress, int keyLength, long sequence) {
    seek(keyAddress, keyLength, sequence);
    if (!valid) {
      last();
    } else if (InternalKey.compare(
            key.address(), this.keyLength, entries.sequence(), keyAddress, keyLength, sequence)
        > 0) {
      previous();
    }
  }

  @Override
  public void first() {
    openBlock(0);
    readRestart(0);
  }

  @Override
  public void last() {
    openBlock(index.count() - 1);
    lastOfBlock();
  }

  private void lastOfBlock() {
    readRestart(entries.lastRestartBefore(entries.entriesEnd()));
    while (entries.hasNext()) {
      read(entries.nextOffset());
    }
  }

  @Override
  public void next() {
    if (entries.hasNext()) {
      read(entries.nextOffset());
    } else {
      nextBlock();
    }
  }

  private void nextBlock() {
    valid = false;
    if (block + 1 < index.count()) {
      openBlock(block + 1);
      readRestart(0);
    }
  }

  @Override
  public void previous() {
    int offset = entries.offset();
    if (offset == 0) {
      valid = false;
      if (block > 0) {
        openBlock(block - 1);
        lastOfBlock();
      }
      return;
    }
    readRestart(entries.lastRestartBefore(offset));
    while (entries.nextOffset() < offset) {
      read(entries.nextOffset());
    }
    if (entries.nextOffset() != offset) {
      throw damaged();
    }
  }

  @Override
  public boolean valid() {
    return valid;
  }

  @Override
  public long keyAddress() {
    return key.address();
  }

  @Override
  public int keyLength() {
    return keyLength;
  }

  @Override
  public long sequence() {
    return entries.sequence();
  }

  @Override
  public byte kind() {
    return entries.kind();
  }

  @Override
  public byte encoding() {
    return entries.encoding();
  }

  @Override
  public long expiresAtMs() {
    return entries.expiresAtMs();
  }

  @Override
  public long valueAddress() {
    return entries.valueAddress();
  }

  @Override
  public int valueLength() {
    return entries.valueLength();
  }

  @Override
  public long maxSequence() {
    return table.info().maxSequence();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      valid = false;
      pin.close();
      ahead.close();
      key.close();
      index.letGo();
      table.release();
    }
  }
}
