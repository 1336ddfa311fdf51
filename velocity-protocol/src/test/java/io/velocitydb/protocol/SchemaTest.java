package io.velocitydb.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.fbs.SchemaDescriptor;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** Our tables of names and numbers are those of the schema. */
class SchemaTest {
  @Test
  void theGeneratedCodeIsThatOfTheSchema() throws IOException, NoSuchAlgorithmException {
    String schema =
        Files.readString(Path.of("..", "src", "protocol", "vproto.fbs")).replace("\r\n", "\n");
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(schema.getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(digest))
        .as("vproto.fbs has changed: run src/protocol/generate and commit what it writes")
        .isEqualTo(SchemaDescriptor.SCHEMA_SHA256);
  }

  @Test
  void everyOpcodeHasTheSchemasNumber() throws IllegalAccessException {
    Map<String, Integer> ours = new TreeMap<>();
    for (Opcode opcode : Opcode.values()) {
      ours.put(opcode.name(), opcode.number());
    }
    assertThat(ours).isEqualTo(constants(io.velocitydb.protocol.fbs.Opcode.class, "NONE"));
  }

  @Test
  void everyErrorCodeHasTheSchemasNumber() throws IllegalAccessException {
    Map<String, Integer> ours = new TreeMap<>();
    for (ErrorCode code : ErrorCode.values()) {
      ours.put(code.name(), code.number());
      assertThat(ErrorCode.of(code.number())).contains(code);
    }
    assertThat(ours).isEqualTo(constants(io.velocitydb.protocol.fbs.ErrorCode.class, "NONE"));
    assertThat(ErrorCode.of(0)).isEmpty();
    assertThat(ErrorCode.of(29)).isEmpty();
  }

  @Test
  void rolesOutcomesAndRetriesHaveTheSchemasNumbers() throws IllegalAccessException {
    Map<String, Integer> roles = new TreeMap<>();
    for (Role role : Role.values()) {
      roles.put(role.name(), role.number());
      assertThat(Role.of(role.number())).contains(role);
      assertThat(Role.named(role.label())).contains(role);
    }
    assertThat(roles).isEqualTo(constants(io.velocitydb.protocol.fbs.Role.class, "DEFAULT"));
    assertThat(constants(io.velocitydb.protocol.fbs.Retry.class, ""))
        .isEqualTo(numbers(Retry.values(), Retry::number));
    assertThat(constants(io.velocitydb.protocol.fbs.Outcome.class, ""))
        .isEqualTo(numbers(Outcome.values(), Outcome::number));
  }

  @Test
  void everyRequestStartsWithMeta() {
    for (Opcode opcode : Opcode.values()) {
      assertThat(SchemaDescriptor.FIELD_NAMES[opcode.requestTable()])
          .as(SchemaDescriptor.TABLES[opcode.requestTable()])
          .startsWith("meta");
    }
  }

  @Test
  void everyTableOfTheSchemaBelongsToAnOpcodeOrIsPartOfOne() {
    for (Opcode opcode : Opcode.values()) {
      String request = SchemaDescriptor.TABLES[opcode.requestTable()];
      String response = SchemaDescriptor.TABLES[opcode.responseTable()];
      assertThat(request).endsWith("Request");
      assertThat(response).isEqualTo(request.replaceAll("Request$", "Response"));
    }
    long requests =
        Arrays.stream(SchemaDescriptor.TABLES).filter(name -> name.endsWith("Request")).count();
    assertThat(requests).isEqualTo(Opcode.values().length);
  }

  @Test
  void numbersOutsideTheTableAreNotKnown() {
    for (int number : new int[] {-1, 0, 0x0F, 0x1F, 0x7E, 0x7F, 0x80, 0xFF, Integer.MAX_VALUE}) {
      assertThat(Opcode.isKnown(number)).as("0x%x", number).isFalse();
    }
    assertThat(Opcode.of(0x20)).isEqualTo(Opcode.GET);
  }

  private static <E extends Enum<E>> Map<String, Integer> numbers(
      E[] values, ToIntFunction<E> number) {
    Map<String, Integer> map = new TreeMap<>();
    for (E value : values) {
      map.put(value.name(), number.applyAsInt(value));
    }
    return map;
  }

  private static Map<String, Integer> constants(Class<?> generated, String without)
      throws IllegalAccessException {
    Map<String, Integer> map = new TreeMap<>();
    for (Field field : generated.getFields()) {
      if (field.getType() == int.class && !field.getName().equals(without)) {
        map.put(field.getName(), field.getInt(null));
      }
    }
    return map;
  }
}
