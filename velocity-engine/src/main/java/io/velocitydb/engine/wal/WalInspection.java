package io.velocitydb.engine.wal;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Inspected;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.log.LogInspection;
import io.velocitydb.engine.log.LogReader;
import io.velocitydb.engine.log.ReadableBytes;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Shows a log segment group by group and entry by entry, damaged places too. */
public final class WalInspection {
  private static final LogInspection FILE =
      new LogInspection(WalFormat.MAGIC, WalFormat.FORMAT, "log", "number");

  private WalInspection() {}

  /** Hands every group, and behind it its entries, to {@code sink}. */
  public static void run(Vfs vfs, Path path, NativeMemory memory, Consumer<Inspected> sink)
      throws IOException {
    FILE.run(vfs, path, memory, sink, reader -> group(reader, path, sink));
  }

  private static void group(LogReader reader, Path path, Consumer<Inspected> sink) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("offset", "" + reader.recordStart());
    try {
      WalGroup group =
          WalGroup.parse(reader.recordAddress(), reader.recordLength(), path, reader.recordStart());
      fields.put("time_ms", "" + group.commitTimeMs());
      fields.put("first_sequence", "" + group.firstSequence());
      fields.put("last_sequence", "" + group.lastSequence());
      fields.put("entries", "" + group.count());
      fields.put("synced", show(group.synced()));
      fields.put("previous_end", show(group.previousEnd()));
      sink.accept(new Inspected("group", fields));
      group.entries(new Entries(sink));
    } catch (EngineException e) {
      fields.put("malformed", String.valueOf(e.getMessage()));
      sink.accept(new Inspected("group", fields));
    }
  }

  private static String show(WalPosition position) {
    return position.segment() + ":" + position.offset();
  }

  private record Entries(Consumer<Inspected> sink) implements WalSink {
    @Override
    public void entry(
        long sequence,
        byte kind,
        byte encoding,
        long expiresAtMs,
        long keyAddress,
        int keyLength,
        long valueAddress,
        int valueLength) {
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("sequence", "" + sequence);
      fields.put("key", ReadableBytes.of(keyAddress, keyLength));
      if (kind == EntryKind.RANGE_DELETE) {
        fields.put("end", ReadableBytes.of(valueAddress, valueLength));
      } else if (kind != EntryKind.DELETE) {
        fields.put("value_bytes", "" + valueLength);
        fields.put("encoding", "" + encoding);
        fields.put("expires_at_ms", "" + expiresAtMs);
      }
      sink.accept(new Inspected(EntryKind.name(kind), fields));
    }
  }
}
