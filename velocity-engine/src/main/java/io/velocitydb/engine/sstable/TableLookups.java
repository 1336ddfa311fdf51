package io.velocitydb.engine.sstable;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.block.DataBlock;
import io.velocitydb.engine.cache.CachedFile;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Looks several keys up in tables, one step for all of them before the next step for any: so they
 * wait for memory at the same time instead of one after the other (S. Chen et al., "Improving hash
 * join performance through prefetching", 2004, call it group prefetching). Keys that follow each
 * other and fall in the same block share it. Reused, so that it allocates nothing; of one thread at
 * a time.
 *
 * <p>Use: {@link #begin}, {@link #add} each, {@link #findInCache}; if that left any, {@link
 * #findInFiles}. What was found stays readable until {@link #release}.
 */
public final class TableLookups {
  /** Does {@code jobs} pieces of work, numbered from 0, in any order and on any threads; waits. */
  @FunctionalInterface
  public interface Workers {
    void run(int jobs, IntConsumer job);
  }

  /** No further block is read from a file while those that were hold more than this. */
  private static final long MOST_HELD_BYTES = 1 << 20;

  /** Most lookups between two {@link #begin}. */
  public static final int MOST = 64;

  /** What became of a lookup. */
  public enum State {
    /** Nothing yet: its block must be read from the file. */
    IN_FILE,
    /** The table has an entry, and the result of the lookup took it. */
    FOUND,
    /** The table has no such entry. */
    ABSENT,
    /** See {@link #failure}. */
    FAILED,
    /** It was not read: too much would have to be held in memory. */
    LEFT_OUT
  }

  private final NativeMemory memory;

  // By lookup.
  private final TableReader[] tables = new TableReader[MOST];
  private final PointResult[] results = new PointResult[MOST];
  private final long[] keys = new long[MOST];
  private final int[] keyLengths = new int[MOST];
  private final long[] hashes = new long[MOST];
  private final int[] blocks = new int[MOST];
  private final State[] states = new State[MOST];
  private final EngineException[] failures = new EngineException[MOST];
  private int count;

  // By group: lookups that stand together and share a block.
  private final int[] firstOf = new int[MOST + 1];
  private final int[] expected = new int[MOST];
  private final BlockPin[] groupPins = new BlockPin[MOST];
  private int groups;

  /** The groups whose blocks must be read. */
  private final int[] cold = new int[MOST];

  private int coldCount;

  /** Bytes of blocks that lie in pins' own buffers. */
  private final AtomicLong heldBytes = new AtomicLong();

  private final IntConsumer readCold = this::readCold;

  // Pins that hold what was found, and those that may be taken.
  private final BlockPin[] held = new BlockPin[MOST];
  private int heldCount;
  private final BlockPin[] free = new BlockPin[MOST];
  private int freeCount;
  private int mostUsed;

  private long maxSequence;

  /** Keeps the compiler from leaving out reads that only bring memory near. */
  @SuppressWarnings("UnusedVariable") // written so that it counts as used
  private long asked;

  public TableLookups(NativeMemory memory) {
    this.memory = memory;
  }

  /**
   * Forgets the lookups of the last time, but keeps what they found.
   *
   * @param newest newer entries are not seen
   */
  public void begin(long newest) {
    maxSequence = newest;
    forgetGroups();
    count = 0;
    coldCount = 0;
  }

  /**
   * Adds a lookup.
   *
   * @param table must be loaded, and stay retained until {@link #release}
   * @param hash {@link io.velocitydb.engine.checksum.KeyHash} of the key
   * @param into takes the entry
   * @return the number of the lookup
   */
  public int add(TableReader table, long keyAddress, int keyLength, long hash, PointResult into) {
    int i = count++;
    mostUsed = Math.max(mostUsed, count);
    tables[i] = table;
    keys[i] = keyAddress;
    keyLengths[i] = keyLength;
    hashes[i] = hash;
    results[i] = into;
    return i;
  }

  /** What became of lookup i. */
  public State state(int i) {
    return states[i];
  }

  /** Why lookup i failed. */
  public EngineException failure(int i) {
    return failures[i];
  }

  /** Finds what needs no file; whether that was all. */
  public boolean findInCache() {
    askFilters();
    findBlocks();
    askCache();
    pinCached();
    askBlocks();
    for (int group = 0; group < groups; group++) {
      find(group);
    }
    return coldCount == 0;
  }

  private void askFilters() {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      FilterBlock filter = tables[i].filterInMemory();
      sum += filter == null ? 0 : filter.ask(hashes[i]);
    }
    asked += sum;
  }

  /** Gives each lookup its block, and the lookups of one block a group. */
  private void findBlocks() {
    int last = -1;
    for (int i = 0; i < count; i++) {
      try {
        blocks[i] = tables[i].blockOf(keys[i], keyLengths[i], hashes[i], maxSequence);
      } catch (EngineException e) {
        fail(i, e);
        continue; // to the next lookup, which may have another table
      }
      if (blocks[i] == TableReader.NO_BLOCK) {
        states[i] = State.ABSENT;
        continue;
      }
      states[i] = State.IN_FILE;
      if (last < 0
          || blocks[i] == TableReader.IN_PARTITIONS
          || blocks[last] != blocks[i]
          || tables[last] != tables[i]) {
        firstOf[groups++] = i;
      }
      last = i;
    }
    firstOf[groups] = count;
  }

  private void askCache() {
    for (int group = 0; group < groups; group++) {
      int i = firstOf[group];
      CachedFile cached = blocks[i] < 0 ? null : tables[i].cached();
      expected[group] = cached == null ? 0 : cached.expect(blocks[i]);
    }
    long sum = 0;
    for (int group = 0; group < groups; group++) {
      int i = firstOf[group];
      CachedFile cached = blocks[i] < 0 ? null : tables[i].cached();
      sum += cached == null ? 0 : cached.ask(blocks[i], expected[group]);
    }
    asked += sum;
  }

  private void pinCached() {
    for (int group = 0; group < groups; group++) {
      int i = firstOf[group];
      BlockPin pin = takePin();
      groupPins[group] = pin;
      boolean done =
          blocks[i] == TableReader.IN_PARTITIONS
              ? getByPartitions(i, false)
              : tables[i].pinBlock(blocks[i], pin, false);
      if (!done) {
        cold[coldCount++] = group;
      }
    }
  }

  private void askBlocks() {
    long sum = 0;
    for (int group = 0; group < groups; group++) {
      BlockPin pin = groupPins[group];
      if (pin.length() > 0) {
        sum += DataBlock.ask(pin.address(), pin.length(), hashes[firstOf[group]]);
      }
    }
    asked += sum;
  }

  /** Finds the rest: reads the blocks that are not in the cache. */
  public void findInFiles(Workers workers) {
    workers.run(coldCount, readCold);
    for (int job = 0; job < coldCount; job++) {
      find(cold[job]);
    }
    coldCount = 0;
  }

  /** Looks into a table whose index is in partitions; false if that needs the file. */
  private boolean getByPartitions(int i, boolean mayBlock) {
    try {
      ReadResult result =
          tables[i].get(keys[i], keyLengths[i], hashes[i], maxSequence, mayBlock, results[i]);
      if (result == ReadResult.NEEDS_IO) {
        return false;
      }
      states[i] = result == ReadResult.FOUND ? State.FOUND : State.ABSENT;
    } catch (EngineException e) {
      fail(i, e);
    }
    return true;
  }

  /** On any thread: nobody else has this group. */
  private void readCold(int job) {
    int group = cold[job];
    int i = firstOf[group];
    if (heldBytes.get() > MOST_HELD_BYTES) {
      end(group, State.LEFT_OUT);
      return;
    }
    BlockPin pin = blocks[i] < 0 ? results[i].pin() : groupPins[group];
    try {
      if (blocks[i] == TableReader.IN_PARTITIONS) {
        boolean done = getByPartitions(i, true);
        assert done;
      } else {
        tables[i].pinBlock(blocks[i], pin, true);
      }
    } catch (EngineException e) {
      for (int each = i; each < firstOf[group + 1]; each++) {
        if (states[each] == State.IN_FILE) {
          fail(each, e);
        }
      }
      return;
    }
    heldBytes.addAndGet((long) pin.stored().capacity() + pin.contents().capacity());
  }

  private void end(int group, State state) {
    for (int each = firstOf[group]; each < firstOf[group + 1]; each++) {
      if (states[each] == State.IN_FILE) {
        states[each] = state;
      }
    }
  }

  /** Looks into a group's block, if it has one by now. */
  private void find(int group) {
    BlockPin pin = groupPins[group];
    if (pin.length() == 0) {
      return;
    }
    boolean found = false;
    for (int i = firstOf[group]; i < firstOf[group + 1]; i++) {
      if (states[i] != State.IN_FILE) {
        continue;
      }
      try {
        int here =
            BlockSearch.find(pin, keys[i], keyLengths[i], hashes[i], maxSequence, results[i]);
        if (here == DataBlock.DAMAGED) {
          throw tables[i].damagedBlockAt(blocks[i]);
        }
        states[i] = here == DataBlock.FOUND ? State.FOUND : State.ABSENT;
        found |= here == DataBlock.FOUND;
      } catch (EngineException e) {
        fail(i, e);
      }
    }
    groupPins[group] = null;
    if (found) {
      held[heldCount++] = pin;
    } else {
      giveBack(pin);
    }
  }

  private void fail(int i, EngineException failure) {
    states[i] = State.FAILED;
    failures[i] = failure;
  }

  private BlockPin takePin() {
    return freeCount == 0 ? new BlockPin(memory) : free[--freeCount];
  }

  private void giveBack(BlockPin pin) {
    pin.close();
    free[freeCount++] = pin;
  }

  /** Lets go of all that was found and looked for; no memory is kept but for what is reused. */
  public void release() {
    while (heldCount > 0) {
      giveBack(held[--heldCount]);
    }
    forgetGroups();
    heldBytes.set(0);
    Arrays.fill(tables, 0, mostUsed, null);
    Arrays.fill(failures, 0, mostUsed, null);
    mostUsed = 0;
  }

  private void forgetGroups() {
    for (int group = 0; group < groups; group++) {
      BlockPin pin = groupPins[group];
      if (pin != null) {
        groupPins[group] = null;
        giveBack(pin);
      }
    }
    groups = 0;
  }
}
