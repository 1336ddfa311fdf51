package io.velocitydb.engine.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes are read by whole units; the simulated disk refuses what is not aligned. */
class DirectFileTest {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final Path FILE = Path.of("/d/file");

  @TempDir Path folder;

  private final SimVfs disk = new SimVfs(1);
  private final NativeMemory memory = new NativeMemory();
  private final long buffer = memory.allocate(BUFFER_BYTES, MemoryTag.WAL_BUFFER);

  @BeforeEach
  void aDirectory() throws IOException {
    disk.refuseDirectReads(false);
    disk.createDirectories(FILE.getParent());
  }

  @AfterEach
  void nothingIsLeft() {
    memory.free(buffer, BUFFER_BYTES, MemoryTag.WAL_BUFFER);
    assertThat(memory.allocated()).isZero();
    assertThat(disk.openFiles()).isEmpty();
  }

  private byte[] write(Vfs vfs, Path path, int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    Memory.copy(bytes, 0, buffer, length);
    try (VfsFile file = vfs.open(path, Vfs.Mode.CREATE)) {
      file.write(0, buffer, length);
      file.sync();
    }
    return bytes;
  }

  private void check(VfsFile file, byte[] bytes, int position, int shift, int length)
      throws IOException {
    int expected = Math.clamp(bytes.length - position, 0, length);
    assertThat(file.read(position, buffer + shift, length)).isEqualTo(expected);
    assertThat(
            Arrays.equals(
                Memory.bytes(buffer + shift, expected),
                Arrays.copyOfRange(
                    bytes,
                    Math.min(position, bytes.length),
                    Math.min(position, bytes.length) + expected)))
        .as("%d bytes at %d", length, position)
        .isTrue();
  }

  private void readsLikeAnyOther(Vfs vfs, Path path, int length) throws IOException {
    byte[] bytes = write(vfs, path, length);
    Random random = new Random(length);
    try (VfsFile file = new DirectFile(vfs, path, memory)) {
      assertThat(file.size()).isEqualTo(length);
      for (int i = 0; i < 300; i++) {
        int position = random.nextInt(length + 10_000);
        int most = random.nextInt(5) == 0 ? 600_000 : 9_000;
        check(file, bytes, position, random.nextInt(8), random.nextInt(most));
      }
      check(file, bytes, 0, 0, 8_192);
      check(file, bytes, 4_095, 0, 2);
      check(file, bytes, length - 1, 3, 1);
      check(file, bytes, length, 0, 1);
      check(file, bytes, 0, 0, 0);
      check(file, bytes, 1, 0, 700_000);
    }
  }

  @Test
  void anyBytesAreReadOfAnyPlace() throws IOException {
    readsLikeAnyOther(disk, FILE, 700_001);
    readsLikeAnyOther(disk, Path.of("/d/whole"), 2 * Vfs.DIRECT_UNIT);
    readsLikeAnyOther(disk, Path.of("/d/small"), 5);
  }

  @Test
  void theMachinesOwnDiskReadsTheSame() throws IOException {
    Path path = folder.resolve("file");
    write(RealVfs.system(), path, 10);
    boolean possible;
    try (VfsFile direct = new DirectFile(RealVfs.system(), path, memory)) {
      possible = direct.read(0, buffer, 10) == 10;
    } catch (UnsupportedOperationException e) {
      possible = false;
    }
    assumeThat(possible).isTrue();
    readsLikeAnyOther(RealVfs.system(), folder.resolve("larger"), 700_001);
    readsLikeAnyOther(RealVfs.system(), folder.resolve("whole"), 2 * Vfs.DIRECT_UNIT);
    readsLikeAnyOther(RealVfs.system(), folder.resolve("small"), 5);
  }

  @Test
  void channelsDoNotReadDirectly() throws IOException {
    write(RealVfs.system(), folder.resolve("file"), 10);
    assertThatThrownBy(
            () -> RealVfs.byChannels().open(folder.resolve("file"), Vfs.Mode.READ_DIRECT))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void largePiecesAreReadByWayOfTheCache() throws IOException {
    byte[] bytes = write(disk, FILE, 300_000);
    VfsFile file = new DirectFile(disk, FILE, memory);
    check(file, bytes, 5, 0, DirectFile.LARGE_BYTES - 1);
    assertThat(disk.openFiles()).hasSize(1);
    check(file, bytes, 5, 0, DirectFile.LARGE_BYTES);
    check(file, bytes, 4_096, 0, 2 * DirectFile.LARGE_BYTES);
    assertThat(disk.openFiles()).hasSize(2);
    assertThat(disk.openDirectly()).hasSize(1);
    file.close();
    assertThatThrownBy(() -> file.read(0, buffer, 10)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> file.read(0, buffer, DirectFile.LARGE_BYTES))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aReadThatFailsIsSaidAndLeavesNoMemory() throws IOException {
    write(disk, FILE, 20_000);
    FailingVfs failing = new FailingVfs(disk);
    try (VfsFile file = new DirectFile(failing, FILE, memory)) {
      failing.fail(1, FailingVfs.ALL, FailingVfs.Fault.IO_ERROR, false);
      assertThatThrownBy(() -> file.read(1, buffer, 10)).isInstanceOf(IOException.class);
      assertThat(file.read(1, buffer, 10)).isEqualTo(10);
    }
  }
}
