package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.blob.BlobPointer;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.KeyCodes;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableLookups;
import io.velocitydb.engine.sstable.TableReader;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Finds the newest entries of several keys in a view, as {@link PointReader} does for one, but each
 * step for all keys before the next step: memtables from new to old, then runs from new to old. It
 * takes the caller's keys in windows of {@value #WINDOW}: so many wait for memory at the same time,
 * and no more is held at a time than their blocks. Within a window keys are looked up in their own
 * order, so that those of one block meet.
 *
 * <p>Of one thread at a time; reused, so that it allocates nothing but for reads of files. Between
 * calls it holds nothing.
 */
final class MultiRead {
  private static final int WINDOW = TableLookups.MOST;
  private static final long[] NO_ADDRESSES = {};
  private static final int[] NO_LENGTHS = {};
  private static final int INDEX_MASK = WINDOW - 1;

  /** Larger values are read one after the other, when the sink is told of them. */
  private static final int MOST_VALUE_BYTES = 16 * 1024;

  /** What is known of a key. */
  private enum State {
    PENDING,
    FOUND,
    MISSING,
    FAILED,
    /** It is read when the sink is told of it: the block or value is large. */
    LATER
  }

  private final TableLookups.Workers workers;
  private final TableLookups lookups;
  private final PointResult[] results = new PointResult[WINDOW];
  private final State[] states = new State[WINDOW];
  private final EngineException[] failures = new EngineException[WINDOW];
  private final long[] hashes = new long[WINDOW];
  private final long[] nodes = new long[WINDOW];
  private final long[] covering = new long[WINDOW];

  /** A code of each key that tells its order, with its index in the lowest bits; sorted. */
  private final long[] order = new long[WINDOW];

  /** The keys that are looked up in the run at hand. */
  private final int[] asked = new int[WINDOW];

  /** The keys whose values must be read from files. */
  private final int[] values = new int[WINDOW];

  private int valueCount;
  private final IntConsumer readValue = this::readValue;

  private ReadView view;
  private long sequence;
  private long timeMs;
  private long[] addresses = NO_ADDRESSES;
  private int[] lengths = NO_LENGTHS;
  private int first;
  private int count;

  /** Keys that were found, and that failed, since somebody asked. */
  private int found;

  private int failed;

  /** Keeps the compiler from leaving out reads that only bring memory near. */
  @SuppressWarnings("UnusedVariable") // written so that it counts as used
  private long near;

  @SuppressWarnings("NullAway") // there is a view whenever one is used
  MultiRead(NativeMemory memory, TableLookups.Workers workers) {
    this.workers = workers;
    lookups = new TableLookups(memory);
    for (int i = 0; i < WINDOW; i++) {
      results[i] = new PointResult(memory);
    }
    view = null;
  }

  /** Keys that had an entry in the last {@link #read}. */
  int found() {
    return found;
  }

  /** Keys whose answer could not be read in the last {@link #read}. */
  int failed() {
    return failed;
  }

  /**
   * Answers for every key.
   *
   * @param ofView held by the caller
   * @param maxSequence newer entries are not seen
   * @param nowMs when expiry is judged
   * @return false if a file would have to be read
   */
  @SuppressWarnings("NullAway") // forgets the view
  boolean read(
      ReadView ofView,
      long maxSequence,
      long nowMs,
      long[] keyAddresses,
      int[] keyLengths,
      int keys,
      boolean mayBlock,
      MultiReadSink sink) {
    view = ofView;
    sequence = maxSequence;
    timeMs = nowMs;
    addresses = keyAddresses;
    lengths = keyLengths;
    found = 0;
    failed = 0;
    try {
      for (first = 0; first < keys; first += WINDOW) {
        count = Math.min(WINDOW, keys - first);
        if (!resolve(mayBlock)) {
          return false;
        }
        answer(sink);
        release();
      }
      return true;
    } finally {
      release();
      view = null;
      addresses = NO_ADDRESSES;
      lengths = NO_LENGTHS;
    }
  }

  private long address(int i) {
    return addresses[first + i];
  }

  private int length(int i) {
    return lengths[first + i];
  }

  /** Finds what a window's keys have; what is read only when it is answered is noted. */
  private boolean resolve(boolean mayBlock) {
    for (int i = 0; i < count; i++) {
      hashes[i] = KeyHash.of(address(i), length(i));
      states[i] = State.PENDING;
    }
    readMemtable(view.active());
    for (int i = 0; i < view.immutables().size(); i++) {
      readMemtable(view.immutables().get(i).table());
    }
    return readTables(mayBlock) && loadValues(mayBlock);
  }

  private void readMemtable(Memtable table) {
    if (table.isEmpty()) {
      return;
    }
    for (int i = 0; i < count; i++) {
      nodes[i] = states[i] == State.PENDING ? table.expect(hashes[i]) : 0;
    }
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Memtable.ask(nodes[i]);
    }
    near += sum;
    for (int i = 0; i < count; i++) {
      if (states[i] == State.PENDING) {
        long deleted = table.coveringRangeDelete(address(i), length(i), sequence);
        if (table.get(address(i), length(i), hashes[i], sequence, results[i])) {
          settle(i, deleted);
        } else if (deleted != 0) {
          states[i] = State.MISSING;
        }
      }
    }
  }

  /** Judges the newest entry of a key, found in a source that deletes up to a sequence. */
  private void settle(int i, long deleted) {
    PointResult entry = results[i];
    boolean live =
        EntryKind.isValue(entry.kind())
            && entry.sequence() > deleted
            && !InternalKey.expired(entry.expiresAtMs(), timeMs);
    states[i] = live ? State.FOUND : State.MISSING;
  }

  private void fail(int i, EngineException failure) {
    states[i] = State.FAILED;
    failures[i] = failure;
  }

  private boolean readTables(boolean mayBlock) {
    Tree tree = view.tree();
    int pending = sort();
    for (int run = 0; run < tree.runCount() && pending > 0; run++) {
      if (!readRun(tree, run, pending, mayBlock)) {
        return false;
      }
      pending = stillPending(pending);
    }
    return true;
  }

  /** Puts the pending keys in order, nearly: some keys that are alike stand as they were given. */
  private int sort() {
    int shared = length(0);
    for (int i = 1; i < count; i++) {
      shared = Memory.commonPrefix(address(0), address(i), Math.min(shared, length(i)));
    }
    int pending = 0;
    for (int i = 0; i < count; i++) {
      if (states[i] == State.PENDING) {
        long code = KeyCodes.firstBytes(address(i) + shared, length(i) - shared);
        order[pending++] = ((code ^ Long.MIN_VALUE) & ~INDEX_MASK) | i;
      }
    }
    Arrays.sort(order, 0, pending);
    return pending;
  }

  private int stillPending(int pending) {
    int kept = 0;
    for (int k = 0; k < pending; k++) {
      if (states[index(k)] == State.PENDING) {
        order[kept++] = order[k];
      }
    }
    return kept;
  }

  private int index(int k) {
    return (int) order[k] & INDEX_MASK;
  }

  private boolean readRun(Tree tree, int run, int pending, boolean mayBlock) {
    SortedRun tables = tree.version().runs().get(run).tables();
    TableReader[] readers = tree.run(run);
    lookups.begin(sequence);
    int lookupCount = 0;
    int last = -1;
    for (int k = 0; k < pending; k++) {
      int i = index(k);
      int at = tables.find(address(i), length(i), last);
      if (at < 0) {
        continue; // none of this run may hold the key
      }
      last = at;
      TableReader table = readers[at];
      try {
        if (!table.load(mayBlock)) {
          return false;
        }
        covering[lookupCount] = table.coveringRangeDelete(address(i), length(i), sequence);
      } catch (EngineException e) {
        fail(i, e);
        continue; // other keys have other tables
      }
      lookups.add(table, address(i), length(i), hashes[i], results[i]);
      asked[lookupCount++] = i;
    }
    if (!lookups.findInCache()) {
      if (!mayBlock) {
        return false;
      }
      lookups.findInFiles(workers);
    }
    for (int lookup = 0; lookup < lookupCount; lookup++) {
      take(lookup, asked[lookup]);
    }
    return true;
  }

  private void take(int lookup, int i) {
    switch (lookups.state(lookup)) {
      case FOUND -> settle(i, covering[lookup]);
      case ABSENT -> {
        if (covering[lookup] != 0) {
          states[i] = State.MISSING;
        }
      }
      case FAILED -> fail(i, lookups.failure(lookup));
      case LEFT_OUT -> states[i] = State.LATER;
      case IN_FILE -> throw new IllegalStateException("a lookup was forgotten");
    }
  }

  /** Brings the values that lie in blob files, but for large ones. */
  private boolean loadValues(boolean mayBlock) {
    valueCount = 0;
    for (int i = 0; i < count; i++) {
      if (states[i] != State.FOUND || results[i].kind() != EntryKind.BLOB) {
        continue;
      }
      if (loadValue(i, false)) {
        continue;
      }
      if (!mayBlock) {
        return false;
      }
      if (BlobPointer.length(results[i].valueAddress()) <= MOST_VALUE_BYTES) {
        values[valueCount++] = i;
      }
    }
    if (valueCount > 0) {
      workers.run(valueCount, readValue);
    }
    return true;
  }

  /** On any thread: nobody else has this key. */
  private void readValue(int job) {
    loadValue(values[job], true);
  }

  /** Brings a value that lies in a blob file; false if that would have to be read. */
  private boolean loadValue(int i, boolean mayBlock) {
    PointResult entry = results[i];
    try {
      if (!view.tree()
          .readLarge(
              entry.valueAddress(),
              entry.valueLength(),
              CacheUse.FILL,
              mayBlock,
              entry.valuePin())) {
        return false;
      }
      entry.useValuePin();
    } catch (EngineException e) {
      fail(i, e);
    }
    return true;
  }

  private void answer(MultiReadSink sink) {
    for (int i = 0; i < count; i++) {
      PointResult entry = results[i];
      boolean large = readRest(i);
      switch (states[i]) {
        case FOUND -> {
          found++;
          sink.found(
              first + i,
              entry.valueAddress(),
              entry.valueLength(),
              entry.encoding(),
              entry.sequence(),
              entry.expiresAtMs());
        }
        case MISSING, PENDING -> sink.missing(first + i);
        case FAILED -> {
          failed++;
          sink.failed(first + i, failures[i]);
        }
        case LATER -> throw new IllegalStateException("a key was forgotten");
      }
      if (large) {
        entry.close();
      }
    }
  }

  /** Reads what was left out so as not to hold too much at a time; whether there was anything. */
  private boolean readRest(int i) {
    PointResult entry = results[i];
    boolean left = states[i] == State.LATER;
    if (left) {
      try {
        states[i] = State.MISSING;
        if (PointReader.readTables(
                view.tree(), address(i), length(i), hashes[i], sequence, true, entry)
            == ReadResult.FOUND) {
          settle(i, 0); // tombstones were looked at
        }
      } catch (EngineException e) {
        fail(i, e);
      }
    }
    if (states[i] == State.FOUND && entry.kind() == EntryKind.BLOB) {
      loadValue(i, true);
      return true;
    }
    return left;
  }

  private void release() {
    lookups.release();
    for (int i = 0; i < count; i++) {
      results[i].close();
      if (states[i] == State.FAILED) {
        failures[i] = null;
      }
    }
    count = 0;
  }
}
