package io.velocitydb.protocol.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.flatbuffers.Table;
import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.fbs.SchemaDescriptor;
import io.velocitydb.protocol.message.MessageWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages as maps: read through every generated accessor, written through {@link MessageWriter}.
 * Absent tables, vectors and strings are left out of the map.
 */
public final class GeneratedMessages {
  private static final int ENUM_BYTE = 16;
  private static final int ENUM_SHORT = 17;
  private static final int STRING = 20;
  private static final int TABLE = 21;
  private static final int BYTES = 22;
  private static final int INTS = 25;
  private static final int LONGS = 29;
  private static final int STRINGS = 30;
  private static final int TABLES = 31;

  private GeneratedMessages() {}

  /** The number of a table by its name. */
  public static int type(String table) {
    int type = Arrays.binarySearch(SchemaDescriptor.TABLES, table);
    if (type < 0) {
      throw new AssertionError("no table " + table);
    }
    return type;
  }

  /** Reads a verified body. */
  public static Map<String, Object> read(int type, ByteBuffer body) {
    String name = SchemaDescriptor.TABLES[type];
    try {
      Object root =
          Class.forName("io.velocitydb.protocol.fbs." + name)
              .getMethod("getRootAs" + name, ByteBuffer.class)
              .invoke(null, body);
      return table(type, (Table) root);
    } catch (InvocationTargetException e) {
      throw new AssertionError("an accessor of " + name + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no accessors of " + name, e);
    }
  }

  private static Map<String, Object> table(int type, Table table)
      throws ReflectiveOperationException {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int id = 0; id < SchemaDescriptor.FIELDS[type].length; id++) {
      int descriptor = SchemaDescriptor.FIELDS[type][id];
      String name = SchemaDescriptor.FIELD_NAMES[type][id];
      Object value = value(descriptor, table, camel(name));
      if (value != null) {
        values.put(name, value);
      }
    }
    return values;
  }

  private static @Nullable Object value(int descriptor, Table table, String accessor)
      throws ReflectiveOperationException {
    int kind = descriptor & 0x7F;
    if (kind <= STRING) {
      return call(table, accessor);
    }
    if (kind == TABLE) {
      Object nested = call(table, accessor);
      return nested == null ? null : table(descriptor >>> 8, (Table) nested);
    }
    int length = (int) call(table, accessor + "Length");
    if (kind == BYTES) {
      int start = (int) call(table, accessor + "Start");
      byte[] bytes = new byte[length];
      table.getByteBuffer().get(start, bytes);
      return start == 0 ? null : HexFormat.of().formatHex(bytes);
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      Object element = table.getClass().getMethod(accessor, int.class).invoke(table, i);
      elements.add(kind == TABLES ? table(descriptor >>> 8, (Table) element) : element);
    }
    return elements.isEmpty() ? null : elements;
  }

  private static Object call(Table table, String accessor) throws ReflectiveOperationException {
    return table.getClass().getMethod(accessor).invoke(table);
  }

  private static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      camel.append(
          name.charAt(i) == '_' ? Character.toUpperCase(name.charAt(++i)) : name.charAt(i));
    }
    return camel.toString();
  }

  /** Writes a message at the writer index. */
  public static void write(MessageWriter writer, ByteBuf out, int type, JsonNode values) {
    write(writer, out, writer.begin(out, type), type, values);
  }

  private static void write(
      MessageWriter writer, ByteBuf out, int table, int type, JsonNode values) {
    values
        .properties()
        .forEach(
            entry -> {
              int id = Arrays.asList(SchemaDescriptor.FIELD_NAMES[type]).indexOf(entry.getKey());
              int descriptor = SchemaDescriptor.FIELDS[type][id];
              put(writer, out, table, type << 8 | id, descriptor, entry.getValue());
            });
  }

  private static void put(
      MessageWriter writer, ByteBuf out, int table, int field, int descriptor, JsonNode value) {
    int nested = descriptor >>> 8;
    switch (descriptor & 0x7F) {
      case 1, ENUM_BYTE ->
          writer.putByte(
              table, field, value.isBoolean() ? (value.asBoolean() ? 1 : 0) : value.asInt());
      case 2, ENUM_SHORT -> writer.putShort(table, field, value.asInt());
      case 4 -> writer.putInt(table, field, (int) value.asLong());
      case 8 -> {
        if (value.isTextual()) {
          writer.putLong(table, field, number(value.asText()));
        } else {
          writer.putDouble(table, field, value.asDouble());
        }
      }
      case STRING -> writer.putString(table, field, value.asText());
      case TABLE -> write(writer, out, writer.putTable(table, field, nested), nested, value);
      case BYTES -> writer.putBytes(table, field, HexFormat.of().parseHex(value.asText()));
      case INTS -> {
        int at = writer.reserveInts(table, field, value.size());
        for (int i = 0; i < value.size(); i++) {
          out.setIntLE(at + 4 * i, (int) value.get(i).asLong());
        }
      }
      case LONGS -> {
        int at = writer.reserveLongs(table, field, value.size());
        for (int i = 0; i < value.size(); i++) {
          out.setLongLE(at + 8 * i, number(value.get(i).asText()));
        }
      }
      case STRINGS -> {
        List<String> texts = new ArrayList<>();
        value.forEach(text -> texts.add(text.asText()));
        writer.putStrings(table, field, texts);
      }
      case TABLES -> {
        int vector = writer.reserveTables(table, field, value.size());
        for (int i = 0; i < value.size(); i++) {
          write(writer, out, writer.element(vector, i, nested), nested, value.get(i));
        }
      }
      default -> throw new AssertionError("kind " + (descriptor & 0x7F));
    }
  }

  /**
   * Whether what was read is what the vector says; what the vector leaves out is at its default.
   */
  public static boolean says(@Nullable Object read, JsonNode expected) {
    if (expected.isObject()) {
      return read instanceof Map<?, ?> map
          && expected.properties().stream()
              .allMatch(entry -> says(map.get(entry.getKey()), entry.getValue()))
          && map.entrySet().stream()
              .filter(entry -> !expected.has((String) entry.getKey()))
              .allMatch(
                  entry ->
                      entry.getValue() instanceof Number || entry.getValue() instanceof Boolean);
    }
    if (expected.isArray()) {
      if (!(read instanceof List<?> list)) {
        return expected.isEmpty();
      }
      boolean same = list.size() == expected.size();
      for (int i = 0; same && i < list.size(); i++) {
        same = says(list.get(i), expected.get(i));
      }
      return same;
    }
    return switch (read) {
      case Double number -> number == expected.asDouble();
      case Long number when expected.isTextual() -> number == number(expected.asText());
      case Number number -> number.longValue() == expected.asLong();
      case Boolean bool -> bool == expected.asBoolean();
      case String text -> text.equals(expected.asText());
      case null, default -> false;
    };
  }

  private static long number(String decimal) {
    return decimal.startsWith("-") ? Long.parseLong(decimal) : Long.parseUnsignedLong(decimal);
  }
}
