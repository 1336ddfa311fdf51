package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tables are read past the system's cache while that has no room for a good part of them. */
class DirectReadsTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withMemoryLimit(128 << 10).withMemtableBytes(16 << 10);

  private final SimVfs disk = new SimVfs(1);
  private final FakeClock clock = new FakeClock(1_000_000);
  private final StepBackground background = new StepBackground(1, clock);
  private final NativeMemory memory = new NativeMemory();
  private Engine engine = open();
  private Database database = engine.createDatabase("d");

  @AfterEach
  void nothingIsLeft() {
    engine.close();
    assertThat(memory.allocated()).isZero();
    assertThat(disk.openFiles()).isEmpty();
  }

  private Engine open() {
    disk.refuseDirectReads(false);
    return Engine.open(
        Path.of("/data"),
        OPTIONS,
        new EngineEnvironment(disk, clock, memory, background, EngineListener.NONE));
  }

  private static byte[] key(int i) {
    return "key%06d".formatted(i).getBytes(UTF_8);
  }

  private void write(int count) {
    Random random = new Random(1);
    byte[] value = new byte[200];
    try (WriteBatch batch = database.newBatch()) {
      for (int i = 0; i < count; i++) {
        random.nextBytes(value);
        batch.put(key(i), value);
      }
      database.write(batch, Durability.OS);
    }
    database.flush();
    background.runAll();
  }

  /** Memory for contents of files, beside what the engine may still take. */
  private void room(long bytes) {
    disk.setFileCacheRoom(bytes + OPTIONS.memoryLimit() - memory.allocated());
    clock.advance(2_000);
    background.runAll();
  }

  private void readsAll() {
    for (int i = 0; i < 2_000; i++) {
      assertThat(database.get(key(i))).isPresent();
    }
  }

  @Test
  void theWayOfReadingFollowsTheRoomThatThereIs() {
    write(2_000);
    long data = database.stats().tableBytes();
    room(data);
    readsAll();
    assertThat(disk.openFiles()).anyMatch(name -> name.endsWith(".sst"));
    assertThat(disk.openDirectly()).isEmpty();
    room(data / 8);
    readsAll();
    assertThat(disk.openDirectly()).isNotEmpty();
    room(data);
    readsAll();
    assertThat(disk.openDirectly()).isEmpty();
  }

  @Test
  void aLittleMoreOrLessRoomDoesNotGoToAndFro() {
    write(2_000);
    long between = database.stats().tableBytes() * 3 / 8;
    room(Long.MAX_VALUE / 2);
    room(between);
    readsAll();
    assertThat(disk.openDirectly()).isEmpty();
    room(0);
    room(between);
    readsAll();
    assertThat(disk.openDirectly()).isNotEmpty();
  }

  @Test
  void whatIsFoundWhenADirectoryIsOpenedIsReadTheRightWayAtOnce() {
    write(2_000);
    engine.close();
    background.runAll();
    disk.setFileCacheRoom(0);
    engine = open();
    database = engine.database("d");
    readsAll();
    assertThat(disk.openDirectly()).isNotEmpty();
  }

  @Test
  void anEmptyDatabaseNeedsNothing() {
    room(0);
    assertThat(database.get(key(1))).isEmpty();
    assertThat(disk.openDirectly()).isEmpty();
  }
}
