package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Keys and values between bytes and what is typed: text, {@code 0x...} with {@code --hex}, {@code
 * -} for standard input.
 */
public final class Bytes {
  private static final int MAX_INPUT_BYTES = 64 << 20;
  private static final String HEX_PREFIX = "0x";
  private static final String STANDARD_INPUT = "-";

  private Bytes() {}

  /** A key as typed. */
  static Key key(Console console, String typed, boolean hex) throws IOException {
    byte[] bytes = read(console, typed, hex);
    if (bytes.length == 0) {
      throw new CommandFailure(ExitCode.USAGE, "a key has at least one byte");
    }
    return Key.of(bytes);
  }

  /** A value as typed: text where the bytes are UTF-8 and not given in hexadecimal. */
  static Value value(Console console, String typed, boolean hex) throws IOException {
    byte[] bytes = read(console, typed, hex);
    boolean text = !(hex && typed.startsWith(HEX_PREFIX));
    return text ? textOrBytes(bytes) : Value.bytes(bytes);
  }

  /** Text if the bytes are UTF-8, else bytes. */
  public static Value textOrBytes(byte[] bytes) {
    return utf8(bytes).map(Value::text).orElseGet(() -> Value.bytes(bytes));
  }

  /** The text, if these bytes are UTF-8. */
  public static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** {@code 0x} and two digits a byte. */
  static String hex(byte[] bytes) {
    return HEX_PREFIX + HexFormat.of().formatHex(bytes);
  }

  /** For people: text, or hexadecimal if asked for or if it is not text. */
  public static String shown(byte[] bytes, boolean hex) {
    return hex ? hex(bytes) : utf8(bytes).orElseGet(() -> hex(bytes));
  }

  private static byte[] read(Console console, String typed, boolean hex) throws IOException {
    if (typed.equals(STANDARD_INPUT)) {
      byte[] bytes = console.in().readNBytes(MAX_INPUT_BYTES + 1);
      if (bytes.length > MAX_INPUT_BYTES) {
        throw new CommandFailure(
            ExitCode.USAGE, "standard input has more than 64 MiB, which no value may have");
      }
      return bytes;
    }
    if (!hex || !typed.startsWith(HEX_PREFIX)) {
      return typed.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return HexFormat.of().parseHex(typed.substring(HEX_PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "\"" + typed + "\" is not hexadecimal: after 0x come two digits a byte",
          e);
    }
  }
}
