package io.velocitydb.server.command;

import io.velocitydb.engine.Entry;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.fbs.Value;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.session.NativeAddress;
import io.velocitydb.server.session.Reply;

/** Writes entries of the engine into replies. */
final class EntryWriter {
  private EntryWriter() {}

  /** Copies native bytes into a vector of the reply. */
  static void bytes(Reply reply, int table, int field, long address, int length) {
    int at = reply.message().reserve(table, field, length);
    Memory.copy(address, NativeAddress.of(reply.buffer()) + at, length);
  }

  /** Fills the table {@code Value}. */
  static void value(MessageWriter message, int table, Entry entry, long nowMs) {
    head(message, table, entry.encoding(), entry.version(), entry.expiresAtMs(), nowMs);
    message.putBytes(table, Value.VALUE, entry.value());
  }

  /** Fills the table {@code Value} but for the value itself. */
  static void head(
      MessageWriter message, int table, byte encoding, long version, long expiresAtMs, long nowMs) {
    message.putBoolean(table, Value.FOUND, true);
    message.putByte(table, Value.ENCODING, encoding);
    message.putLong(table, Value.VERSION, version);
    if (expiresAtMs != 0) {
      message.putLong(table, Value.TTL_MS, remaining(expiresAtMs, nowMs));
    }
  }

  /** What is left of an entry that is still there: at least a millisecond. */
  static long remaining(long expiresAtMs, long nowMs) {
    return Math.max(1, expiresAtMs - nowMs);
  }
}
