package io.velocitydb.engine.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.memtable.Memtable;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCodesTest {
  private final NativeMemory memory = new NativeMemory();

  /** Few letters, so that keys share much with each other and with the prefix. */
  private static byte[] text(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most + 1)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 'a' + random.nextInt(2));
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theOrderOfCodesNeverContradictsTheOrderOfKeys(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      try (NativeBytes prefix = new NativeBytes(memory).set(text(random, 12));
          NativeBytes a = new NativeBytes(memory);
          NativeBytes b = new NativeBytes(memory)) {
        KeyCodes codes = new KeyCodes(prefix.address(), prefix.length());
        for (int i = 0; i < 300; i++) {
          a.set(text(random, 24));
          b.set(text(random, 24));
          int order = Memory.compare(a.address(), a.length(), b.address(), b.length());
          int byCode =
              Long.compareUnsigned(
                  codes.of(a.address(), a.length()), codes.of(b.address(), b.length()));
          assertThat(byCode == 0 || Integer.signum(byCode) == Integer.signum(order)).isTrue();
        }
      }
    }
    assertThat(memory.allocated()).isZero();
  }

  @Test
  void keysThatShareTheExpectedPrefixHaveCodesOfTheirOwn() {
    Memtable first = new Memtable(memory);
    add(first, 1, "another");
    for (int i = 0; i < 1_000; i++) {
      add(first, i + 2, "user:" + (100_000 + i));
    }
    assertThat(new String(first.sharedPrefix(), StandardCharsets.UTF_8)).isEqualTo("user:100");
    try (NativeBytes prefix = new NativeBytes(memory).set(first.sharedPrefix());
        NativeBytes a = new NativeBytes(memory).set("user:100123");
        NativeBytes b = new NativeBytes(memory).set("user:100124")) {
      KeyCodes codes = new KeyCodes(prefix.address(), prefix.length());
      assertThat(codes.of(a.address(), a.length())).isLessThan(codes.of(b.address(), b.length()));
    }
    first.release();
    assertThat(memory.allocated()).isZero();
  }

  private void add(Memtable table, long sequence, String text) {
    try (NativeBytes key = new NativeBytes(memory).set(text)) {
      table.add(
          sequence, EntryKind.PUT, (byte) 0, 0, key.address(), key.length(), key.address(), 0);
    }
  }
}
