package io.velocitydb.engine.wal;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.Memory;
import java.nio.file.Path;

/**
 * One group, checked to its last byte when parsed: its checksum held, so whatever does not fit here
 * was written wrongly.
 */
final class WalGroup {
  private final long start;
  private final long limit;
  private final Path path;
  private final long offset;
  private long at;

  private long commitTimeMs;
  private long owner;
  private long firstSequence;
  private long lastSequence;
  private WalPosition synced = WalPosition.START;
  private WalPosition previousEnd = WalPosition.START;
  private long entriesAt;
  private long count;

  private WalGroup(long address, int length, Path path, long offset) {
    this.start = address;
    this.at = address;
    this.limit = address + length;
    this.path = path;
    this.offset = offset;
  }

  /** Parses a record; its memory must stay as it is while the group is used. */
  static WalGroup parse(long address, int length, Path path, long offset) {
    WalGroup group = new WalGroup(address, length, path, offset);
    group.readHeader();
    group.lastSequence = group.walk(null);
    return group;
  }

  private void readHeader() {
    if (u8() != WalFormat.GROUP) {
      throw malformed("a record of unknown type");
    }
    commitTimeMs = u64();
    owner = var();
    firstSequence = var();
    synced = new WalPosition(var(), var());
    previousEnd = new WalPosition(var(), var());
    entriesAt = at;
  }

  /** Hands every entry to {@code sink}. */
  void entries(WalSink sink) {
    walk(sink);
  }

  private long walk(@org.jspecify.annotations.Nullable WalSink sink) {
    at = entriesAt;
    long sequence = firstSequence;
    long entries = 0;
    while (at < limit) {
      int kindByte = u8();
      byte kind = (byte) (kindByte & ~WalFormat.HAS_EXPIRY);
      byte encoding = (byte) u8();
      sequence += var();
      long keyLength = var();
      long valueLength = var();
      long expiresAtMs = (kindByte & WalFormat.HAS_EXPIRY) != 0 ? u64() : 0;
      if (keyLength > Database.MAX_KEY_BYTES
          || valueLength > Math.max(Database.MAX_VALUE_BYTES, Database.MAX_KEY_BYTES)
          || keyLength + valueLength > limit - at) {
        throw malformed("an entry longer than its group");
      }
      if (!EntryKind.isPoint(kind, (int) valueLength) && kind != EntryKind.RANGE_DELETE) {
        throw malformed("an entry of unknown kind " + kind);
      }
      if (sink != null) {
        sink.entry(
            sequence,
            kind,
            encoding,
            expiresAtMs,
            at,
            (int) keyLength,
            at + keyLength,
            (int) valueLength);
      }
      at += keyLength + valueLength;
      entries++;
    }
    count = entries;
    return sequence;
  }

  private int u8() {
    need(1);
    return Memory.getByte(at++) & 0xFF;
  }

  private long u64() {
    need(Long.BYTES);
    long value = Memory.getLong(at);
    at += Long.BYTES;
    return value;
  }

  private long var() {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw malformed("a number that is too long");
  }

  private void need(int bytes) {
    if (limit - at < bytes) {
      throw malformed("a group that ends too early");
    }
  }

  private EngineException malformed(String what) {
    return new EngineException(
        Kind.CORRUPTION,
        path + " has " + what + " at offset " + offset + ", byte " + (at - start) + " of it");
  }

  long commitTimeMs() {
    return commitTimeMs;
  }

  long owner() {
    return owner;
  }

  long firstSequence() {
    return firstSequence;
  }

  long lastSequence() {
    return lastSequence;
  }

  long count() {
    return count;
  }

  WalPosition synced() {
    return synced;
  }

  WalPosition previousEnd() {
    return previousEnd;
  }
}
