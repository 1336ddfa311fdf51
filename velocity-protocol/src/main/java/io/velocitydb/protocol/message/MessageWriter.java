package io.velocitydb.protocol.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Collection;

/**
 * Writes a message straight into an outgoing buffer, forwards: a value is copied once, from
 * wherever it lies to where it will be sent from.
 *
 * <p>FlatBuffers' own builder writes backwards into a buffer of its own, to be copied again. Here
 * each table has a fixed place for every field of its schema, so that it can be begun before its
 * content is known; what was not put is marked absent in its vtable. Tables, strings and vectors
 * stand behind the table that names them, all aligned as the format asks. That costs a few bytes
 * per table and saves a copy of the value.
 *
 * <pre>
 * int start = frames.begin(out, Opcode.GET.responseNumber(), Flags.NONE);
 * int get = messages.begin(out, GetResponse.TABLE);
 * messages.putBoolean(get, GetResponse.FOUND, true);
 * int at = messages.reserve(get, GetResponse.VALUE, length);
 * // copy the value to index "at" of out
 * frames.end(out, start);
 * </pre>
 *
 * <p>A table is known by its index in the buffer, a field by the constant of the generated class. A
 * field that is put twice keeps the last value. Reusable; not thread safe.
 */
public final class MessageWriter {
  private static final int OFFSET_BYTES = 4;
  private static final int VTABLE_HEADER = 4;

  private ByteBuf out = Unpooled.EMPTY_BUFFER;
  private int body;

  /**
   * Begins a message at the writer index.
   *
   * @param type the root table's number, as {@code GetResponse.TABLE}
   * @return the root table
   */
  public int begin(ByteBuf out, int type) {
    this.out = out;
    body = out.writerIndex();
    out.writeZero(OFFSET_BYTES);
    int root = newTable(type);
    out.setIntLE(body, root - body);
    return root;
  }

  public void putBoolean(int table, int field, boolean value) {
    out.setByte(place(table, field, 1), value ? 1 : 0);
  }

  /** Puts a scalar or an enumeration of one byte. */
  public void putByte(int table, int field, int value) {
    out.setByte(place(table, field, 1), value);
  }

  /** Puts a scalar or an enumeration of two bytes. */
  public void putShort(int table, int field, int value) {
    out.setShortLE(place(table, field, 2), value);
  }

  public void putInt(int table, int field, int value) {
    out.setIntLE(place(table, field, 4), value);
  }

  public void putLong(int table, int field, long value) {
    out.setLongLE(place(table, field, 8), value);
  }

  public void putDouble(int table, int field, double value) {
    putLong(table, field, Double.doubleToRawLongBits(value));
  }

  /** Puts a vector of bytes whose content is that of {@code bytes}. */
  public void putBytes(int table, int field, byte[] bytes) {
    out.setBytes(reserve(table, field, bytes.length), bytes);
  }

  /** Puts a vector of {@code length} bytes of {@code source} from {@code index} on. */
  public void putBytes(int table, int field, ByteBuf source, int index, int length) {
    out.setBytes(reserve(table, field, length), source, index, length);
  }

  /**
   * Puts a vector of {@code length} bytes, whose content the caller then writes.
   *
   * @return the index of the first byte. It stays when more is put; a memory address does not, as
   *     the buffer may move
   */
  public int reserve(int table, int field, int length) {
    int offset = place(table, field, OFFSET_BYTES);
    align(4, 0);
    int vector = out.writerIndex();
    out.ensureWritable(OFFSET_BYTES + length);
    out.setIntLE(vector, length);
    out.writerIndex(vector + OFFSET_BYTES + length);
    out.setIntLE(offset, vector - offset);
    return vector + OFFSET_BYTES;
  }

  public void putString(int table, int field, String text) {
    string(place(table, field, OFFSET_BYTES), text);
  }

  /** Puts a vector of strings. */
  public void putStrings(int table, int field, Collection<String> texts) {
    int at = vector(table, field, texts.size(), OFFSET_BYTES, 0);
    for (String text : texts) {
      string(at, text);
      at += OFFSET_BYTES;
    }
  }

  /**
   * Puts a vector of {@code count} numbers of 4 bytes, all 0; they begin at the index given back.
   */
  public int reserveInts(int table, int field, int count) {
    return vector(table, field, count, 4, 0);
  }

  /**
   * Puts a vector of {@code count} numbers of 8 bytes, all 0; they begin at the index given back.
   */
  public int reserveLongs(int table, int field, int count) {
    return vector(table, field, count, 8, 4);
  }

  /**
   * Puts a table.
   *
   * @param type the number of its table
   * @return the new table
   */
  public int putTable(int table, int field, int type) {
    return tableAt(place(table, field, OFFSET_BYTES), type);
  }

  /**
   * Puts a vector of {@code count} tables, each to be written with {@link #element}, in any order
   * and none left out.
   *
   * @return the vector
   */
  public int reserveTables(int table, int field, int count) {
    return vector(table, field, count, OFFSET_BYTES, 0);
  }

  /**
   * Writes element {@code index} of a vector of tables.
   *
   * @return the new table
   */
  public int element(int vector, int index, int type) {
    return tableAt(vector + index * OFFSET_BYTES, type);
  }

  /**
   * Shortens a vector of tables to the elements that were written, {@code count} at most as many as
   * were reserved: for when their number is known only in the end.
   */
  public void truncate(int vector, int count) {
    int reserved = out.getIntLE(vector - OFFSET_BYTES);
    if (count < 0 || count > reserved) {
      throw new IllegalArgumentException(count + " of " + reserved + " elements");
    }
    out.setIntLE(vector - OFFSET_BYTES, count);
  }

  /** Bytes of the message so far. */
  public int length() {
    return out.writerIndex() - body;
  }

  private int tableAt(int offset, int type) {
    int table = newTable(type);
    out.setIntLE(offset, table - offset);
    return table;
  }

  private int newTable(int type) {
    TableLayout layout = TableLayout.of(type);
    int from = out.writerIndex() - body + layout.vtableSize;
    int padding = (layout.remainder - from) & (layout.alignment - 1);
    int vtable = out.writerIndex() + padding;
    out.writeZero(padding + layout.vtableSize + layout.tableSize);
    out.setShortLE(vtable, layout.vtableSize);
    out.setShortLE(vtable + 2, layout.tableSize);
    int table = vtable + layout.vtableSize;
    out.setIntLE(table, layout.vtableSize);
    return table;
  }

  /** Marks the field present and gives its index. */
  private int place(int table, int field, int size) {
    TableLayout layout = TableLayout.of(field >>> 8);
    int id = field & 0xFF;
    if (layout.sizes[id] != size) {
      throw new IllegalArgumentException(
          "field 0x"
              + Integer.toHexString(field)
              + " has "
              + layout.sizes[id]
              + " bytes, not "
              + size);
    }
    int offset = layout.offsets[id];
    out.setShortLE(table - layout.vtableSize + VTABLE_HEADER + 2 * id, offset);
    return table + offset;
  }

  private int vector(int table, int field, int count, int elementSize, int remainder) {
    int offset = place(table, field, OFFSET_BYTES);
    align(elementSize, remainder);
    int vector = out.writerIndex();
    out.writeZero(OFFSET_BYTES + count * elementSize);
    out.setIntLE(vector, count);
    out.setIntLE(offset, vector - offset);
    return vector + OFFSET_BYTES;
  }

  private void string(int offset, String text) {
    align(4, 0);
    int string = out.writerIndex();
    out.setIntLE(offset, string - offset);
    out.writeZero(OFFSET_BYTES);
    // Like String.getBytes, but in place: what is no character becomes a question mark.
    int length = ByteBufUtil.writeUtf8(out, text);
    out.setIntLE(string, length);
    out.writeByte(0);
  }

  private void align(int alignment, int remainder) {
    int padding = (remainder - (out.writerIndex() - body)) & (alignment - 1);
    if (padding != 0) {
      out.writeZero(padding);
    }
  }
}
