package io.velocitydb.e2e.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads fields of a FlatBuffers table by their ids; an absent field reads as zero or as empty. */
public final class TableReader {

  private final ByteBuffer bytes;
  private final int table;

  private TableReader(ByteBuffer bytes, int table) {
    this.bytes = bytes;
    this.table = table;
  }

  static TableReader root(byte[] body) {
    ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    return new TableReader(bytes, bytes.getInt(0));
  }

  public int unsignedShort(int field) {
    int at = position(field);
    return at == 0 ? 0 : bytes.getShort(at) & 0xFFFF;
  }

  public long unsignedInt(int field) {
    int at = position(field);
    return at == 0 ? 0 : bytes.getInt(at) & 0xFFFF_FFFFL;
  }

  public byte[] bytes(int field) {
    int at = position(field);
    if (at == 0) {
      return new byte[0];
    }
    int vector = at + bytes.getInt(at);
    byte[] content = new byte[bytes.getInt(vector)];
    bytes.get(vector + 4, content);
    return content;
  }

  public String text(int field) {
    return new String(bytes(field), StandardCharsets.UTF_8);
  }

  /** Where the field is, or 0 if it is absent. */
  private int position(int field) {
    int vtable = table - bytes.getInt(table);
    int slot = 4 + 2 * field;
    int offset = slot < bytes.getShort(vtable) ? bytes.getShort(vtable + slot) : 0;
    return offset == 0 ? 0 : table + offset;
  }
}
