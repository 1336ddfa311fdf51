package io.velocitydb.server.session;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.server.database.OpenDatabase;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a request names: how many, and the first of them, for the slow log. Lies where the
 * request does, or is {@link #keep kept} beyond it. Reused; not thread-safe.
 */
final class RequestKeys {
  /** Bytes of a key that are kept. */
  static final int KEPT_BYTES = 128;

  private @Nullable OpenDatabase database;
  private int count;
  private int length;

  /** Of the first key; 0 when it lies in {@link #bytes}. */
  private long address;

  private byte[] bytes = {};

  /** There are none. */
  void clear() {
    database = null;
    count = 0;
    length = 0;
    address = 0;
  }

  /** A key in native memory. */
  void add(OpenDatabase of, long keyAddress, int keyLength) {
    if (count++ == 0) {
      database = of;
      address = keyAddress;
      length = keyLength;
    }
  }

  /** Where a range begins. */
  void addRange(OpenDatabase of, byte[] start) {
    if (database == null) {
      database = of;
      address = 0;
      bytes = start;
      length = start.length;
    }
  }

  /** Becomes what another is, and stays it when the other's request is gone. */
  void keep(RequestKeys other) {
    if (bytes.length < KEPT_BYTES) {
      bytes = new byte[KEPT_BYTES];
    }
    database = other.database;
    count = other.count;
    length = other.length;
    address = 0;
    other.copyTo(bytes);
  }

  private void copyTo(byte[] to) {
    int kept = Math.min(length, KEPT_BYTES);
    if (address != 0) {
      Memory.copy(address, to, 0, kept);
    } else {
      System.arraycopy(bytes, 0, to, 0, kept);
    }
  }

  /** The name of their database, or empty when there are none. */
  String database() {
    return database == null ? "" : database.name();
  }

  /** How many there are, with repetitions. */
  int count() {
    return count;
  }

  /** The first of them, or where a range begins, without what passes {@link #KEPT_BYTES}. */
  byte[] first() {
    byte[] first = new byte[Math.min(length, KEPT_BYTES)];
    copyTo(first);
    return first;
  }

  /** How long that is in all. */
  int firstLength() {
    return length;
  }
}
