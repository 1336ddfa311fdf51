package io.velocitydb.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.FileLockedException;
import io.velocitydb.engine.vfs.Mapping;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimVfsTest {
  private static final int SEEDS = 400;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Path DIR = Path.of("/data");
  private static final Path A = DIR.resolve("a");
  private static final Path B = DIR.resolve("b");

  private final NativeMemory memory = new NativeMemory();
  private final long buffer = memory.allocate(BUFFER_BYTES, MemoryTag.WAL_BUFFER);

  @AfterEach
  void free() {
    memory.free(buffer, BUFFER_BYTES, MemoryTag.WAL_BUFFER);
  }

  private static SimVfs fresh(long seed) throws IOException {
    SimVfs vfs = new SimVfs(seed);
    vfs.createDirectories(DIR);
    return vfs;
  }

  private void write(VfsFile file, long position, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Memory.copy(bytes, 0, buffer, bytes.length);
    file.write(position, buffer, bytes.length);
  }

  private void fill(VfsFile file, long position, int length, char with) throws IOException {
    Memory.fill(buffer, length, (byte) with);
    file.write(position, buffer, length);
  }

  private String read(VfsFile file) throws IOException {
    int n = file.read(0, buffer, BUFFER_BYTES);
    return new String(Memory.bytes(buffer, n), StandardCharsets.UTF_8);
  }

  private void durable(SimVfs vfs, Path path, String text) throws IOException {
    try (VfsFile file = vfs.open(path, Vfs.Mode.CREATE)) {
      write(file, 0, text);
      file.sync();
    }
    vfs.syncDirectory(DIR);
  }

  private static String text(SimVfs vfs, Path path) throws IOException {
    return vfs.exists(path) ? new String(vfs.contents(path), StandardCharsets.UTF_8) : "-";
  }

  private interface Scenario {
    String run(SimVfs vfs) throws Exception;
  }

  /** All that a scenario can end in, over many seeds. */
  private static Set<String> outcomes(Scenario scenario) throws Exception {
    Set<String> seen = new TreeSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      seen.add(scenario.run(fresh(seed)));
    }
    return seen;
  }

  @Test
  void itBehavesAsAFileSystem() throws Exception {
    SimVfs vfs = fresh(1);
    try (VfsFile file = vfs.open(A, Vfs.Mode.CREATE)) {
      write(file, 0, "hello");
      write(file, 1_000, "x");
      assertThat(file.size()).isEqualTo(1_001);
      file.truncate(5);
      file.truncate(7);
      assertThat(read(file)).isEqualTo("hello\0\0");
      assertThat(vfs.openFiles()).containsExactly("/data/a");
    }
    assertThat(vfs.openFiles()).isEmpty();
    vfs.link(A, B);
    vfs.delete(A);
    assertThat(vfs.list(DIR)).containsExactly("b");
    assertThat(vfs.size(B)).isEqualTo(7);
    vfs.rename(B, A);
    assertThat(text(vfs, A)).isEqualTo("hello\0\0");
    assertThatThrownBy(() -> vfs.open(B, Vfs.Mode.READ)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> vfs.open(A, Vfs.Mode.CREATE))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> vfs.delete(DIR)).isInstanceOf(DirectoryNotEmptyException.class);
    VfsFile reader = vfs.open(A, Vfs.Mode.READ);
    assertThatThrownBy(() -> write(reader, 0, "x")).isInstanceOf(IOException.class);
    reader.close();
    assertThatThrownBy(() -> read(reader)).isInstanceOf(ClosedChannelException.class);
    AutoCloseable lock = vfs.lock(DIR.resolve("LOCK"));
    assertThatThrownBy(() -> vfs.lock(DIR.resolve("LOCK"))).isInstanceOf(FileLockedException.class);
    lock.close();
    vfs.lock(DIR.resolve("LOCK")).close();
  }

  @Test
  void syncedContentsAndNamesSurvivePowerLoss() throws Exception {
    assertThat(
            outcomes(
                vfs -> {
                  durable(vfs, A, "kept");
                  vfs.powerLoss();
                  return text(vfs, A);
                }))
        .containsExactly("kept");
  }

  @Test
  void aSyncedFileWhoseNameWasNotSyncedMayBeGone() throws Exception {
    assertThat(
            outcomes(
                vfs -> {
                  try (VfsFile file = vfs.open(A, Vfs.Mode.CREATE)) {
                    write(file, 0, "kept");
                    file.sync();
                  }
                  vfs.powerLoss();
                  return text(vfs, A);
                }))
        .containsExactly("-", "kept");
  }

  @Test
  void unsyncedSectorsAreKeptOrLostOneByOne() throws Exception {
    Set<String> seen =
        outcomes(
            vfs -> {
              durable(vfs, A, "a".repeat(1536));
              VfsFile file = vfs.open(A, Vfs.Mode.READ_WRITE);
              fill(file, 0, 1536, 'b');
              vfs.powerLoss();
              String after = text(vfs, A);
              for (int i = 0; i < 1536; i += 512) {
                assertThat(after.substring(i, i + 512).chars().distinct().count()).isEqualTo(1);
              }
              return "" + after.charAt(0) + after.charAt(512) + after.charAt(1024);
            });
    assertThat(seen).containsExactly("aaa", "aab", "aba", "abb", "baa", "bab", "bba", "bbb");
  }

  @Test
  void aSectorMayKeepAVersionBetweenTwoSyncs() throws Exception {
    assertThat(
            outcomes(
                vfs -> {
                  durable(vfs, A, "0");
                  VfsFile file = vfs.open(A, Vfs.Mode.READ_WRITE);
                  write(file, 0, "1");
                  write(file, 0, "2");
                  vfs.powerLoss();
                  return text(vfs, A);
                }))
        .containsExactly("0", "1", "2");
  }

  @Test
  void lengthsAreKeptOrLost() throws Exception {
    Set<String> seen =
        outcomes(
            vfs -> {
              durable(vfs, A, "abc");
              VfsFile file = vfs.open(A, Vfs.Mode.READ_WRITE);
              file.truncate(1);
              file.truncate(1_024);
              vfs.powerLoss();
              return String.valueOf(vfs.size(A));
            });
    assertThat(seen).containsExactly("1", "1024", "3");
  }

  @Test
  void anUnsyncedGrownSectorMayHoldGarbage() throws Exception {
    Set<String> seen =
        outcomes(
            vfs -> {
              durable(vfs, A, "");
              VfsFile file = vfs.open(A, Vfs.Mode.READ_WRITE);
              fill(file, 0, 512, 'b');
              vfs.powerLoss();
              byte[] after = vfs.contents(A);
              if (after.length == 0) {
                return "empty";
              }
              return Arrays.equals(after, new byte[512])
                  ? "zeros"
                  : new String(after, StandardCharsets.ISO_8859_1).equals("b".repeat(512))
                      ? "written"
                      : "garbage";
            });
    assertThat(seen).containsExactly("empty", "garbage", "written", "zeros");
  }

  @Test
  void anUnsyncedRenameCanBeLostASyncedOneCannot() throws Exception {
    Scenario rename =
        vfs -> {
          durable(vfs, A, "new");
          durable(vfs, B, "old");
          vfs.rename(A, B);
          return "";
        };
    assertThat(
            outcomes(
                vfs -> {
                  rename.run(vfs);
                  vfs.powerLoss();
                  return text(vfs, A) + text(vfs, B);
                }))
        .containsExactly("-new", "newold");
    assertThat(
            outcomes(
                vfs -> {
                  rename.run(vfs);
                  vfs.syncDirectory(DIR);
                  vfs.powerLoss();
                  return text(vfs, A) + text(vfs, B);
                }))
        .containsExactly("-new");
  }

  @Test
  void aRemovedNameMayComeBackUntilItsDirectoryIsSynced() throws Exception {
    assertThat(
            outcomes(
                vfs -> {
                  durable(vfs, A, "x");
                  vfs.delete(A);
                  vfs.powerLoss();
                  return text(vfs, A);
                }))
        .containsExactly("-", "x");
    assertThat(
            outcomes(
                vfs -> {
                  durable(vfs, A, "x");
                  vfs.delete(A);
                  vfs.syncDirectory(DIR);
                  vfs.powerLoss();
                  return text(vfs, A);
                }))
        .containsExactly("-");
  }

  @Test
  void namesChangeIndependently() throws Exception {
    assertThat(
            outcomes(
                vfs -> {
                  durable(vfs, A, "a");
                  vfs.delete(A);
                  vfs.open(B, Vfs.Mode.CREATE).close();
                  vfs.powerLoss();
                  return String.join("", vfs.list(DIR));
                }))
        .containsExactly("", "a", "ab", "b");
  }

  @Test
  void whatASyncMadeDurableIsNotUndoneByAnEarlierChange() throws Exception {
    Path other = Path.of("/other");
    assertThat(
            outcomes(
                vfs -> {
                  vfs.createDirectories(other);
                  try (VfsFile file = vfs.open(A, Vfs.Mode.CREATE)) {
                    write(file, 0, "x");
                    file.sync();
                  }
                  vfs.rename(A, other.resolve("a"));
                  vfs.syncDirectory(other);
                  vfs.powerLoss();
                  return text(vfs, A) + text(vfs, other.resolve("a"));
                }))
        .containsExactly("-x");
  }

  @Test
  void linksShareContents() throws Exception {
    assertThat(
            outcomes(
                vfs -> {
                  durable(vfs, A, "old");
                  vfs.link(A, B);
                  vfs.syncDirectory(DIR);
                  VfsFile file = vfs.open(A, Vfs.Mode.READ_WRITE);
                  write(file, 0, "new");
                  vfs.powerLoss();
                  assertThat(text(vfs, A)).isEqualTo(text(vfs, B));
                  return text(vfs, A);
                }))
        .containsExactly("new", "old");
  }

  @Test
  void afterAFailedSyncPagesLookCleanButMayNotBeOnTheDisk() throws Exception {
    Set<String> seen =
        outcomes(
            vfs -> {
              durable(vfs, A, "old");
              FailingVfs failing = new FailingVfs(vfs);
              VfsFile file = failing.open(A, Vfs.Mode.READ_WRITE);
              write(file, 0, "new");
              failing.fail(1, Set.of(FailingVfs.Operation.SYNC), FailingVfs.Fault.IO_ERROR, false);
              assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
              file.sync(); // says all is well, and is not
              assertThat(read(file)).isEqualTo("new");
              vfs.powerLoss();
              return text(vfs, A);
            });
    assertThat(seen).containsExactly("new", "old");
  }

  @Test
  void killKeepsWhatWasWrittenAndPowerLossAfterItMayNot() throws Exception {
    Scenario kill =
        vfs -> {
          VfsFile file = vfs.open(A, Vfs.Mode.CREATE);
          write(file, 0, "x");
          AutoCloseable lock = vfs.lock(DIR.resolve("LOCK"));
          vfs.kill();
          assertThat(vfs.openFiles()).isEmpty();
          assertThatThrownBy(() -> write(file, 0, "late")).isInstanceOf(IOException.class);
          file.close();
          AutoCloseable next = vfs.lock(DIR.resolve("LOCK"));
          lock.close(); // of the dead process: must not release the new one's
          assertThat(vfs.openFiles()).containsExactly("/data/LOCK (lock)");
          next.close();
          return text(vfs, A);
        };
    assertThat(outcomes(kill)).containsExactly("x");
    assertThat(
            outcomes(
                vfs -> {
                  kill.run(vfs);
                  vfs.powerLoss();
                  return text(vfs, A).replace("\0", "0");
                }))
        .contains("-", "", "x");
  }

  @Test
  void powerGoesOffAtTheChosenChangeAndStaysOff() throws Exception {
    SimVfs vfs = fresh(7);
    VfsFile file = vfs.open(A, Vfs.Mode.CREATE);
    file.sync();
    vfs.syncDirectory(DIR);
    vfs.powerOffAfter(2);
    write(file, 0, "first");
    assertThatThrownBy(() -> write(file, 5, "second")).hasMessageContaining("power goes off");
    assertThat(vfs.isOff()).isTrue();
    assertThatThrownBy(file::sync).hasMessageContaining("power is off");
    assertThatThrownBy(() -> vfs.list(DIR)).hasMessageContaining("power is off");
    vfs.powerLoss();
    assertThat(vfs.isOff()).isFalse();
    assertThat(vfs.list(DIR)).containsExactly("a");
    assertThat("firstsecond").startsWith(text(vfs, A).replace("\0", ""));
  }

  @Test
  void theSameSeedLosesTheSame() throws Exception {
    Scenario scenario =
        vfs -> {
          VfsFile file = vfs.open(A, Vfs.Mode.CREATE);
          for (int i = 0; i < 20; i++) {
            fill(file, i * 700L, 700, (char) ('a' + i));
          }
          vfs.syncDirectory(DIR);
          vfs.powerLoss();
          return text(vfs, A);
        };
    Set<String> distinct = new TreeSet<>();
    for (long seed = 0; seed < 50; seed++) {
      String first = scenario.run(fresh(seed));
      assertThat(scenario.run(fresh(seed))).isEqualTo(first);
      distinct.add(first);
    }
    assertThat(distinct).hasSizeGreaterThan(20);
  }

  @Test
  void aFullDiskTakesAPartOfAWriteAndSpaceComesBackWithDeletes() throws Exception {
    SimVfs vfs = fresh(1);
    vfs.setCapacity(3 * 4096);
    VfsFile file = vfs.open(A, Vfs.Mode.CREATE);
    fill(file, 0, 2 * 4096, 'a');
    assertThat(vfs.usableSpace(DIR)).isEqualTo(4096);
    assertThatThrownBy(() -> fill(file, 2 * 4096, 2 * 4096, 'b'))
        .isInstanceOf(DiskFullException.class);
    assertThat(file.size()).isEqualTo(3 * 4096);
    assertThat(vfs.usableSpace(DIR)).isZero();
    fill(file, 0, 4096, 'c'); // in place needs no space
    vfs.delete(A);
    assertThat(vfs.usableSpace(DIR)).as("open, though without a name").isZero();
    file.close();
    assertThat(vfs.usableSpace(DIR)).isEqualTo(3 * 4096);
  }

  @Test
  void aCopyIsIndependentAndDurable() throws Exception {
    SimVfs vfs = fresh(1);
    VfsFile file = vfs.open(A, Vfs.Mode.CREATE);
    write(file, 0, "x");
    vfs.link(A, B);
    SimVfs copy = vfs.copy(2);
    copy.powerLoss();
    assertThat(text(copy, A)).isEqualTo("x");
    copy.setContents(A, new byte[] {'y'});
    assertThat(text(copy, B)).isEqualTo("y");
    assertThat(text(vfs, A)).isEqualTo("x");
    assertThat(copy.files()).containsExactly(A, B);
  }

  @Test
  void directoriesSurviveOnceCreated() throws Exception {
    assertThat(
            outcomes(
                vfs -> {
                  vfs.createDirectories(Path.of("/x/y/z"));
                  vfs.powerLoss();
                  return String.valueOf(vfs.exists(Path.of("/x/y/z")));
                }))
        .containsExactly("true");
  }

  @Test
  void aMappingAndTheFileAreTheSameBytes() throws Exception {
    SimVfs vfs = fresh(1);
    try (VfsFile file = vfs.open(A, Vfs.Mode.CREATE)) {
      fill(file, 0, 1_000, 'a');
      try (Mapping mapping = file.map(0, 1_000)) {
        assertThat(Memory.getByte(mapping.address() + 999)).isEqualTo((byte) 'a');
        fill(file, 500, 100, 'b');
        assertThat(Memory.getByte(mapping.address() + 599)).isEqualTo((byte) 'b');
        Memory.fill(mapping.address() + 10, 5, (byte) 'm');
        mapping.touched(10, 5);
        assertThat(read(file).substring(8, 17)).isEqualTo("aammmmmaa");
      }
    }
    assertThat(vfs.openFiles()).isEmpty();
    assertThat(vfs.untoldBytes()).isFalse();
  }

  @Test
  void mappedBytesSurviveAKillAndMayNotSurviveAPowerLossUnlessSynced() throws Exception {
    Set<String> found = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimVfs vfs = fresh(seed);
      VfsFile file = vfs.open(A, Vfs.Mode.CREATE);
      fill(file, 0, 1_024, '.');
      file.sync();
      vfs.syncDirectory(DIR);
      Mapping mapping = file.map(0, 1_024);
      Memory.fill(mapping.address(), 1, (byte) 's');
      mapping.touched(0, 1);
      file.sync();
      for (int at : new int[] {1, 600}) {
        Memory.fill(mapping.address() + at, 1, (byte) 'x');
        mapping.touched(at, 1);
      }
      vfs.kill();
      String after = new String(vfs.contents(A), StandardCharsets.UTF_8);
      assertThat(after.substring(0, 3) + after.charAt(600)).isEqualTo("sx.x");
      vfs.powerLoss();
      String later = new String(vfs.contents(A), StandardCharsets.UTF_8);
      found.add(later.substring(0, 3) + later.charAt(600));
    }
    assertThat(found).containsExactlyInAnyOrder("s...", "sx..", "s..x", "sx.x");
  }

  @Test
  void bytesThatNobodyToldOfMayBeThereAfterAKill() throws Exception {
    Set<String> found = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimVfs vfs = fresh(seed * 0x9E3779B97F4A7C15L);
      VfsFile file = vfs.open(A, Vfs.Mode.CREATE);
      fill(file, 0, 1_024, '.');
      Mapping mapping = file.map(0, 1_024);
      Memory.fill(mapping.address(), 1_024, (byte) 'x');
      vfs.kill();
      byte[] after = vfs.contents(A);
      found.add("" + (char) after[0] + (char) after[512]);
    }
    assertThat(found).containsExactlyInAnyOrder("..", ".x", "x.", "xx");
  }

  @Test
  void untoldBytesAreNoticedAndWhatTheFileDoesNotHaveCannotBeTouched() throws Exception {
    SimVfs vfs = fresh(1);
    try (VfsFile file = vfs.open(A, Vfs.Mode.CREATE)) {
      fill(file, 0, 100, 'a');
      try (Mapping mapping = file.map(0, 1_000)) {
        Memory.fill(mapping.address(), 1, (byte) 'u');
        assertThatThrownBy(() -> mapping.touched(50, 51))
            .isInstanceOf(InternalError.class)
            .hasMessageContaining("SIGBUS");
      }
    }
    assertThat(vfs.untoldBytes()).isTrue();
  }
}
