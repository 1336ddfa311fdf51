package io.velocitydb.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.log.LogReader.Step;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogTest {
  private static final Path FILE = Path.of("/log");
  private static final long SALT = 0x1234_5678_9ABC_DEFL;

  private final SimVfs vfs = new SimVfs(1);
  private final NativeMemory memory = new NativeMemory();
  private final Random random = new Random(42);

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(memory.allocated()).isZero();
    assertThat(vfs.openFiles()).isEmpty();
  }

  private byte[] record(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void write(long salt, List<byte[]> records, long zeroStep) throws IOException {
    Vfs.Mode mode = vfs.exists(FILE) ? Vfs.Mode.READ_WRITE : Vfs.Mode.CREATE;
    try (VfsFile file = vfs.open(FILE, mode);
        LogWriter writer = new LogWriter(new BufferedOutput(file, memory, 0, zeroStep), salt, 0)) {
      for (byte[] record : records) {
        writer.reserve(LogWriter.spaceFor(record.length));
        writer.begin();
        writer.put(record);
        writer.end();
      }
      writer.flush();
    }
  }

  /** Records as they are, gaps as null. */
  private List<byte[]> read(long salt) throws IOException {
    List<byte[]> found = new ArrayList<>();
    try (VfsFile file = vfs.open(FILE, Vfs.Mode.READ);
        LogReader reader = new LogReader(file, memory, salt)) {
      for (Step step = reader.step(); step != Step.END; step = reader.step()) {
        found.add(
            step == Step.GAP ? null : Memory.bytes(reader.recordAddress(), reader.recordLength()));
      }
    }
    return found;
  }

  private static void assertSame(List<byte[]> found, List<byte[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("record %d", i).isEqualTo(expected.get(i));
    }
  }

  private void damage(int offset) throws IOException {
    byte[] contents = vfs.contents(FILE);
    contents[offset] ^= 0x40;
    vfs.setContents(FILE, contents);
  }

  @Test
  void recordsOfEveryLengthAroundAFrameComeBack() throws IOException {
    List<byte[]> records = new ArrayList<>();
    for (int around : new int[] {1, 100, LogFormat.FRAME_BYTES, 3 * LogFormat.FRAME_BYTES}) {
      for (int i = -30; i <= 30; i++) {
        records.add(record(Math.max(1, around + i)));
      }
    }
    records.add(record(1_000_000));
    write(SALT, records, 0);
    assertSame(read(SALT), records);
  }

  @Test
  void numbersCrossTheEndsOfFrames() throws IOException {
    for (int shift = 0; shift < 40; shift++) {
      Path path = Path.of("/numbers" + shift);
      byte[] filler = record(LogFormat.FRAME_BYTES - 2 * LogFormat.HEADER_BYTES - shift);
      try (VfsFile file = vfs.open(path, Vfs.Mode.CREATE);
          LogWriter writer = new LogWriter(file, memory, SALT, 0)) {
        writer.begin();
        writer.put(filler);
        writer.putLong(0x0102_0304_0506_0708L);
        writer.putInt(0x0A0B_0C0D);
        writer.putVarLong(Long.MAX_VALUE);
        writer.end();
        writer.flush();
      }
      try (VfsFile file = vfs.open(path, Vfs.Mode.READ);
          LogReader reader = new LogReader(file, memory, SALT)) {
        assertThat(reader.step()).isEqualTo(Step.RECORD);
        long at = reader.recordAddress() + filler.length;
        assertThat(Memory.getLong(at)).isEqualTo(0x0102_0304_0506_0708L);
        assertThat(Memory.getInt(at + 8)).isEqualTo(0x0A0B_0C0D);
        assertThat(reader.recordLength()).isEqualTo(filler.length + 8 + 4 + 9);
      }
    }
  }

  @Test
  void afterDamageReadingGoesOnAtTheNextIntactRecord() throws IOException {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      records.add(record(1_000));
    }
    write(SALT, records, 0);
    damage(5 * 1_012 + 20);
    List<byte[]> found = read(SALT);
    List<byte[]> expected = new ArrayList<>(records);
    expected.set(5, null);
    assertSame(found, expected);
  }

  @Test
  void aLargeRecordWhoseMiddleIsDamagedIsOneGap() throws IOException {
    List<byte[]> records = List.of(record(10), record(200_000), record(20), record(30));
    write(SALT, records, 0);
    damage(100_000);
    assertSame(read(SALT), Arrays.asList(records.get(0), null, records.get(2), records.get(3)));
  }

  @Test
  void everyDamagedByteOfARecordIsNoticed() throws IOException {
    byte[] only = record(200);
    write(SALT, List.of(only), 0);
    byte[] intact = vfs.contents(FILE);
    for (int i = 0; i < intact.length; i++) {
      damage(i);
      assertThat(read(SALT)).as("byte %d", i).containsExactly((byte[]) null);
      vfs.setContents(FILE, intact);
    }
  }

  @Test
  void aCutRecordIsAGap() throws IOException {
    write(SALT, List.of(record(10), record(100_000)), 0);
    byte[] whole = vfs.contents(FILE);
    for (int length = 23; length < whole.length; length += 997) {
      vfs.setContents(FILE, Arrays.copyOf(whole, length));
      assertThat(read(SALT)).hasSize(2).endsWith((byte[]) null);
    }
  }

  @Test
  void bytesOfAnEarlierLifeAreNoRecords() throws IOException {
    List<byte[]> old = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      old.add(record(1_000));
    }
    write(SALT, old, 0);
    List<byte[]> fresh = List.of(record(1_000), record(500));
    write(SALT + 1, fresh, 0);
    List<byte[]> found = read(SALT + 1);
    assertThat(found).hasSize(3).endsWith((byte[]) null);
    assertSame(found.subList(0, 2), fresh);
  }

  @Test
  void aRecordMovedElsewhereIsNone() throws IOException {
    write(SALT, List.of(record(100), record(100)), 0);
    byte[] contents = vfs.contents(FILE);
    byte[] moved = new byte[contents.length];
    System.arraycopy(contents, 112, moved, 0, 112);
    vfs.setContents(FILE, moved);
    assertThat(read(SALT)).containsExactly((byte[]) null);
  }

  @Test
  void reservedSpaceIsZeroAndReadsAsTheEnd() throws IOException {
    List<byte[]> records = List.of(record(100));
    write(SALT, records, 1 << 20);
    assertThat(vfs.size(FILE)).isEqualTo(64 * 1024);
    try (VfsFile file = vfs.open(FILE, Vfs.Mode.READ);
        LogReader reader = new LogReader(file, memory, SALT)) {
      assertThat(reader.step()).isEqualTo(Step.RECORD);
      assertThat(reader.step()).isEqualTo(Step.GAP);
      assertThat(reader.gapZero()).isTrue();
      assertThat(reader.gapStart()).isEqualTo(112);
      assertThat(reader.step()).isEqualTo(Step.END);
    }
  }

  @Test
  void aHeaderIsReadAndItsDamageAndANewerFormatAreRefused() throws IOException {
    LogHeader header = new LogHeader(77, 3, SALT, 5, 6, 7);
    try (VfsFile file = vfs.open(FILE, Vfs.Mode.CREATE);
        LogWriter writer = new LogWriter(file, memory, SALT, 0)) {
      header.write(writer);
      writer.flush();
    }
    assertThat(header(77, 3)).isEqualTo(header);
    assertThatThrownBy(() -> header(77, 2))
        .isInstanceOfSatisfying(
            EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED_FORMAT))
        .hasMessageContaining("/log has format 3");
    byte[] intact = vfs.contents(FILE);
    for (int i = 0; i < intact.length; i++) {
      damage(i);
      assertThatThrownBy(() -> header(77, 3))
          .isInstanceOfSatisfying(
              EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPTION));
      vfs.setContents(FILE, intact);
    }
  }

  private LogHeader header(long magic, int newest) throws IOException {
    try (VfsFile file = vfs.open(FILE, Vfs.Mode.READ)) {
      return LogHeader.read(file, FILE, magic, newest, memory);
    }
  }

  /** The bytes of a file do not depend on the way in which they came there. */
  @Test
  void allOutputsWriteTheSameBytes() throws IOException {
    for (int round = 0; round < 12; round++) {
      List<byte[]> records = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        records.add(record(1 + random.nextInt(random.nextInt(4) == 0 ? 200_000 : 3_000)));
      }
      long end;
      Path mapped = Path.of("/mapped" + round);
      Path buffered = Path.of("/buffered" + round);
      Path deferred = Path.of("/deferred" + round);
      try (VfsFile file = vfs.open(mapped, Vfs.Mode.CREATE)) {
        end = writeMixed(new MappedOutput(file, memory, 0, 64 * 1024, 0), records);
      }
      try (VfsFile file = vfs.open(buffered, Vfs.Mode.CREATE)) {
        writeMixed(new BufferedOutput(file, memory, 0, 64 * 1024), records);
      }
      try (VfsFile file = vfs.open(deferred, Vfs.Mode.CREATE)) {
        writeMixed(new DeferredOutput(file, memory, 0, 64 * 1024, 0), records);
      }
      byte[] expected = Arrays.copyOf(vfs.contents(buffered), (int) end);
      assertThat(vfs.contents(mapped)).startsWith(expected);
      assertThat(vfs.contents(deferred)).startsWith(expected);
    }
    assertThat(vfs.untoldBytes()).isFalse();
  }

  private long writeMixed(LogOutput output, List<byte[]> records) throws IOException {
    Random choices = new Random(records.size());
    try (LogWriter writer = new LogWriter(output, SALT, 0)) {
      for (byte[] record : records) {
        if (choices.nextInt(4) > 0) {
          writer.reserve(LogWriter.spaceFor(record.length));
        }
        boolean synced = choices.nextBoolean();
        writer.begin(synced);
        writer.put(record);
        writer.end();
        writer.flush();
        if (synced && choices.nextBoolean()) {
          writer.sync();
        }
      }
      writer.handOver();
      return writer.position();
    }
  }

  @Test
  void inAFileUsedAgainEveryWayKeepsZerosBehindWhatItWrites() throws IOException {
    for (int round = 0; round < 12; round++) {
      Path path = Path.of("/again" + round);
      vfs.setContents(path, record(600_000));
      try (VfsFile file = vfs.open(path, Vfs.Mode.READ_WRITE);
          LogWriter writer =
              new LogWriter(
                  round % 2 == 0
                      ? new MappedOutput(file, memory, 0, 64 * 1024, file.size())
                      : new BufferedOutput(file, memory, 0, 64 * 1024, file.size()),
                  SALT,
                  0)) {
        for (int i = 0; i < 20; i++) {
          byte[] record = record(1 + random.nextInt(round < 6 ? 20_000 : 100));
          writer.reserve(LogWriter.spaceFor(record.length));
          writer.begin();
          writer.put(record);
          writer.end();
          writer.flush();
          byte[] contents = vfs.contents(path);
          int end = (int) writer.position();
          int frameEnd = (end / LogFormat.FRAME_BYTES + 1) * LogFormat.FRAME_BYTES;
          assertThat(Arrays.copyOfRange(contents, end, frameEnd)).containsOnly(0);
          assertThat(contents).hasSize(600_000);
        }
        try (LogReader reader = new LogReader(file, memory, SALT)) {
          for (int i = 0; i < 20; i++) {
            assertThat(reader.step()).isEqualTo(Step.RECORD);
          }
          assertThat(reader.step()).isEqualTo(Step.GAP);
          assertThat(reader.gapZero()).isTrue();
          assertThat(reader.step()).isEqualTo(Step.END);
        }
      }
    }
  }
}
