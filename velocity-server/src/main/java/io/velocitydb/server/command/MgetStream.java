package io.velocitydb.server.command;

import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.fbs.MgetResponse;
import io.velocitydb.protocol.fbs.Value;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.FrameStream;
import io.velocitydb.server.session.Reply;
import java.util.List;

/**
 * The stream of an MGET: every frame has the entries of the next keys, of the same state. One that
 * ends early has given fewer entries than there are keys; where to go on is their number.
 */
final class MgetStream implements FrameStream {
  private static final int KEYS_AT_ONCE_MAX = 256;

  /** What the table of an entry takes besides its value, at most. */
  private static final int ENTRY_OVERHEAD = 64;

  private final HeldSnapshot held;
  private final List<byte[]> keys;
  private int given;
  private int keysAtOnce = 16;

  MgetStream(OpenDatabase database, List<byte[]> keys) {
    held = new HeldSnapshot(database);
    this.keys = keys;
  }

  @Override
  public boolean next(Reply reply, Call call) {
    Snapshot snapshot = held.get();
    int room = Math.min(keys.size() - given, Limits.MAX_PAGE_ENTRIES);
    int table = reply.begin(MgetResponse.TABLE);
    int entries = reply.message().reserveTables(table, MgetResponse.ENTRIES, room);
    FrameSink sink = new FrameSink(reply, entries);
    try (NativeKeys copies = new NativeKeys()) {
      while (sink.taken < room && !sink.full) {
        call.checkStillWanted();
        int from = given + sink.taken;
        int count = Math.min(keysAtOnce, room - sink.taken);
        int before = sink.taken;
        copies.read(held.database(), snapshot, keys.subList(from, from + count), sink);
        // Values that do not fit were read in vain: so no more at once than about fit.
        int fitted = sink.taken - before;
        keysAtOnce = Math.clamp(sink.full ? fitted : 2L * fitted, 1, KEYS_AT_ONCE_MAX);
      }
    }
    reply.message().truncate(entries, sink.taken);
    given += sink.taken;
    if (given == keys.size()) {
      reply.end();
      return false;
    }
    reply.endWithMore();
    return true;
  }

  @Override
  public void end(Reply reply) {
    held.database().checkNotDropped();
    reply.empty();
  }

  @Override
  public boolean isOver() {
    return held.isOver();
  }

  @Override
  public void close() {
    held.close();
  }

  /** Takes entries where the engine has them, until the frame is full. */
  private static final class FrameSink implements MultiReadSink {
    private final Reply reply;
    private final int entries;
    private final long nowMs = System.currentTimeMillis();
    private int taken;
    private boolean full;

    FrameSink(Reply reply, int entries) {
      this.reply = reply;
      this.entries = entries;
    }

    @Override
    public void found(
        int index,
        long valueAddress,
        int valueLength,
        byte encoding,
        long version,
        long expiresAtMs) {
      if (fits(valueLength)) {
        int value = reply.message().element(entries, taken, Value.TABLE);
        EntryWriter.head(reply.message(), value, encoding, version, expiresAtMs, nowMs);
        EntryWriter.bytes(reply, value, Value.VALUE, valueAddress, valueLength);
        taken++;
      }
    }

    @Override
    public void missing(int index) {
      if (fits(0)) {
        int _ = reply.message().element(entries, taken, Value.TABLE);
        taken++;
      }
    }

    /** Once one does not fit, none behind it does: they come in order. */
    private boolean fits(int bytes) {
      full |= taken > 0 && reply.bodyBytes() + bytes + ENTRY_OVERHEAD > Limits.MAX_STREAM_FRAME;
      return !full;
    }
  }
}
