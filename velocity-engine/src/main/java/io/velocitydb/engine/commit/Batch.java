package io.velocitydb.engine.commit;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.wal.Wal;
import java.util.Arrays;

/**
 * A batch as the engine keeps it: one record per operation in native memory, laid out by {@link
 * Operation}.
 */
public final class Batch implements WriteBatch {
  /** Most bytes of a batch in memory: room for a longest value with a longest key. */
  public static final int MAX_BYTES = Database.MAX_VALUE_BYTES + 2 * Database.MAX_KEY_BYTES;

  private static final int KEPT_BYTES = 64 * 1024;
  private static final Condition.Kind[] CONDITIONS = Condition.Kind.values();
  private static final Expiry.Kind[] EXPIRIES = Expiry.Kind.values();

  private final NativeBuffer buffer;
  private final BatchRoom room;
  private final CommitRequest request = new CommitRequest(this);
  private int[] offsets = new int[4];
  private int size;
  private int used;
  private boolean anyRead;

  /** Taken of the room: all of its memory, once that is more than it keeps for its next use. */
  private long taken;

  /** An empty batch that shares memory with no other. */
  Batch(NativeMemory memory) {
    this(memory, BatchRoom.unlimited());
  }

  /**
   * An empty batch.
   *
   * @param room of all batches that share the memory
   */
  public Batch(NativeMemory memory, BatchRoom room) {
    this.buffer = new NativeBuffer(memory, MemoryTag.WRITE_BATCH);
    this.room = room;
  }

  @Override
  public WriteBatch put(
      byte[] key,
      byte[] value,
      byte encoding,
      Expiry expiry,
      Condition condition,
      boolean returnPrevious) {
    checkKey(key.length);
    checkValue(value.length);
    boolean reads =
        returnPrevious
            || condition.kind() != Condition.Kind.ALWAYS
            || expiry.kind() == Expiry.Kind.KEEP;
    long at =
        add(
            Operation.PUT,
            encoding,
            expiry,
            condition,
            returnPrevious,
            key.length,
            value.length,
            reads);
    Memory.copy(key, 0, at + Operation.DATA, key.length);
    Memory.copy(value, 0, at + Operation.DATA + key.length, value.length);
    return this;
  }

  @Override
  public WriteBatch put(
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength,
      byte encoding,
      Expiry expiry,
      Condition condition,
      boolean returnPrevious) {
    checkKey(keyLength);
    checkValue(valueLength);
    boolean reads =
        returnPrevious
            || condition.kind() != Condition.Kind.ALWAYS
            || expiry.kind() == Expiry.Kind.KEEP;
    long at =
        add(
            Operation.PUT,
            encoding,
            expiry,
            condition,
            returnPrevious,
            keyLength,
            valueLength,
            reads);
    Memory.copy(keyAddress, at + Operation.DATA, keyLength);
    Memory.copy(valueAddress, at + Operation.DATA + keyLength, valueLength);
    return this;
  }

  @Override
  public WriteBatch delete(byte[] key, Condition condition, boolean returnPrevious) {
    checkKey(key.length);
    long at =
        add(
            Operation.DELETE,
            (byte) 0,
            Expiry.NONE,
            condition,
            returnPrevious,
            key.length,
            0,
            true);
    Memory.copy(key, 0, at + Operation.DATA, key.length);
    return this;
  }

  @Override
  public WriteBatch increment(byte[] key, long delta, long initial, Expiry expiryOnCreate) {
    checkKey(key.length);
    long at =
        add(
            Operation.INCREMENT,
            (byte) 0,
            expiryOnCreate,
            Condition.ALWAYS,
            false,
            key.length,
            2 * Long.BYTES,
            true);
    Memory.copy(key, 0, at + Operation.DATA, key.length);
    Memory.putLong(at + Operation.DATA + key.length, delta);
    Memory.putLong(at + Operation.DATA + key.length + Long.BYTES, initial);
    return this;
  }

  @Override
  public WriteBatch append(byte[] key, byte[] bytes, byte encodingOnCreate) {
    checkKey(key.length);
    checkValue(bytes.length);
    long at =
        add(
            Operation.APPEND,
            encodingOnCreate,
            Expiry.KEEP,
            Condition.ALWAYS,
            false,
            key.length,
            bytes.length,
            true);
    Memory.copy(key, 0, at + Operation.DATA, key.length);
    Memory.copy(bytes, 0, at + Operation.DATA + key.length, bytes.length);
    return this;
  }

  @Override
  public WriteBatch expire(byte[] key, Expiry expiry, Condition condition) {
    checkKey(key.length);
    long at = add(Operation.EXPIRE, (byte) 0, expiry, condition, false, key.length, 0, true);
    Memory.copy(key, 0, at + Operation.DATA, key.length);
    return this;
  }

  @Override
  public WriteBatch deleteRange(KeyRange range) {
    byte[] end = range.end();
    if (range.start().length > Database.MAX_KEY_BYTES
        || (end != null && end.length > Database.MAX_KEY_BYTES)) {
      throw new EngineException(
          Kind.TOO_LARGE, "a bound has at most " + Database.MAX_KEY_BYTES + " bytes");
    }
    boolean empty = end != null && Arrays.compareUnsigned(range.start(), end) >= 0;
    byte[] last = end == null || empty ? new byte[0] : end;
    long at =
        add(
            empty ? Operation.NOTHING : Operation.DELETE_RANGE,
            (byte) 0,
            Expiry.NONE,
            Condition.ALWAYS,
            false,
            range.start().length,
            last.length,
            false);
    Memory.copy(range.start(), 0, at + Operation.DATA, range.start().length);
    Memory.copy(last, 0, at + Operation.DATA + range.start().length, last.length);
    return this;
  }

  private long add(
      byte type,
      byte encoding,
      Expiry expiry,
      Condition condition,
      boolean returnPrevious,
      int keyLength,
      int valueLength,
      boolean reads) {
    if (size == MAX_OPERATIONS) {
      throw new EngineException(
          Kind.TOO_LARGE, "a batch has at most " + MAX_OPERATIONS + " operations");
    }
    int length = Operation.DATA + keyLength + valueLength;
    if (used + length > MAX_BYTES) {
      throw new EngineException(Kind.TOO_LARGE, "a batch has at most " + MAX_BYTES + " bytes");
    }
    long at = (used + length > buffer.capacity() ? grow(used + length) : buffer.address()) + used;
    Memory.putByte(at + Operation.TYPE, type);
    Memory.putByte(at + Operation.ENCODING, encoding);
    Memory.putByte(at + Operation.EXPIRY_KIND, (byte) expiry.kind().ordinal());
    Memory.putByte(at + Operation.CONDITION_KIND, (byte) condition.kind().ordinal());
    Memory.putInt(at + Operation.RETURN_PREVIOUS, returnPrevious ? 1 : 0);
    Memory.putInt(at + Operation.KEY_LENGTH, keyLength);
    Memory.putInt(at + Operation.VALUE_LENGTH, valueLength);
    Memory.putLong(at + Operation.EXPIRY_MILLIS, expiry.millis());
    Memory.putLong(at + Operation.CONDITION_VERSION, condition.version());
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * size);
    }
    offsets[size++] = used;
    used += length;
    anyRead |= reads;
    return at;
  }

  /** Asks for room before its memory grows: what is refused has cost nothing. */
  private long grow(int size) {
    long grown = Math.max(size, 2L * buffer.capacity());
    if (grown <= KEPT_BYTES) {
      return buffer.grow(size, used);
    }
    long more = grown - taken;
    if (!room.tryTake(more, taken)) {
      throw new EngineException(
          Kind.OVERLOADED,
          "more than " + room.most() + " bytes of large writes are under way; try again later");
    }
    taken = grown;
    try {
      return buffer.grow(size, used);
    } finally {
      room.allocated(more);
    }
  }

  private static void checkKey(int length) {
    if (length < 1) {
      throw new EngineException(Kind.INVALID_ARGUMENT, "a key must have at least one byte");
    }
    if (length > Database.MAX_KEY_BYTES) {
      throw new EngineException(
          Kind.TOO_LARGE, "a key has at most " + Database.MAX_KEY_BYTES + " bytes, not " + length);
    }
  }

  private static void checkValue(int length) {
    if (length > Database.MAX_VALUE_BYTES) {
      throw new EngineException(
          Kind.TOO_LARGE,
          "a value has at most " + Database.MAX_VALUE_BYTES + " bytes, not " + length);
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long bytes() {
    return used - (long) size * Operation.DATA + (long) size * Wal.ENTRY_OVERHEAD_BYTES;
  }

  /** Its way through the pipeline. */
  CommitRequest request() {
    return request;
  }

  /** Bytes of its memory. */
  long memoryBytes() {
    return used;
  }

  /** Whether any operation must look at the present entry of its key. */
  boolean anyRead() {
    return anyRead;
  }

  long operation(int index) {
    return buffer.address() + offsets[index];
  }

  byte type(int index) {
    return Memory.getByte(operation(index) + Operation.TYPE);
  }

  byte encoding(int index) {
    return Memory.getByte(operation(index) + Operation.ENCODING);
  }

  Expiry.Kind expiryKind(int index) {
    return EXPIRIES[Memory.getByte(operation(index) + Operation.EXPIRY_KIND)];
  }

  long expiryMillis(int index) {
    return Memory.getLong(operation(index) + Operation.EXPIRY_MILLIS);
  }

  Condition.Kind conditionKind(int index) {
    return CONDITIONS[Memory.getByte(operation(index) + Operation.CONDITION_KIND)];
  }

  long conditionVersion(int index) {
    return Memory.getLong(operation(index) + Operation.CONDITION_VERSION);
  }

  /** Whether an operation needs the present value of its key, not only to know of it. */
  public boolean needsValue(int index) {
    return switch (type(index)) {
      case Operation.INCREMENT, Operation.APPEND, Operation.EXPIRE -> true;
      default -> returnPrevious(index);
    };
  }

  boolean returnPrevious(int index) {
    return Memory.getInt(operation(index) + Operation.RETURN_PREVIOUS) != 0;
  }

  /** Native address of an operation's key. */
  public long keyAddress(int index) {
    return operation(index) + Operation.DATA;
  }

  /** Length of an operation's key. */
  public int keyLength(int index) {
    return Memory.getInt(operation(index) + Operation.KEY_LENGTH);
  }

  long valueAddress(int index) {
    return keyAddress(index) + keyLength(index);
  }

  int valueLength(int index) {
    return Memory.getInt(operation(index) + Operation.VALUE_LENGTH);
  }

  @Override
  public void clear() {
    size = 0;
    used = 0;
    anyRead = false;
    buffer.shrink(KEPT_BYTES);
    room.give(taken);
    taken = 0;
    if (offsets.length > 1024) {
      offsets = new int[4];
    }
  }

  @Override
  public void close() {
    clear();
    buffer.close();
  }
}
