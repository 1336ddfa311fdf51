package io.velocitydb.engine.manifest;

import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobReference;
import io.velocitydb.engine.sstable.DeletedStretch;
import io.velocitydb.engine.sstable.TableInfo;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Version edits as bytes: a sequence of fields, each {@code tag u8, length u32, contents}. What
 * every field holds is described in src/docs/formats.md.
 */
final class EditCodec {
  private static final int NEXT_FILE_NUMBER = 1;
  private static final int SEQUENCE_CEILING = 2;
  private static final int FLUSHED_SEQUENCE = 3;
  private static final int ENGINE_TIME = 4;
  private static final int WAL_ADDED = 5;
  private static final int WAL_REMOVED = 6;
  private static final int TABLE_ADDED = 7;
  private static final int TABLE_REMOVED = 8;
  private static final int APPLIED = 9;
  private static final int CLEAN_CLOSE = 10;
  private static final int BLOB_ADDED = 11;
  private static final int BLOB_REMOVED = 12;
  private static final int REFERENCES = 13;
  private static final int TABLE_WITH_STRETCH_ADDED = 14;

  private static final int FIELD_HEADER_BYTES = 5;

  private EditCodec() {}

  /** An edit and the file number counter that was written with it. */
  record Decoded(VersionEdit edit, long nextFileNumber) {}

  /** A record that verifies, but does not make sense to this release. */
  static final class MalformedEdit extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedEdit(String message) {
      super(message);
    }
  }

  /**
   * @param stretches whether stretches of deletes may be noted
   */
  static byte[] encode(VersionEdit edit, long nextFileNumber, boolean stretches) {
    Fields out = new Fields();
    out.longs(NEXT_FILE_NUMBER, nextFileNumber);
    edit.sequenceCeiling().ifPresent(v -> out.longs(SEQUENCE_CEILING, v));
    edit.flushedSequence().ifPresent(v -> out.longs(FLUSHED_SEQUENCE, v));
    edit.engineTimeMs().ifPresent(v -> out.longs(ENGINE_TIME, v));
    edit.addedWals().forEach(wal -> out.longs(WAL_ADDED, wal.number(), wal.salt()));
    edit.removedWals().forEach(number -> out.longs(WAL_REMOVED, number));
    edit.removedTables().forEach(number -> out.longs(TABLE_REMOVED, number));
    edit.addedTables().forEach(added -> table(out, added, stretches));
    edit.addedBlobs().forEach(blob -> out.longs(BLOB_ADDED, blob.number(), blob.bytes()));
    edit.removedBlobs().forEach(number -> out.longs(BLOB_REMOVED, number));
    edit.references().forEach((table, to) -> references(out, table, to));
    edit.applied().ifPresent(v -> out.longs(APPLIED, v.term(), v.index()));
    edit.cleanClose()
        .ifPresent(v -> out.longs(CLEAN_CLOSE, v.segment(), v.offset(), v.lastSequence()));
    return out.bytes();
  }

  static Decoded decode(byte[] bytes) throws MalformedEdit {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    VersionEdit.Builder edit = VersionEdit.builder();
    long nextFileNumber = 0;
    try {
      while (in.hasRemaining()) {
        int tag = in.get() & 0xFF;
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
          throw new MalformedEdit("field " + tag + " reaches beyond its edit");
        }
        ByteBuffer field = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        switch (tag) {
          case NEXT_FILE_NUMBER -> nextFileNumber = field.getLong();
          case SEQUENCE_CEILING -> edit.sequenceCeiling(field.getLong());
          case FLUSHED_SEQUENCE -> edit.flushedSequence(field.getLong());
          case ENGINE_TIME -> edit.engineTime(field.getLong());
          case WAL_ADDED -> edit.addWal(new WalName(field.getLong(), field.getLong()));
          case WAL_REMOVED -> edit.removeWal(field.getLong());
          case TABLE_ADDED -> addTable(edit, field, false);
          case TABLE_WITH_STRETCH_ADDED -> addTable(edit, field, true);
          case TABLE_REMOVED -> edit.removeTable(field.getLong());
          case BLOB_ADDED -> edit.addBlob(new BlobFileInfo(field.getLong(), field.getLong()));
          case BLOB_REMOVED -> edit.removeBlob(field.getLong());
          case REFERENCES -> addReferences(edit, field);
          case APPLIED -> edit.applied(new Applied(field.getLong(), field.getLong()));
          case CLEAN_CLOSE ->
              edit.cleanClose(new CleanClose(field.getLong(), field.getLong(), field.getLong()));
          default -> throw new MalformedEdit("unknown field " + tag);
        }
        if (field.hasRemaining()) {
          throw new MalformedEdit("field " + tag + " is longer than it should be");
        }
      }
    } catch (BufferUnderflowException e) {
      throw new MalformedEdit("a field ends too early");
    }
    return new Decoded(edit.build(), nextFileNumber);
  }

  private static void references(Fields out, long table, List<BlobReference> to) {
    long[] values = new long[1 + 2 * to.size()];
    values[0] = table;
    for (int i = 0; i < to.size(); i++) {
      values[1 + 2 * i] = to.get(i).file();
      values[2 + 2 * i] = to.get(i).bytes();
    }
    out.longs(REFERENCES, values);
  }

  private static void addReferences(VersionEdit.Builder edit, ByteBuffer field) {
    long table = field.getLong();
    List<BlobReference> to = new ArrayList<>();
    while (field.hasRemaining()) {
      to.add(new BlobReference(field.getLong(), field.getLong()));
    }
    edit.references(table, to);
  }

  private static void table(Fields out, AddedTable added, boolean stretches) {
    TableInfo t = added.table();
    boolean stretch = stretches && t.stretch().isPresent();
    ByteBuffer field =
        ByteBuffer.allocate(
                11 * Long.BYTES
                    + 12
                    + 3 * Integer.BYTES
                    + 10
                    + t.smallest().length
                    + t.largest().length
                    + t.stretch().last().length)
            .order(ByteOrder.LITTLE_ENDIAN);
    field.put((byte) added.tier()).putLong(added.run());
    field.putLong(t.fileNumber()).putLong(t.fileBytes());
    field.putInt(t.smallest().length).put(t.smallest());
    field.putInt(t.largest().length).put(t.largest());
    field.put((byte) (t.largestExclusive() ? 1 : 0));
    field.putLong(t.minSequence()).putLong(t.maxSequence());
    field.putLong(t.entries()).putLong(t.deletes()).putLong(t.rangeTombstones());
    field.putLong(t.expiring()).putLong(t.minExpiryMs()).putLong(t.maxExpiryMs());
    if (stretch) {
      field.putLong(t.stretch().deletes());
      field.putInt(t.stretch().last().length).put(t.stretch().last());
    }
    out.field(
        stretch ? TABLE_WITH_STRETCH_ADDED : TABLE_ADDED,
        Arrays.copyOf(field.array(), field.position()));
  }

  private static void addTable(VersionEdit.Builder edit, ByteBuffer field, boolean stretch)
      throws MalformedEdit {
    int tier = field.get() & 0xFF;
    long run = field.getLong();
    TableInfo table =
        new TableInfo(
            field.getLong(),
            field.getLong(),
            key(field),
            key(field),
            field.get() != 0,
            field.getLong(),
            field.getLong(),
            field.getLong(),
            field.getLong(),
            field.getLong(),
            field.getLong(),
            field.getLong(),
            field.getLong());
    if (stretch) {
      table = table.withStretch(new DeletedStretch(field.getLong(), key(field)));
    }
    edit.addTable(tier, run, table);
  }

  private static byte[] key(ByteBuffer field) throws MalformedEdit {
    int length = field.getInt();
    if (length < 0 || length > field.remaining()) {
      throw new MalformedEdit("a key reaches beyond its field");
    }
    byte[] key = new byte[length];
    field.get(key);
    return key;
  }

  /** Growing bytes of an edit. */
  private static final class Fields {
    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

    void longs(int tag, long... values) {
      makeRoom(FIELD_HEADER_BYTES + values.length * Long.BYTES);
      buffer.put((byte) tag).putInt(values.length * Long.BYTES);
      for (long value : values) {
        buffer.putLong(value);
      }
    }

    void field(int tag, byte[] contents) {
      makeRoom(FIELD_HEADER_BYTES + contents.length);
      buffer.put((byte) tag).putInt(contents.length).put(contents);
    }

    byte[] bytes() {
      return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private void makeRoom(int bytes) {
      if (buffer.remaining() < bytes) {
        int size = Math.max(2 * buffer.capacity(), buffer.position() + bytes);
        ByteBuffer larger = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        buffer.flip();
        larger.put(buffer);
        buffer = larger;
      }
    }
  }
}
