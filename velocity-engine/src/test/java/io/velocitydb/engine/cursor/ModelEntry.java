package io.velocitydb.engine.cursor;

import io.velocitydb.engine.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An entry as tests write it down; keys and values are Latin-1 text, so that order is by bytes. */
public record ModelEntry(
    String key, long sequence, byte kind, byte encoding, long expiresAtMs, String value)
    implements Comparable<ModelEntry> {
  private static final Comparator<ModelEntry> ORDER =
      Comparator.comparing(ModelEntry::key)
          .thenComparing(Comparator.comparingLong(ModelEntry::sequence).reversed());

  public static ModelEntry put(String key, long sequence, String value) {
    return new ModelEntry(key, sequence, EntryKind.PUT, (byte) 0, 0, value);
  }

  public static ModelEntry delete(String key, long sequence) {
    return new ModelEntry(key, sequence, EntryKind.DELETE, (byte) 0, 0, "");
  }

  public static ModelEntry of(InternalCursor cursor) {
    return new ModelEntry(
        text(cursor.keyAddress(), cursor.keyLength()),
        cursor.sequence(),
        cursor.kind(),
        cursor.encoding(),
        cursor.expiresAtMs(),
        text(cursor.valueAddress(), cursor.valueLength()));
  }

  public static ModelEntry of(String key, PointResult found) {
    return new ModelEntry(
        key,
        found.sequence(),
        found.kind(),
        found.encoding(),
        found.expiresAtMs(),
        text(found.valueAddress(), found.valueLength()));
  }

  public static String text(long address, int length) {
    return new String(Memory.bytes(address, length), StandardCharsets.ISO_8859_1);
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Every entry of a cursor, first to last. */
  public static List<ModelEntry> forward(InternalCursor cursor) {
    List<ModelEntry> all = new ArrayList<>();
    for (cursor.first(); cursor.valid(); cursor.next()) {
      all.add(of(cursor));
    }
    return all;
  }

  /** Every entry of a cursor, last to first. */
  public static List<ModelEntry> backward(InternalCursor cursor) {
    List<ModelEntry> all = new ArrayList<>();
    for (cursor.last(); cursor.valid(); cursor.previous()) {
      all.add(of(cursor));
    }
    return all;
  }

  @Override
  public int compareTo(ModelEntry other) {
    return ORDER.compare(this, other);
  }
}
