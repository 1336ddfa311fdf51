package io.velocitydb.engine.sstable;

/**
 * Where the data blocks of a table lie, for a reader who goes from one to the next: by an index
 * that is in memory, or by one partition of it after the other. For one thread at a time.
 */
interface BlockIndex {
  /** Number of data blocks. */
  int count();

  /** The only block that may hold the first entry at or after (key, sequence), or count. */
  int find(long keyAddress, int keyLength, long sequence);

  /** Where block i begins in the file. */
  long offset(int i);

  /** Bytes of block i in the file. */
  int storedLength(int i);

  /** The first block before {@code i}, or itself, whose place is known if that of i is. */
  int firstKnownWith(int i);

  /** The last block behind {@code i}, or itself, whose place is known if that of i is. */
  int lastKnownWith(int i);

  /** The reader is done; it may begin again. */
  void letGo();
}
