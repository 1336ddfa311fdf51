package io.velocitydb.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.RowCache.Row;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowCacheTest {
  private static final long FILE = 77;
  private static final long ALL = Long.MAX_VALUE;

  private final NativeMemory memory = new NativeMemory();
  private final NativeBytes key = new NativeBytes(memory);
  private final NativeBytes value = new NativeBytes(memory);
  private final BlockPin into = new BlockPin(memory);
  private RowCache rows = new RowCache(memory, 1 << 20);

  @AfterEach
  void nothingIsLeft() {
    into.close();
    rows.close();
    key.close();
    value.close();
    assertThat(memory.allocated()).isZero();
  }

  private void sized(long bytes) {
    rows.close();
    rows = new RowCache(memory, bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void offer(long file, String wanted, long sequence, String contents) {
    key.set(bytes(wanted));
    value.set(bytes(contents));
    rows.offer(
        KeyHash.of(key.address(), key.length()),
        file,
        key.address(),
        key.length(),
        (byte) 1,
        sequence,
        (byte) 3,
        99,
        value.address(),
        value.length());
  }

  private void offerTwice(long file, String wanted, long sequence, String contents) {
    offer(file, wanted, sequence, contents);
    offer(file, wanted, sequence, contents);
  }

  private boolean pin(long file, String wanted, long maxSequence) {
    key.set(bytes(wanted));
    int place = rows.find(KeyHash.of(key.address(), key.length()));
    return place != RowCache.NONE
        && rows.pin(place, file, key.address(), key.length(), maxSequence, into);
  }

  private boolean has(String wanted) {
    boolean found = pin(FILE, wanted, ALL);
    into.release();
    return found;
  }

  @Test
  void whatIsReadTwiceHasARow() {
    offer(FILE, "a", 5, "one");
    assertThat(has("a")).as("after one read").isFalse();
    offer(FILE, "a", 5, "one");
    assertThat(pin(FILE, "a", ALL)).isTrue();
    long row = into.address();
    assertThat(Row.sequence(row)).isEqualTo(5);
    assertThat(Row.kind(row)).isEqualTo((byte) 1);
    assertThat(Row.encoding(row)).isEqualTo((byte) 3);
    assertThat(Row.expiresAtMs(row)).isEqualTo(99);
    assertThat(Memory.bytes(Row.valueAddress(row), Row.valueLength(row))).isEqualTo(bytes("one"));
    into.release();
    assertThat(rows.stats().hits()).isEqualTo(1);
  }

  @Test
  void aRowIsThatOfItsFileAndKeyAlone() {
    offerTwice(FILE, "a", 5, "one");
    assertThat(pin(FILE + 1, "a", ALL)).as("in another file").isFalse();
    key.set(bytes("a"));
    int own = rows.find(KeyHash.of(key.address(), key.length()));
    key.set(bytes("b"));
    assertThat(rows.pin(own, FILE, key.address(), key.length(), ALL, into))
        .as("another key of the same hash")
        .isFalse();
    assertThat(has("a")).as("nobody holds it").isTrue();
  }

  @Test
  void whoSeesLessDoesNotSeeIt() {
    offerTwice(FILE, "a", 5, "one");
    assertThat(pin(FILE, "a", 4)).isFalse();
    assertThat(pin(FILE, "a", 5)).isTrue();
    into.release();
  }

  @Test
  void aNewerFileOfTheKeyTakesTheRow() {
    offerTwice(FILE, "a", 5, "one");
    offer(FILE + 1, "a", 9, "two");
    assertThat(pin(FILE, "a", ALL)).isFalse();
    assertThat(pin(FILE + 1, "a", ALL)).isTrue();
    assertThat(Row.sequence(into.address())).isEqualTo(9);
    into.release();
  }

  @Test
  void aRowThatSomebodyHoldsStaysAsItIs() {
    offerTwice(FILE, "a", 5, "one");
    assertThat(pin(FILE, "a", ALL)).isTrue();
    fillEverything();
    offer(FILE + 1, "a", 9, "two");
    assertThat(Row.sequence(into.address())).isEqualTo(5);
    assertThat(Memory.bytes(Row.valueAddress(into.address()), 3)).isEqualTo(bytes("one"));
    into.release();
    offer(FILE + 1, "a", 9, "two");
    assertThat(pin(FILE + 1, "a", ALL)).as("when it was let go").isTrue();
    into.release();
  }

  /** Offers so much that every cell was taken, if it could be. */
  private void fillEverything() {
    for (int i = 0; i < 40_000; i++) {
      offerTwice(FILE, "other" + i, i, "x");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {RowCache.MOST_ENTRY_BYTES - 1, RowCache.MOST_ENTRY_BYTES})
  void onlySmallEntriesHaveRows(int valueBytes) {
    String contents = "x".repeat(valueBytes);
    offerTwice(FILE, "a", 5, contents);
    assertThat(has("a")).isEqualTo(valueBytes + 1 <= RowCache.MOST_ENTRY_BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2_000, 3_000, 100_000})
  void itTakesNoMoreThanItMay(long bytes) {
    sized(bytes);
    for (int i = 0; i < 2_000; i++) {
      offerTwice(FILE, "key" + i, i, "x".repeat(100));
      has("key" + i / 2);
    }
    assertThat(rows.bytes()).isBetween(0L, bytes);
  }

  @Test
  void whatIsReadAgainAndAgainOutlivesWhatIsReadTwice() {
    sized(200_000);
    Random random = new Random(1);
    int lost = 0;
    for (int i = 0; i < 200_000; i++) {
      String wanted = "hot" + random.nextInt(200);
      if (!has(wanted)) {
        lost += i > 20_000 ? 1 : 0;
        offer(FILE, wanted, 1, "x");
      }
      offer(FILE, "cold" + i, 1, "x");
      if (i % 4 == 0) {
        offerTwice(FILE, "lukewarm" + i, 1, "x");
      }
    }
    assertThat(lost).as("reads of hot keys, of 180,000, that found no row").isLessThan(18_000);
  }
}
