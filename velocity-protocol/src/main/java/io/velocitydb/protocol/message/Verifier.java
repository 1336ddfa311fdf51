package io.velocitydb.protocol.message;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.fbs.SchemaDescriptor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a body from outside safe to read: after it, no generated accessor reads outside the body or
 * throws.
 *
 * <p>FlatBuffers for Java trusts its input, and its offsets can point in front of the body, into a
 * neighbour's bytes. Here every table, vtable, vector and string that the schema knows must lie
 * inside the body, tables at most {@value Limits#MAX_DEPTH} deep, strings must be UTF-8 and end
 * with NUL. The sizes of tables, vectors and strings are summed at every visit, and the sum may not
 * pass the body's length: a message that names one value a million times is refused after as much
 * work as its length allows. Vtables are not summed, as tables share them. Alignment is not asked
 * for.
 *
 * <p>Of requests it also checks meaning: required fields (INVALID_COMMAND), unknown fields that are
 * set and unknown values of enumerations (UNSUPPORTED). Of responses both are ignored, so that an
 * old client understands a newer server.
 *
 * <p>Allocates nothing unless it refuses. Reusable; not thread safe.
 */
public final class Verifier {
  private static final int SCALAR_MAX = 8;
  private static final int ENUM_BYTE = 16;
  private static final int ENUM_SHORT = 17;
  private static final int STRING = 20;
  private static final int TABLE = 21;
  private static final int SCALARS = 21;
  private static final int STRINGS = 30;
  private static final int TABLES = 31;

  private static final int OFFSET_BYTES = 4;
  private static final int VTABLE_HEADER = 4;

  private boolean request;
  private int start;
  private int end;

  /** What tables, vectors and strings may still take. */
  private long budget;

  /** How many fields beyond those of the schema may still be looked at. */
  private int unknownBudget;

  /** The first thing wrong in meaning; a wrong structure goes before it. */
  private @Nullable ProtocolException refusal;

  /**
   * Checks the body of a request.
   *
   * @param body from position to limit, little-endian; both stay
   * @throws ProtocolException PROTOCOL_ERROR, INVALID_COMMAND or UNSUPPORTED
   */
  public void verifyRequest(Opcode opcode, ByteBuffer body) {
    request = true;
    verify(opcode.requestTable(), body);
  }

  /**
   * Checks the body of a response, or of an error frame.
   *
   * @param table the generated table's number: {@code GetResponse.TABLE}
   * @param body from position to limit, little-endian; both stay
   * @throws ProtocolException PROTOCOL_ERROR
   */
  public void verifyResponse(int table, ByteBuffer body) {
    request = false;
    verify(table, body);
  }

  private void verify(int type, ByteBuffer body) {
    start = body.position();
    end = body.limit();
    budget = body.remaining();
    unknownBudget = body.remaining();
    refusal = null;
    if (end - start < OFFSET_BYTES) {
      throw malformed("the body is shorter than an offset");
    }
    table(body, type, follow(body, start), 1);
    if (refusal != null) {
      ProtocolException thrown = refusal;
      refusal = null;
      throw thrown;
    }
  }

  private void table(ByteBuffer body, int type, int table, int depth) {
    if (depth > Limits.MAX_DEPTH) {
      throw malformed("tables are nested deeper than " + Limits.MAX_DEPTH);
    }
    inside(table, OFFSET_BYTES);
    long vtableAt = (long) table - body.getInt(table);
    if (vtableAt < start || vtableAt > end - VTABLE_HEADER) {
      throw malformed("a vtable lies outside the body");
    }
    int vtable = (int) vtableAt;
    int vtableSize = body.getShort(vtable) & 0xFFFF;
    int tableSize = body.getShort(vtable + 2) & 0xFFFF;
    if (vtableSize < VTABLE_HEADER || (vtableSize & 1) != 0 || tableSize < OFFSET_BYTES) {
      throw malformed("a vtable is malformed");
    }
    inside(vtable, vtableSize);
    inside(table, tableSize);
    spend(tableSize);

    int[] fields = SchemaDescriptor.FIELDS[type];
    int present = (vtableSize - VTABLE_HEADER) >>> 1;
    for (int id = 0; id < fields.length; id++) {
      int offset = id < present ? body.getShort(vtable + VTABLE_HEADER + 2 * id) & 0xFFFF : 0;
      if (offset != 0) {
        field(body, type, id, table, offset, tableSize, depth);
      } else if (request && (fields[id] & 0x80) != 0) {
        refuse(ErrorCode.INVALID_COMMAND, name(type, id) + " is missing");
      }
    }
    if (request && present > fields.length) {
      unknownFields(body, type, vtable, fields.length, present);
    }
  }

  private void field(
      ByteBuffer body, int type, int id, int table, int offset, int tableSize, int depth) {
    int descriptor = SchemaDescriptor.FIELDS[type][id];
    int kind = descriptor & 0x7F;
    int size = size(kind);
    if (offset < OFFSET_BYTES || offset + size > tableSize) {
      throw malformed("a field lies outside its table");
    }
    int at = table + offset;
    if (kind <= SCALAR_MAX) {
      return;
    }
    switch (kind) {
      case ENUM_BYTE -> enumeration(type, id, descriptor >>> 8, body.get(at) & 0xFF);
      case ENUM_SHORT -> enumeration(type, id, descriptor >>> 8, body.getShort(at) & 0xFFFF);
      case STRING -> string(body, follow(body, at));
      case TABLE -> table(body, descriptor >>> 8, follow(body, at), depth + 1);
      case STRINGS -> strings(body, follow(body, at));
      case TABLES -> tables(body, descriptor >>> 8, follow(body, at), depth + 1);
      default -> vector(body, follow(body, at), kind - SCALARS);
    }
  }

  /** Checks and pays for a vector, gives its number of elements; they begin 4 bytes on. */
  private int vector(ByteBuffer body, int vector, int elementSize) {
    inside(vector, OFFSET_BYTES);
    long bytes = (body.getInt(vector) & 0xFFFF_FFFFL) * elementSize;
    inside(vector, OFFSET_BYTES + bytes);
    spend(OFFSET_BYTES + bytes);
    return body.getInt(vector);
  }

  private void string(ByteBuffer body, int string) {
    int length = vector(body, string, 1);
    int text = string + OFFSET_BYTES;
    inside(text, length + 1L);
    spend(1);
    if (body.get(text + length) != 0) {
      throw malformed("a string does not end with NUL");
    }
    if (!Utf8Check.isValid(body, text, length)) {
      throw malformed("a string is not UTF-8");
    }
  }

  private void strings(ByteBuffer body, int vector) {
    int count = vector(body, vector, OFFSET_BYTES);
    for (int i = 1; i <= count; i++) {
      string(body, follow(body, vector + i * OFFSET_BYTES));
    }
  }

  private void tables(ByteBuffer body, int type, int vector, int depth) {
    int count = vector(body, vector, OFFSET_BYTES);
    for (int i = 1; i <= count; i++) {
      table(body, type, follow(body, vector + i * OFFSET_BYTES), depth);
    }
  }

  private void enumeration(int type, int id, int enumeration, int value) {
    long values = SchemaDescriptor.ENUM_VALUES[enumeration];
    if (request && values != SchemaDescriptor.ANY && (value >= 64 || (values >>> value & 1) == 0)) {
      refuse(ErrorCode.UNSUPPORTED, name(type, id) + " has the unknown value " + value);
    }
  }

  private void unknownFields(ByteBuffer body, int type, int vtable, int known, int present) {
    unknownBudget -= present - known;
    if (unknownBudget < 0) {
      throw malformed("vtables are longer than their tables can be");
    }
    for (int id = known; id < present; id++) {
      if (body.getShort(vtable + VTABLE_HEADER + 2 * id) != 0) {
        refuse(
            ErrorCode.UNSUPPORTED, SchemaDescriptor.TABLES[type] + " has the unknown field " + id);
        return;
      }
    }
  }

  /** Where the offset at {@code at} leads: behind it and inside the body. */
  private int follow(ByteBuffer body, int at) {
    long offset = body.getInt(at) & 0xFFFF_FFFFL;
    if (offset < OFFSET_BYTES || offset >= end - at) {
      throw malformed("an offset leads outside the body");
    }
    return at + (int) offset;
  }

  private void inside(int at, long length) {
    if (length > end - at) {
      throw malformed("something reaches over the end of the body");
    }
  }

  private void spend(long bytes) {
    budget -= bytes;
    if (budget < 0) {
      throw malformed("the body names more than it holds");
    }
  }

  private void refuse(ErrorCode code, String message) {
    if (refusal == null) {
      refusal = new ProtocolException(code, message);
    }
  }

  private static int size(int kind) {
    return kind <= SCALAR_MAX
        ? kind
        : kind == ENUM_BYTE ? 1 : kind == ENUM_SHORT ? 2 : OFFSET_BYTES;
  }

  private static String name(int type, int id) {
    return SchemaDescriptor.TABLES[type] + "." + SchemaDescriptor.FIELD_NAMES[type][id];
  }

  private static ProtocolException malformed(String message) {
    return new ProtocolException(ErrorCode.PROTOCOL_ERROR, "malformed message: " + message);
  }
}
