package io.velocitydb.engine.db;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeKeys;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A read of several keys for callers who want entries on the heap. */
final class MultiGet implements MultiReadSink {
  private final List<byte[]> keys;
  private final List<Optional<Entry>> entries;

  MultiGet(List<byte[]> keys) {
    checkCount(keys.size());
    this.keys = List.copyOf(keys);
    entries = new ArrayList<>(keys.size());
  }

  /** The read by native addresses. */
  @FunctionalInterface
  interface Read {
    boolean run(long[] keyAddresses, int[] keyLengths, int count, MultiReadSink sink);
  }

  List<Optional<Entry>> run(NativeMemory memory, Read read) {
    long bytes = 0;
    for (byte[] key : keys) {
      checkLength(key.length);
      bytes += key.length;
    }
    if (bytes > Integer.MAX_VALUE / 2) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "the keys of one read have " + bytes + " bytes together; ask for fewer keys at a time");
    }
    try (NativeKeys asked = new NativeKeys(memory, keys)) {
      if (!read.run(asked.addresses(), asked.lengths(), asked.count(), this)) {
        throw new IllegalStateException("a read that may block did not want to");
      }
    }
    return entries;
  }

  @Override
  public void found(
      int index,
      long valueAddress,
      int valueLength,
      byte encoding,
      long version,
      long expiresAtMs) {
    entries.add(
        Optional.of(
            new Entry(
                keys.get(index).clone(),
                Memory.bytes(valueAddress, valueLength),
                encoding,
                version,
                expiresAtMs)));
  }

  @Override
  public void missing(int index) {
    entries.add(Optional.empty());
  }

  /** Checks what callers of the native form give. */
  static void check(long[] keyAddresses, int[] keyLengths, int count) {
    checkCount(count);
    if (count < 0 || count > keyAddresses.length || count > keyLengths.length) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          count
              + " keys, but "
              + keyAddresses.length
              + " addresses and "
              + keyLengths.length
              + " lengths");
    }
    for (int i = 0; i < count; i++) {
      checkLength(keyLengths[i]);
    }
  }

  private static void checkCount(int count) {
    if (count > Database.MAX_MULTI_READ_KEYS) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "one read takes at most "
              + Database.MAX_MULTI_READ_KEYS
              + " keys, not "
              + count
              + "; take a snapshot and ask for fewer keys at a time");
    }
  }

  private static void checkLength(int length) {
    if (length < 1 || length > Database.MAX_KEY_BYTES) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "a key has 1 to " + Database.MAX_KEY_BYTES + " bytes, not " + length);
    }
  }
}
