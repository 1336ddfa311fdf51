package io.velocitydb.protocol.message;

import io.velocitydb.protocol.fbs.SchemaDescriptor;

/**
 * Where {@link MessageWriter} puts the fields of a table: one fixed place per field, largest first,
 * so that every field is aligned when the table begins at {@link #remainder} modulo {@link
 * #alignment}.
 */
final class TableLayout {
  private static final TableLayout[] ALL = all();

  /** Bytes of the vtable, which lies right before the table. */
  final int vtableSize;

  /** Bytes of the table, its first four the offset to the vtable. */
  final int tableSize;

  final int alignment;
  final int remainder;

  /** By field id: distance from the table's begin. */
  final short[] offsets;

  /** By field id: bytes in the table. */
  final byte[] sizes;

  private TableLayout(int[] fields) {
    offsets = new short[fields.length];
    sizes = new byte[fields.length];
    int at = 4;
    boolean wide = false;
    for (int size = 8; size >= 1; size >>= 1) {
      for (int id = 0; id < fields.length; id++) {
        sizes[id] = (byte) size(fields[id] & 0x7F);
        if (sizes[id] == size) {
          offsets[id] = (short) at;
          at += size;
          wide |= size == 8;
        }
      }
    }
    vtableSize = 4 + 2 * fields.length;
    tableSize = at;
    alignment = wide ? 8 : 4;
    remainder = wide ? 4 : 0;
  }

  /** The layout of the table with the number {@code type}. */
  static TableLayout of(int type) {
    return ALL[type];
  }

  private static int size(int kind) {
    return switch (kind) {
      case 1, 2, 4, 8 -> kind;
      case 16 -> 1;
      case 17 -> 2;
      default -> 4;
    };
  }

  private static TableLayout[] all() {
    TableLayout[] all = new TableLayout[SchemaDescriptor.FIELDS.length];
    for (int type = 0; type < all.length; type++) {
      all[type] = new TableLayout(SchemaDescriptor.FIELDS[type]);
    }
    return all;
  }
}
