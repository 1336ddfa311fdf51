package io.velocitydb.bench.engine.store;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EntrySink;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.ReadResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and writes by native addresses. */
final class VelocitySession implements Session {
  private static final MemorySegment ALL = everything();

  private final Database database;
  private final Durability durability;
  private final int valueBytes;
  private final KeyBuffer key = new KeyBuffer();
  private final ValuePool values;
  private final MemorySegment into;
  private final EntrySink sink = this::copy;
  private @Nullable Several together;

  VelocitySession(Database database, Durability durability, StoreSettings settings) {
    this.database = database;
    this.durability = durability;
    this.valueBytes = settings.valueBytes();
    this.values = new ValuePool(valueBytes, settings.seed());
    this.into = Arena.ofAuto().allocate(KeyBuffer.BYTES + valueBytes);
  }

  @SuppressWarnings("restricted") // The engine's sink and cursor hand out addresses.
  private static MemorySegment everything() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  private void copy(long address, int length, byte encoding, long version, long expiresAtMs) {
    MemorySegment.copy(ALL, address, into, KeyBuffer.BYTES, length);
  }

  @Override
  public boolean get(long number) {
    key.set(number, false);
    return read();
  }

  @Override
  public boolean getMissing(long number) {
    key.set(number, true);
    return read();
  }

  @Override
  public int multiGet(long[] numbers) {
    Several several = together;
    if (several == null) {
      several = new Several(numbers.length);
      together = several;
    }
    return several.read(numbers);
  }

  /** What a read of several keys needs. */
  private final class Several implements MultiReadSink {
    private final List<KeyBuffer> keys = new ArrayList<>();
    private final long[] addresses;
    private final int[] lengths;
    private final MemorySegment found;
    private int count;

    Several(int most) {
      addresses = new long[most];
      lengths = new int[most];
      for (int i = 0; i < most; i++) {
        KeyBuffer each = new KeyBuffer();
        keys.add(each);
        addresses[i] = each.address();
        lengths[i] = KeyBuffer.BYTES;
      }
      found = Arena.ofAuto().allocate((long) most * valueBytes);
    }

    int read(long[] numbers) {
      for (int i = 0; i < numbers.length; i++) {
        keys.get(i).set(numbers[i], false);
      }
      count = 0;
      database.multiRead(addresses, lengths, numbers.length, true, this);
      return count;
    }

    @Override
    public void found(
        int index, long address, int length, byte encoding, long version, long expiresAtMs) {
      MemorySegment.copy(ALL, address, found, (long) index * valueBytes, length);
      count++;
    }

    @Override
    public void missing(int index) {
      // Counted by those that are there.
    }
  }

  private boolean read() {
    return database.read(key.address(), KeyBuffer.BYTES, true, sink) == ReadResult.FOUND;
  }

  @Override
  public void put(long number) {
    key.set(number, false);
    database.put(
        key.address(), KeyBuffer.BYTES, values.address(values.advance()), valueBytes, durability);
  }

  @Override
  public int scan(long number, int entries) {
    key.set(number, false);
    int count = 0;
    try (Cursor cursor = database.cursor(KeyRange.from(key.bytes()), false)) {
      while (count < entries && cursor.next()) {
        MemorySegment.copy(ALL, cursor.keyAddress(), into, 0, cursor.keyLength());
        MemorySegment.copy(ALL, cursor.valueAddress(), into, KeyBuffer.BYTES, cursor.valueLength());
        count++;
      }
    }
    return count;
  }

  @Override
  public void close() {
    // What a call needs belongs to the database.
  }
}
