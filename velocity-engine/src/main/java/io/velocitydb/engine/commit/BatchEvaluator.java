package io.velocitydb.engine.commit;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.ConditionFailedException;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the operations of one batch into plain entries: conditions are judged, increments, appends
 * and relative expiries become values and absolute times. Changes nothing, so that a batch may be
 * refused whole, or evaluated again. Of the applying thread only.
 */
final class BatchEvaluator implements AutoCloseable {
  private static final int KEPT_BYTES = 64 * 1024;
  private static final byte TEXT = 1;

  /** How an evaluation ended. */
  enum Verdict {
    /** {@link #results()} and the entries stand. */
    RESOLVED,
    /** {@link #refusal()} says why nothing is applied. */
    REFUSED,
    /** Keys at {@link #missing()} must be read from files first. */
    NEEDS_READ
  }

  private final NativeBuffer scratch;
  private final BatchOverlay overlay = new BatchOverlay();
  private final Lookup lookup = new Lookup();
  private final List<OperationResult> results = new ArrayList<>();
  private final List<Integer> missing = new ArrayList<>();

  private byte[] kinds = new byte[16];
  private byte[] encodings = new byte[16];
  private long[] expiries = new long[16];
  private int[] valueLengths = new int[16];

  /** Offset in the scratch buffer, or -1 where the value lies in the batch. */
  private int[] scratchOffsets = new int[16];

  private int scratchUsed;
  private int overlaid;
  private boolean plain;
  private long firstSequence;
  private int maxBytes;
  private @Nullable EngineException refusal;

  BatchEvaluator(NativeMemory memory) {
    scratch = new NativeBuffer(memory, MemoryTag.WRITE_BATCH);
  }

  /** Evaluates at a commit time; operation i would get the sequence {@code first + i}. */
  Verdict evaluate(
      CommitRequest request, PresentState state, long first, long timeMs, int maxValueBytes) {
    Batch batch = request.batch();
    int size = batch.size();
    reset(size);
    firstSequence = first;
    maxBytes = maxValueBytes;
    overlay.begin(batch, size > 1 && batch.anyRead());
    try {
      for (int i = 0; i < size; i++) {
        resolve(request, batch, i, state, first, timeMs);
        overlay.add(i, kinds[i]);
      }
    } catch (EngineException e) {
      refusal = e;
      return missing.isEmpty() ? Verdict.REFUSED : Verdict.NEEDS_READ;
    }
    return missing.isEmpty() ? Verdict.RESOLVED : Verdict.NEEDS_READ;
  }

  /** Values that it computed were taken: the memory of large ones goes back. */
  void endTurn() {
    scratch.shrink(KEPT_BYTES);
    scratchUsed = 0;
  }

  private void reset(int size) {
    if (kinds.length < size) {
      int capacity = Math.max(size, 2 * kinds.length);
      kinds = new byte[capacity];
      encodings = new byte[capacity];
      expiries = new long[capacity];
      valueLengths = new int[capacity];
      scratchOffsets = new int[capacity];
    }
    plain = true;
    if (!results.isEmpty()) {
      results.clear();
    }
    if (!missing.isEmpty()) {
      missing.clear();
    }
    endTurn();
    refusal = null;
  }

  private void resolve(
      CommitRequest request, Batch batch, int i, PresentState state, long first, long timeMs) {
    kinds[i] = 0;
    scratchOffsets[i] = -1;
    byte type = batch.type(i);
    if (type == Operation.NOTHING) {
      result(i, new OperationResult(false, false, 0, Optional.empty(), 0));
      return;
    }
    if (type == Operation.DELETE_RANGE) {
      entry(i, EntryKind.RANGE_DELETE, (byte) 0, 0, batch.valueLength(i));
      result(i, new OperationResult(true, false, 0, Optional.empty(), 0));
      return;
    }
    if (type == Operation.PUT && !reads(batch, i)) {
      put(batch, i, false, 0, Optional.empty(), first + i, timeMs);
      return;
    }
    if (!find(request, batch, i, state, first, timeMs)) {
      // Evaluation goes on, so that all keys are read at once; its outcome does not count.
      missing.add(i);
      result(i, new OperationResult(false, false, 0, Optional.empty(), 0));
      return;
    }
    boolean found = lookup.found();
    long version = found ? lookup.sequence() : 0;
    Optional<Entry> previous =
        found && batch.returnPrevious(i) ? Optional.of(copyOfCurrent(batch, i)) : Optional.empty();
    if (!holds(batch.conditionKind(i), batch.conditionVersion(i), version)) {
      if (batch.size() > 1) {
        throw new ConditionFailedException(i, version);
      }
      result(i, new OperationResult(false, found, version, previous, 0));
      return;
    }
    switch (type) {
      case Operation.PUT -> put(batch, i, found, lookup.expiresAtMs(), previous, first + i, timeMs);
      case Operation.DELETE -> {
        if (found) {
          entry(i, EntryKind.DELETE, (byte) 0, 0, 0);
        }
        result(i, new OperationResult(found, found, 0, previous, 0));
      }
      case Operation.INCREMENT -> increment(batch, i, first + i, timeMs);
      case Operation.APPEND -> append(batch, i, first + i);
      case Operation.EXPIRE -> expire(batch, i, first + i, timeMs);
      default -> throw new AssertionError("operation of type " + type);
    }
  }

  private static boolean reads(Batch batch, int i) {
    return batch.returnPrevious(i)
        || batch.conditionKind(i) != Condition.Kind.ALWAYS
        || batch.expiryKind(i) == Expiry.Kind.KEEP;
  }

  /** Finds the present entry, earlier operations of the batch included. */
  private boolean find(
      CommitRequest request, Batch batch, int i, PresentState state, long first, long timeMs) {
    overlaid = overlay.find(batch.keyAddress(i), batch.keyLength(i));
    if (overlaid >= 0) {
      if (kinds[overlaid] == EntryKind.PUT) {
        lookup.found(
            first + overlaid, encodings[overlaid], expiries[overlaid], 0, valueLengths[overlaid]);
      } else {
        lookup.missing();
      }
    } else if (!state.lookup(request, i, batch.keyAddress(i), batch.keyLength(i), lookup)) {
      return false;
    }
    if (lookup.found() && InternalKey.expired(lookup.expiresAtMs(), timeMs)) {
      lookup.missing();
    }
    return true;
  }

  private static boolean holds(Condition.Kind condition, long wanted, long version) {
    return switch (condition) {
      case ALWAYS -> true;
      case IF_ABSENT -> version == 0;
      case IF_PRESENT -> version != 0;
      case IF_VERSION -> version == wanted;
    };
  }

  /** Where the present value lies now; the scratch buffer moves when it grows. */
  private long currentValue(Batch batch) {
    return overlaid >= 0 ? valueAddress(batch, overlaid) : lookup.valueAddress();
  }

  private Entry copyOfCurrent(Batch batch, int i) {
    return new Entry(
        Memory.bytes(batch.keyAddress(i), batch.keyLength(i)),
        Memory.bytes(currentValue(batch), lookup.valueLength()),
        lookup.encoding(),
        lookup.sequence(),
        lookup.expiresAtMs());
  }

  private void put(
      Batch batch,
      int i,
      boolean existed,
      long currentExpiry,
      Optional<Entry> previous,
      long sequence,
      long timeMs) {
    checkValue(batch.valueLength(i));
    long expiresAtMs = absolute(batch.expiryKind(i), batch.expiryMillis(i), currentExpiry, timeMs);
    if (InternalKey.expired(expiresAtMs, timeMs)) {
      entry(i, EntryKind.DELETE, (byte) 0, 0, 0);
      result(i, new OperationResult(true, existed, 0, previous, 0));
      return;
    }
    entry(i, EntryKind.PUT, batch.encoding(i), expiresAtMs, batch.valueLength(i));
    if (existed || previous.isPresent() || reads(batch, i)) {
      result(i, new OperationResult(true, existed, sequence, previous, 0));
    } else {
      plainResult(sequence);
    }
  }

  private void checkValue(int length) {
    if (length > maxBytes) {
      throw new EngineException(
          Kind.TOO_LARGE,
          "a value has at most "
              + maxBytes
              + " bytes, not "
              + length
              + (maxBytes == Database.MAX_VALUE_BYTES_OF_FORMAT_1
                  ? "; longer ones need format 2 (velocity db finalize-format), and a limit that"
                      + " allows them"
                  : ""));
    }
  }

  private void increment(Batch batch, int i, long sequence, long timeMs) {
    long operands = batch.valueAddress(i);
    long delta = Memory.getLong(operands);
    boolean existed = lookup.found();
    long before =
        existed
            ? Decimal.parse(currentValue(batch), lookup.valueLength())
            : Memory.getLong(operands + Long.BYTES);
    long after = before + delta;
    if (((before ^ after) & (delta ^ after)) < 0) {
      throw new EngineException(
          Kind.OVERFLOW, "adding " + delta + " to " + before + " leaves the range of 64 bits");
    }
    long expiresAtMs =
        existed
            ? lookup.expiresAtMs()
            : absolute(batch.expiryKind(i), batch.expiryMillis(i), 0, timeMs);
    int at = takeScratch(Decimal.MAX_LENGTH);
    int length = Decimal.write(after, scratch.address() + at);
    scratchOffsets[i] = at;
    if (InternalKey.expired(expiresAtMs, timeMs)) {
      // Created with an end in the past: it is gone at once.
      entry(i, EntryKind.DELETE, (byte) 0, 0, 0);
      result(i, new OperationResult(true, existed, 0, Optional.empty(), after));
      return;
    }
    entry(i, EntryKind.PUT, TEXT, expiresAtMs, length);
    result(i, new OperationResult(true, existed, sequence, Optional.empty(), after));
  }

  private void append(Batch batch, int i, long sequence) {
    boolean existed = lookup.found();
    int before = existed ? lookup.valueLength() : 0;
    int added = batch.valueLength(i);
    int length = before + added;
    checkValue(length);
    int at = takeScratch(length);
    if (existed) {
      Memory.copy(currentValue(batch), scratch.address() + at, before);
    }
    Memory.copy(batch.valueAddress(i), scratch.address() + at + before, added);
    scratchOffsets[i] = at;
    byte encoding = existed ? lookup.encoding() : batch.encoding(i);
    entry(i, EntryKind.PUT, encoding, existed ? lookup.expiresAtMs() : 0, length);
    result(i, new OperationResult(true, existed, sequence, Optional.empty(), length));
  }

  private void expire(Batch batch, int i, long sequence, long timeMs) {
    if (!lookup.found()) {
      result(i, new OperationResult(false, false, 0, Optional.empty(), 0));
      return;
    }
    long expiresAtMs =
        absolute(batch.expiryKind(i), batch.expiryMillis(i), lookup.expiresAtMs(), timeMs);
    if (InternalKey.expired(expiresAtMs, timeMs)) {
      entry(i, EntryKind.DELETE, (byte) 0, 0, 0);
      result(i, new OperationResult(true, true, 0, Optional.empty(), 0));
      return;
    }
    int length = lookup.valueLength();
    int at = takeScratch(length);
    Memory.copy(currentValue(batch), scratch.address() + at, length);
    scratchOffsets[i] = at;
    entry(i, EntryKind.PUT, lookup.encoding(), expiresAtMs, length);
    result(i, new OperationResult(true, true, sequence, Optional.empty(), 0));
  }

  /** Plain sets get no result objects unless something else is in the batch. */
  private void plainResult(long sequence) {
    if (!plain) {
      results.add(OperationResult.set(sequence));
    }
  }

  private void result(int i, OperationResult result) {
    if (plain) {
      plain = false;
      for (int before = 0; before < i; before++) {
        results.add(OperationResult.set(firstSequence + before));
      }
    }
    results.add(result);
  }

  private int takeScratch(int length) {
    if (length > Batch.MAX_BYTES - scratchUsed) {
      throw new EngineException(
          Kind.TOO_LARGE,
          "the values that a batch appends to or expires have at most "
              + Batch.MAX_BYTES
              + " bytes together");
    }
    int at = scratchUsed;
    scratch.grow(scratchUsed + length, scratchUsed);
    scratchUsed += length;
    return at;
  }

  private void entry(int i, byte kind, byte encoding, long expiresAtMs, int valueLength) {
    kinds[i] = kind;
    encodings[i] = encoding;
    expiries[i] = expiresAtMs;
    valueLengths[i] = valueLength;
  }

  /** An expiry as a time; one that has passed is told by a time that is not 0 and has passed. */
  private static long absolute(Expiry.Kind kind, long millis, long current, long timeMs) {
    return switch (kind) {
      case NONE -> 0;
      case KEEP -> current;
      case IN -> timeMs + millis;
      case AT -> {
        if (millis - timeMs > Expiry.MAX_MILLIS) {
          throw new EngineException(
              Kind.INVALID_ARGUMENT,
              "an expiry must lie at most 100 years ahead, not at " + millis);
        }
        yield Math.max(millis, 1);
      }
    };
  }

  /**
   * Whether all are plain sets that take effect, so that {@link #results()} has nothing to tell.
   */
  boolean plain() {
    return plain;
  }

  /** How the batch's operations end, in their order; only after {@link Verdict#RESOLVED}. */
  List<OperationResult> results() {
    return List.copyOf(results);
  }

  /** Why the batch is refused. */
  EngineException refusal() {
    EngineException why = refusal;
    if (why == null) {
      throw new IllegalStateException("the batch was not refused");
    }
    return why;
  }

  /** Operations whose keys must be read from files. */
  List<Integer> missing() {
    return List.copyOf(missing);
  }

  /** Kind of the entry that operation i became; 0 for none. */
  byte kind(int i) {
    return kinds[i];
  }

  byte encoding(int i) {
    return encodings[i];
  }

  long expiresAtMs(int i) {
    return expiries[i];
  }

  long valueAddress(Batch batch, int i) {
    return scratchOffsets[i] >= 0 ? scratch.address() + scratchOffsets[i] : batch.valueAddress(i);
  }

  int valueLength(int i) {
    return valueLengths[i];
  }

  @Override
  public void close() {
    scratch.close();
  }
}
