package io.velocitydb.engine.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RealVfsTest {
  private static final int BUFFER_BYTES = 1 << 20;

  @TempDir Path folder;
  private final NativeMemory memory = new NativeMemory();
  private final long buffer = memory.allocate(BUFFER_BYTES, MemoryTag.WAL_BUFFER);

  static Stream<Vfs> ways() {
    return Stream.of(RealVfs.system(), RealVfs.byChannels());
  }

  @AfterEach
  void free() {
    memory.free(buffer, BUFFER_BYTES, MemoryTag.WAL_BUFFER);
  }

  private void write(VfsFile file, long position, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Memory.copy(bytes, 0, buffer, bytes.length);
    file.write(position, buffer, bytes.length);
  }

  private String read(VfsFile file, long position, int length) throws IOException {
    int n = file.read(position, buffer, length);
    return new String(Memory.bytes(buffer, n), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsWrittenIsRead(Vfs vfs) throws IOException {
    try (VfsFile file = vfs.open(folder.resolve("a"), Vfs.Mode.CREATE)) {
      write(file, 0, "hello world");
      write(file, 6, "there");
      file.sync();
      assertThat(read(file, 0, 100)).isEqualTo("hello there");
      assertThat(read(file, 6, 3)).isEqualTo("the");
      assertThat(read(file, 100, 3)).isEmpty();
      assertThat(file.size()).isEqualTo(11);
    }
    assertThat(Files.readString(folder.resolve("a"))).isEqualTo("hello there");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void largeBlocksAreReadAndWrittenWhole(Vfs vfs) throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    new Random(1).nextBytes(bytes);
    try (VfsFile file = vfs.open(folder.resolve("a"), Vfs.Mode.CREATE)) {
      Memory.copy(bytes, 0, buffer, bytes.length);
      file.write(12_345, buffer, bytes.length);
      Memory.fill(buffer, BUFFER_BYTES, (byte) 0);
      assertThat(file.read(12_345, buffer, BUFFER_BYTES)).isEqualTo(BUFFER_BYTES);
      assertThat(Memory.bytes(buffer, BUFFER_BYTES)).isEqualTo(bytes);
      assertThat(file.read(0, buffer, 12_345)).isEqualTo(12_345);
      assertThat(Memory.bytes(buffer, 12_345)).isEqualTo(new byte[12_345]);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void truncateCutsAndExtends(Vfs vfs) throws IOException {
    try (VfsFile file = vfs.open(folder.resolve("a"), Vfs.Mode.CREATE)) {
      write(file, 0, "hello world");
      file.truncate(5);
      assertThat(read(file, 0, 100)).isEqualTo("hello");
      file.truncate(7);
      assertThat(read(file, 0, 100)).isEqualTo("hello\0\0");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void modesAreKept(Vfs vfs) throws IOException {
    Path a = folder.resolve("a");
    assertThatThrownBy(() -> vfs.open(a, Vfs.Mode.READ)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> vfs.open(a, Vfs.Mode.READ_WRITE))
        .isInstanceOf(NoSuchFileException.class);
    vfs.open(a, Vfs.Mode.CREATE).close();
    assertThatThrownBy(() -> vfs.open(a, Vfs.Mode.CREATE))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(a.toString());
    try (VfsFile file = vfs.open(a, Vfs.Mode.READ)) {
      assertThatThrownBy(() -> write(file, 0, "x")).isInstanceOf(Exception.class);
    }
    assertThat(Files.size(a)).isZero();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void namesAreListedRenamedLinkedAndDeleted(Vfs vfs) throws IOException {
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");
    Path c = folder.resolve("c");
    Files.writeString(a, "a");
    Files.writeString(b, "b");
    assertThat(vfs.list(folder)).containsExactly("a", "b");
    vfs.rename(a, b);
    vfs.link(b, c);
    assertThat(vfs.list(folder)).containsExactly("b", "c");
    vfs.delete(b);
    vfs.syncDirectory(folder);
    assertThat(vfs.list(folder)).containsExactly("c");
    assertThat(Files.readString(c)).isEqualTo("a");
    assertThat(vfs.size(c)).isEqualTo(1);
    assertThat(vfs.exists(c)).isTrue();
    assertThat(vfs.exists(b)).isFalse();
    assertThat(vfs.usableSpace(folder)).isPositive();
    assertThatThrownBy(() -> vfs.delete(b)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> vfs.rename(b, a)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> vfs.list(b)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> vfs.syncDirectory(b)).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void directoriesAreCreatedWithThoseAbove(Vfs vfs) throws IOException {
    Path deep = folder.resolve("x/y/z");
    vfs.createDirectories(deep);
    vfs.createDirectories(deep);
    assertThat(deep).isDirectory();
    Path file = folder.resolve("file");
    Files.writeString(file, "");
    assertThatThrownBy(() -> vfs.createDirectories(file.resolve("under")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> vfs.createDirectories(file))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anUnreadableFileSaysSo(Vfs vfs) throws IOException {
    Path a = folder.resolve("a");
    Files.writeString(a, "");
    assertThat(a.toFile().setReadable(false, false)).isTrue();
    org.junit.jupiter.api.Assumptions.assumeFalse(
        Files.isReadable(a), "the super-user reads everything");
    assertThatThrownBy(() -> vfs.open(a, Vfs.Mode.READ)).isInstanceOf(AccessDeniedException.class);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aLockExcludesOthersUntilItIsReleased(Vfs vfs) throws Exception {
    Path lock = folder.resolve("LOCK");
    AutoCloseable held = vfs.lock(lock);
    for (Vfs other : ways().toList()) {
      assertThatThrownBy(() -> other.lock(lock))
          .isInstanceOf(FileLockedException.class)
          .hasMessageContaining("LOCK");
    }
    Path alias = folder.resolve("alias");
    Files.createSymbolicLink(alias, folder);
    assertThatThrownBy(() -> vfs.lock(alias.resolve("LOCK")))
        .isInstanceOf(FileLockedException.class);
    held.close();
    AutoCloseable again = vfs.lock(lock);
    held.close(); // a second release of the first must not release the second
    assertThatThrownBy(() -> vfs.lock(lock)).isInstanceOf(FileLockedException.class);
    again.close();
    vfs.lock(lock).close();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLockExcludesOtherProcesses() throws Exception {
    Path lock = folder.resolve("LOCK");
    Process other =
        new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo locked; read x")
            .redirectErrorStream(true)
            .start();
    try (var output = other.inputReader()) {
      assertThat(output.readLine()).isEqualTo("locked");
      assertThatThrownBy(() -> RealVfs.system().lock(lock)).isInstanceOf(FileLockedException.class);
      other.outputWriter().close();
      other.waitFor();
      RealVfs.system().lock(lock).close();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskHasItsOwnException() {
    Path full = Path.of("/dev/full");
    for (Vfs vfs : ways().toList()) {
      assertThatThrownBy(
              () -> {
                try (VfsFile file = vfs.open(full, Vfs.Mode.READ_WRITE)) {
                  write(file, 0, "x");
                }
              })
          .isInstanceOf(DiskFullException.class)
          .hasMessageContaining("/dev/full")
          .hasMessageContaining("No space left on device");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anotherFailureNamesFileAndReason() throws IOException {
    try (VfsFile directory = RealVfs.system().open(folder, Vfs.Mode.READ)) {
      assertThatThrownBy(() -> read(directory, 7, 1))
          .isInstanceOf(IOException.class)
          .hasMessage("cannot read 1 bytes at 7 of " + folder + ": Is a directory (errno 21)");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anInterruptDoesNotCloseTheFile(Vfs vfs) throws IOException {
    try (VfsFile file = vfs.open(folder.resolve("a"), Vfs.Mode.CREATE)) {
      Thread.currentThread().interrupt();
      write(file, 0, "hello");
      file.sync();
      assertThat(read(file, 0, 5)).isEqualTo("hello");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(read(file, 0, 5)).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void interruptsWhileReadingDisturbNobody(Vfs vfs) throws Exception {
    try (VfsFile file = vfs.open(folder.resolve("a"), Vfs.Mode.CREATE)) {
      Memory.fill(buffer, BUFFER_BYTES, (byte) 7);
      file.write(0, buffer, BUFFER_BYTES);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      List<Thread> readers = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        readers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      long own = memory.allocate(4096, MemoryTag.BLOCK);
                      try {
                        for (int i = 0; i < 2_000; i++) {
                          if (file.read(i, own, 4096) != 4096 || Memory.getByte(own) != 7) {
                            throw new AssertionError("wrong bytes");
                          }
                        }
                      } catch (Throwable e) {
                        failure.set(e);
                      } finally {
                        memory.free(own, 4096, MemoryTag.BLOCK);
                      }
                    }));
      }
      while (readers.stream().anyMatch(Thread::isAlive)) {
        readers.forEach(Thread::interrupt);
      }
      assertThat(failure.get()).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aClosedFileIsNotUsedAgain(Vfs vfs) throws IOException {
    VfsFile file = vfs.open(folder.resolve("a"), Vfs.Mode.CREATE);
    file.close();
    file.close();
    try (VfsFile other = vfs.open(folder.resolve("b"), Vfs.Mode.CREATE)) {
      assertThatThrownBy(() -> write(file, 0, "x")).isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(file::sync).isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(file::size).isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(ClosedChannelException.class);
      assertThat(other.size()).isZero();
    }
  }

  /** The kernel hands a freed descriptor to the next open; a late write must not land there. */
  @ParameterizedTest
  @MethodSource("ways")
  void aWriteThatMeetsCloseNeverReachesAnotherFile(Vfs vfs) throws Exception {
    for (int round = 0; round < 50; round++) {
      VfsFile file = vfs.open(folder.resolve("a" + round), Vfs.Mode.CREATE);
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; ; i++) {
                        file.write(i, buffer, 1);
                      }
                    } catch (IOException closed) {
                      return; // as it must end
                    }
                  });
      file.close();
      try (VfsFile next = vfs.open(folder.resolve("b" + round), Vfs.Mode.CREATE)) {
        writer.join();
        assertThat(next.size()).isZero();
      }
    }
  }

  @Test
  void aMappingAndWritesOfAFileAreTheSameBytes() throws IOException {
    org.junit.jupiter.api.Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"));
    try (VfsFile file = RealVfs.system().open(folder.resolve("a"), Vfs.Mode.CREATE)) {
      Memory.fill(buffer, 64 * 1024, (byte) 0);
      file.write(0, buffer, 64 * 1024);
      write(file, 32 * 1024, "written");
      try (Mapping mapping = file.map(32 * 1024, 32 * 1024)) {
        assertThat(Memory.getByte(mapping.address())).isEqualTo((byte) 'w');
        Memory.putByte(mapping.address(), (byte) 'W');
        mapping.touched(0, 1);
        write(file, 32 * 1024 + 1, "RITT");
        file.sync();
        assertThat(Memory.getByte(mapping.address() + 4)).isEqualTo((byte) 'T');
      }
      assertThat(read(file, 32 * 1024, 7)).isEqualTo("WRITTen");
    }
  }

  @Test
  void aFileOpenForReadingIsNotMapped() throws IOException {
    Path path = folder.resolve("a");
    Files.writeString(path, "x".repeat(1_000));
    try (VfsFile file = RealVfs.system().open(path, Vfs.Mode.READ)) {
      assertThatThrownBy(() -> file.map(0, 1_000))
          .isInstanceOfAny(AccessDeniedException.class, UnsupportedOperationException.class);
    }
  }

  @Test
  void channelsDoNotMap() throws IOException {
    try (VfsFile file = RealVfs.byChannels().open(folder.resolve("a"), Vfs.Mode.CREATE)) {
      assertThatThrownBy(() -> file.map(0, 1_000))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void aWriteAndItsSyncCanBeOneCallWhereTheSystemAllowsIt() throws IOException {
    Path path = folder.resolve("a");
    byte[] bytes = new byte[300_000];
    new Random(2).nextBytes(bytes);
    Memory.copy(bytes, 0, buffer, bytes.length);
    try (VfsFile file = RealVfs.system().open(path, Vfs.Mode.CREATE)) {
      int done = 0;
      for (int length = 1; done + length <= bytes.length; length = length * 3 + 1) {
        file.writeAndSync(done, buffer + done, length);
        done += length;
      }
      assertThat(Files.readAllBytes(path)).isEqualTo(java.util.Arrays.copyOf(bytes, done));
    } catch (UnsupportedOperationException e) {
      assertThat(e).hasMessageContaining("io_uring");
      assertThat(path).isEmptyFile();
    }
  }

  @Test
  void aWriteAndSyncThatFailsSaysWhy() throws IOException {
    Path path = folder.resolve("a");
    Files.writeString(path, "x");
    try (VfsFile file = RealVfs.system().open(path, Vfs.Mode.READ)) {
      assertThatThrownBy(() -> file.writeAndSync(0, buffer, 10))
          .isInstanceOfAny(IOException.class, UnsupportedOperationException.class);
    }
    assertThat(path).hasContent("x");
  }

  @Test
  void whatAShortWriteOfTheRingHasLeftIsWrittenAndItsErrorsAreTold() throws IOException {
    Path path = folder.resolve("a");
    byte[] bytes = new byte[10_000];
    new Random(3).nextBytes(bytes);
    Memory.copy(bytes, 0, buffer, bytes.length);
    try (VfsFile file = RealVfs.system().open(path, Vfs.Mode.CREATE)) {
      assumeThat(file).isInstanceOf(PosixFile.class);
      PosixFile posix = (PosixFile) file;
      for (int written : new int[] {bytes.length - 1, 1, 0, -PosixCalls.EINTR}) {
        file.truncate(0);
        file.write(0, buffer, Math.max(0, written));
        posix.finish(written, 0, buffer, bytes.length);
        assertThat(Files.readAllBytes(path)).as("short by %d", written).isEqualTo(bytes);
      }
      int noSpace = 28;
      assertThatThrownBy(() -> posix.finish(-noSpace, 0, buffer, bytes.length))
          .isInstanceOf(DiskFullException.class);
      posix.finish(bytes.length, 0, buffer, bytes.length);
    }
  }
}
