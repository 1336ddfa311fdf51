package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.KeyRange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The longest value goes through log, memtable, replay and blob file of a real disk. */
class LargestValueTest {
  private static final byte[] KEY = "the largest".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  private static byte[] largest() {
    byte[] value = new byte[Database.MAX_VALUE_BYTES];
    new Random(1).nextBytes(value);
    return value;
  }

  /** Half of each chunk compresses. */
  private static byte[] mixed() {
    byte[] value = largest();
    for (int at = 0; at < value.length; at += 1 << 20) {
      Arrays.fill(value, at, at + (1 << 19), (byte) 'v');
    }
    return value;
  }

  @ParameterizedTest
  @EnumSource(
      value = WalIo.class,
      names = {"FILE", "MMAP"})
  void itIsReadFromMemoryAfterReplayAndFromItsFile(WalIo way) {
    EngineOptions options = EngineOptions.defaults().withWalIo(way);
    byte[] value = way == WalIo.FILE ? largest() : mixed();
    try (Engine engine = Engine.open(directory, options)) {
      Database database = engine.createDatabase("a");
      database.put(KEY, value);
      assertThat(Arrays.equals(database.get(KEY).orElseThrow().value(), value)).isTrue();
    }
    try (Engine engine = Engine.open(directory, options)) {
      Database database = engine.database("a");
      assertThat(Arrays.equals(database.get(KEY).orElseThrow().value(), value)).isTrue();
      database.flush();
      database.compact();
      assertThat(Arrays.equals(database.get(KEY).orElseThrow().value(), value)).isTrue();
      try (Cursor cursor = database.cursor(KeyRange.all(), true)) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.valueLength()).isEqualTo(value.length);
        assertThat(Arrays.equals(cursor.value(), value)).isTrue();
      }
      assertThat(database.verify().problems()).isEmpty();
    }
  }

  @Test
  void aLongerOneIsRefused() {
    EngineOptions options = EngineOptions.defaults().withMaxValueBytes(10_000);
    try (Engine engine = Engine.open(directory, options)) {
      Database database = engine.createDatabase("a");
      database.put(KEY, new byte[10_000]);
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> database.put(KEY, new byte[10_001]))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE))
          .withMessage("a value has at most 10000 bytes, not 10001");
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> database.put(KEY, new byte[Database.MAX_VALUE_BYTES + 1]))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE));
      assertThat(database.get(KEY).orElseThrow().value()).hasSize(10_000);
    }
  }
}
