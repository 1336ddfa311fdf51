package io.velocitydb.server.command;

import io.velocitydb.engine.Cursor;
import io.velocitydb.protocol.fbs.Entry;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.session.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Writes the entries of a scan into one table.
 *
 * @param reverse whether the scan goes from the last key to the first
 * @param keysOnly whether values are left out
 */
record ScanPage(boolean reverse, boolean keysOnly) {
  private static final int ENTRIES_PER_CHECK = 64;

  /**
   * What a table of an entry takes besides key and value, and a cursor besides its key, at most.
   */
  private static final int ENTRY_OVERHEAD = 128;

  /**
   * How much goes into one table: what is reached first. One entry always does.
   *
   * @param entries at least 1
   * @param bytes of the table
   */
  record Room(int entries, int bytes) {}

  /**
   * What was written.
   *
   * @param lastKey null when there was nothing
   * @param more whether the cursor stands on a further entry
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Filled(int count, byte @Nullable [] lastKey, boolean more) {}

  /**
   * Writes the cursor's entries into a table that was just begun, until that is full or there are
   * no more.
   *
   * @param check called now and then; ends it by what it throws
   */
  Filled fill(Reply reply, int table, Cursor cursor, Room room, long nowMs, Runnable check) {
    MessageWriter message = reply.message();
    int entries = message.reserveTables(table, ScanResponse.ENTRIES, room.entries);
    int count = 0;
    byte @Nullable [] lastKey = null;
    boolean more = false;
    while (cursor.next()) {
      if (count % ENTRIES_PER_CHECK == 0) {
        check.run();
      }
      // Its key once more: it may be the last one, and name where to go on.
      int bytes = 2 * cursor.keyLength() + (keysOnly ? 0 : cursor.valueLength());
      boolean full =
          count == room.entries
              || (count > 0 && reply.bodyBytes() + bytes + ENTRY_OVERHEAD > room.bytes);
      if (full) {
        more = true;
        break;
      }
      write(reply, message.element(entries, count, Entry.TABLE), cursor, nowMs);
      lastKey = cursor.key();
      count++;
    }
    message.truncate(entries, count);
    return new Filled(count, lastKey, more);
  }

  /** Says where the scan goes on. */
  void cursor(Reply reply, int table, byte[] lastKey) {
    reply.message().putBytes(table, ScanResponse.CURSOR, ScanCursor.after(lastKey, reverse));
  }

  private void write(Reply reply, int entry, Cursor cursor, long nowMs) {
    MessageWriter message = reply.message();
    EntryWriter.bytes(reply, entry, Entry.KEY, cursor.keyAddress(), cursor.keyLength());
    message.putByte(entry, Entry.ENCODING, cursor.encoding());
    message.putLong(entry, Entry.VERSION, cursor.version());
    if (cursor.expiresAtMs() != 0) {
      message.putLong(entry, Entry.TTL_MS, EntryWriter.remaining(cursor.expiresAtMs(), nowMs));
    }
    if (!keysOnly) {
      EntryWriter.bytes(reply, entry, Entry.VALUE, cursor.valueAddress(), cursor.valueLength());
    }
  }
}
