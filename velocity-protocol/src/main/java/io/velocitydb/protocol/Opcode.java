package io.velocitydb.protocol;

import io.velocitydb.protocol.fbs.SchemaDescriptor;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every command: its number on the wire, the access it needs, and the tables of its request and
 * response. The one table from which permissions, verification and dispatch are made; its numbers
 * are those of {@code vproto.fbs}, which a test holds equal.
 */
public enum Opcode {
  HELLO(0x10, Access.HANDSHAKE),
  AUTH(0x11, Access.HANDSHAKE),
  PING(0x12, Access.SESSION),
  USE(0x13, Access.SESSION),
  QUIT(0x14, Access.SESSION),

  GET(0x20, Access.READ),
  SET(0x21, Access.WRITE),
  DELETE(0x22, Access.WRITE),
  INCR(0x23, Access.WRITE),
  EXPIRE(0x24, Access.WRITE),
  TTL(0x25, Access.READ),
  EXISTS(0x26, Access.READ),
  APPEND(0x27, Access.WRITE),
  MGET(0x28, Access.READ),
  BATCH(0x29, Access.WRITE),
  SCAN(0x2A, Access.READ),
  DELETE_RANGE(0x2B, Access.WRITE),
  COUNT(0x2C, Access.READ),

  STATS(0x30, Access.OPERATE),
  DB_CREATE(0x31, Access.OPERATE),
  DB_DROP(0x32, Access.OPERATE),
  DB_LIST(0x33, Access.OPERATE),
  DB_STATS(0x34, Access.OPERATE),
  DB_LIMIT(0x35, Access.OPERATE),
  USER_CREATE(0x38, Access.OPERATE),
  USER_DROP(0x39, Access.OPERATE),
  USER_LIST(0x3A, Access.OPERATE),
  USER_PASSWORD(0x3B, Access.OPERATE),
  USER_GRANT(0x3C, Access.OPERATE),
  USER_REVOKE(0x3D, Access.OPERATE),
  TOKEN_CREATE(0x40, Access.OPERATE),
  TOKEN_DROP(0x41, Access.OPERATE),
  TOKEN_LIST(0x42, Access.OPERATE),
  BACKUP_START(0x44, Access.OPERATE),
  BACKUP_STATUS(0x45, Access.OPERATE),
  BACKUP_LIST(0x46, Access.OPERATE),
  BACKUP_VERIFY(0x47, Access.OPERATE),
  BACKUP_CANCEL(0x48, Access.OPERATE),
  RESTORE(0x49, Access.ADMIN),
  SNAPSHOT(0x4A, Access.OPERATE),
  COMPACT(0x4C, Access.OPERATE),
  FLUSH(0x4D, Access.OPERATE),
  VERIFY(0x4E, Access.OPERATE),
  SLOWLOG(0x50, Access.OPERATE),
  HOTKEYS(0x51, Access.OPERATE),
  CONNECTIONS(0x52, Access.OPERATE),
  CONFIG_GET(0x54, Access.OPERATE),
  CONFIG_SET(0x55, Access.ADMIN),
  DRAIN(0x58, Access.OPERATE),
  FINALIZE_FORMAT(0x59, Access.OPERATE),

  TOPOLOGY(0x60, Access.SESSION),

  WATCH(0x70, Access.READ);

  /** The lowest number of a request. */
  public static final int FIRST = 0x10;

  /** The highest number of a request. */
  public static final int LAST = 0x7E;

  /** Set in the number of a response. */
  public static final int RESPONSE_BIT = 0x80;

  /** The number of an error frame. */
  public static final int ERROR = 0xFF;

  private static final @Nullable Opcode[] BY_NUMBER = new Opcode[LAST + 1];

  static {
    for (Opcode opcode : values()) {
      BY_NUMBER[opcode.number] = opcode;
    }
  }

  private final int number;
  private final Access access;
  private final int requestTable;
  private final int responseTable;

  Opcode(int number, Access access) {
    this.number = number;
    this.access = access;
    requestTable = table("Request");
    responseTable = table("Response");
  }

  /** The number of a request, byte 4 of its frame. */
  public int number() {
    return number;
  }

  /** The number of the response: {@link #number} with bit 7 set. */
  public int responseNumber() {
    return number | RESPONSE_BIT;
  }

  public Access access() {
    return access;
  }

  public boolean isRead() {
    return access == Access.READ;
  }

  public boolean isWrite() {
    return access == Access.WRITE;
  }

  /** The request's table, an index of {@link SchemaDescriptor#TABLES}. */
  public int requestTable() {
    return requestTable;
  }

  /** The response's table, an index of {@link SchemaDescriptor#TABLES}. */
  public int responseTable() {
    return responseTable;
  }

  /** Whether {@code number} is a request this version knows. Any int may be asked. */
  public static boolean isKnown(int number) {
    return number >= 0 && number <= LAST && BY_NUMBER[number] != null;
  }

  /**
   * The opcode of a request's number.
   *
   * @throws IllegalArgumentException unless {@link #isKnown}
   */
  public static Opcode of(int number) {
    Opcode opcode = number >= 0 && number <= LAST ? BY_NUMBER[number] : null;
    if (opcode == null) {
      throw new IllegalArgumentException("no opcode 0x" + Integer.toHexString(number));
    }
    return opcode;
  }

  private int table(String suffix) {
    StringBuilder table = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_", -1)) {
      table.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
    }
    int index = Arrays.binarySearch(SchemaDescriptor.TABLES, table.append(suffix).toString());
    if (index < 0) {
      throw new AssertionError("vproto.fbs has no table " + table);
    }
    return index;
  }
}
