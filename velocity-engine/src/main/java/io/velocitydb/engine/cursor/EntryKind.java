package io.velocitydb.engine.cursor;

/** What an entry does; the numbers are part of the file formats. */
public final class EntryKind {
  /** The key has this value. */
  public static final byte PUT = 1;

  /** The key is absent: hides older entries of the key. */
  public static final byte DELETE = 2;

  /**
   * Every key from the entry's key up to, but without, its value is absent: hides older entries. An
   * empty key stands for the beginning, an empty value for no end.
   */
  public static final byte RANGE_DELETE = 3;

  /** The key has a value that lies in a blob file; the entry has a pointer to it. */
  public static final byte BLOB = 4;

  /** Bytes of the shortest pointer; longer ones add 4 for each further chunk. */
  private static final int LEAST_POINTER_BYTES = 24;

  private EntryKind() {}

  /** What it does, in a word. */
  public static String name(byte kind) {
    return switch (kind) {
      case PUT -> "put";
      case DELETE -> "delete";
      case RANGE_DELETE -> "range_delete";
      case BLOB -> "blob";
      default -> "unknown";
    };
  }

  /** Whether a point entry may have this kind and a value of this length. */
  public static boolean isPoint(int kind, int valueLength) {
    return isPoint(kind)
        && (kind != BLOB || (valueLength >= LEAST_POINTER_BYTES && valueLength % 4 == 0));
  }

  /** Whether a point entry of an SSTable or memtable may have this kind. */
  public static boolean isPoint(int kind) {
    return kind == PUT || kind == DELETE || kind == BLOB;
  }

  /** Whether the key has a value, wherever it lies. */
  public static boolean isValue(int kind) {
    return kind == PUT || kind == BLOB;
  }
}
