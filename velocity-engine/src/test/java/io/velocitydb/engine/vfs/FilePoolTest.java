package io.velocitydb.engine.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Few open files serve many. */
class FilePoolTest {
  @TempDir Path folder;

  private final NativeMemory memory = new NativeMemory();
  private final long buffer = memory.allocate(8, MemoryTag.BLOCK);
  private final SimVfs vfs = new SimVfs(1);

  @BeforeEach
  void someFiles() throws IOException {
    vfs.createDirectories(Path.of("/d"));
    for (int i = 0; i < 20; i++) {
      write(vfs, Path.of("/d", "f" + i), i);
    }
  }

  @AfterEach
  void nothingIsLeft() {
    memory.free(buffer, 8, MemoryTag.BLOCK);
    assertThat(vfs.openFiles()).isEmpty();
  }

  private void write(Vfs into, Path path, long number) throws IOException {
    Memory.putLong(buffer, number);
    try (VfsFile file = into.open(path, Vfs.Mode.CREATE)) {
      file.write(0, buffer, 8);
    }
  }

  private long read(VfsFile file) throws IOException {
    assertThat(file.read(0, buffer, 8)).isEqualTo(8);
    return Memory.getLong(buffer);
  }

  private static List<VfsFile> files(FilePool pool, Path folder, int count) {
    List<VfsFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(pool.file(folder.resolve("f" + i)));
    }
    return files;
  }

  @Test
  void aFileIsOpenedWhenItIsReadAndNeverMoreThanAllowed() throws IOException {
    FilePool pool = new FilePool(vfs, 3, memory);
    List<VfsFile> files = files(pool, Path.of("/d"), 20);
    assertThat(vfs.openFiles()).isEmpty();
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      int which = random.nextInt(20);
      assertThat(read(files.get(which))).isEqualTo(which);
      assertThat(files.get(which).size()).isEqualTo(8);
      assertThat(vfs.openFiles().size()).isBetween(1, 3);
      assertThat(pool.openFiles()).isEqualTo(vfs.openFiles().size());
    }
    for (VfsFile file : files) {
      file.close();
    }
    assertThat(pool.openFiles()).isZero();
    assertThatThrownBy(() -> read(files.getFirst())).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void whatIsReadAgainAndAgainStaysOpen() throws IOException {
    FilePool pool = new FilePool(vfs, 4, memory);
    List<VfsFile> files = files(pool, Path.of("/d"), 20);
    int closed = 0;
    for (int i = 1; i < 20; i++) {
      read(files.get(0));
      read(files.get(i));
      closed += vfs.openFiles().contains("/d/f0") ? 0 : 1;
    }
    assertThat(closed).isZero();
    for (VfsFile file : files) {
      file.close();
    }
  }

  @Test
  void aFileThatIsNotThereIsSaidAtItsFirstRead() throws IOException {
    VfsFile file = new FilePool(vfs, 2, memory).file(Path.of("/d/none"));
    assertThatThrownBy(() -> read(file)).isInstanceOf(NoSuchFileException.class);
    file.close();
  }

  @Test
  void whatIsOpenIsOpenedAgainWhenTheWayOfReadingChanges() throws IOException {
    vfs.refuseDirectReads(false);
    FilePool pool = new FilePool(vfs, 8, memory);
    List<VfsFile> files = files(pool, Path.of("/d"), 3);
    for (boolean direct : new boolean[] {false, true, true, false, true}) {
      pool.readDirectly(direct);
      assertThat(pool.readsDirectly()).isEqualTo(direct);
      for (int i = 0; i < 3; i++) {
        assertThat(read(files.get(i))).isEqualTo(i);
        assertThat(files.get(i).size()).isEqualTo(8);
      }
      assertThat(vfs.openFiles()).hasSize(3);
      assertThat(pool.openFiles()).isEqualTo(3);
      assertThat(vfs.openDirectly()).hasSize(direct ? 3 : 0);
    }
    for (VfsFile file : files) {
      file.close();
    }
    assertThat(pool.openFiles()).isZero();
  }

  @Test
  void whereDirectReadsAreRefusedTheSystemsCacheIsUsed() throws IOException {
    vfs.refuseDirectReads(true);
    FilePool pool = new FilePool(vfs, 8, memory);
    pool.readDirectly(true);
    try (VfsFile file = pool.file(Path.of("/d/f7"))) {
      assertThat(read(file)).isEqualTo(7);
      assertThat(pool.readsDirectly()).isFalse();
    }
  }

  /** Opens for direct reads, and then refuses them. */
  private static Vfs refusingToRead(SimVfs vfs) {
    return (Vfs)
        Proxy.newProxyInstance(
            Vfs.class.getClassLoader(),
            new Class<?>[] {Vfs.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("open") || arguments[1] != Vfs.Mode.READ_DIRECT) {
                return method.invoke(vfs, arguments);
              }
              VfsFile file = vfs.open((Path) arguments[0], Vfs.Mode.READ_DIRECT);
              return Proxy.newProxyInstance(
                  Vfs.class.getClassLoader(),
                  new Class<?>[] {VfsFile.class},
                  (self, call, values) -> {
                    if (call.getName().equals("read")) {
                      throw new UnsupportedOperationException("no direct reads");
                    }
                    return call.invoke(file, values);
                  });
            });
  }

  @Test
  void whereDirectReadsAreRefusedOnlyWhenItComesToReadingTheSystemsCacheIsUsed()
      throws IOException {
    vfs.refuseDirectReads(false);
    FilePool pool = new FilePool(refusingToRead(vfs), 8, memory);
    pool.readDirectly(true);
    List<VfsFile> files = files(pool, Path.of("/d"), 2);
    for (int i = 0; i < 2; i++) {
      assertThat(read(files.get(i))).isEqualTo(i);
    }
    assertThat(pool.readsDirectly()).isFalse();
    assertThat(vfs.openDirectly()).isEmpty();
    assertThat(pool.openFiles()).isEqualTo(2);
    for (VfsFile file : files) {
      file.close();
    }
  }

  @Test
  void readersOfManyThreadsAlwaysReadTheirOwnFile() throws Exception {
    Vfs real = RealVfs.system();
    for (int i = 0; i < 20; i++) {
      write(real, folder.resolve("f" + i), i);
    }
    FilePool pool = new FilePool(real, 2, memory);
    List<VfsFile> files = files(pool, folder, 20);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int seed = t;
        all.add(
            threads.submit(
                () -> {
                  Random random = new Random(seed);
                  long own = memory.allocate(8, MemoryTag.BLOCK);
                  for (int i = 0; i < 20_000; i++) {
                    int which = random.nextInt(20);
                    assertThat(files.get(which).read(0, own, 8)).isEqualTo(8);
                    assertThat(Memory.getLong(own)).isEqualTo(which);
                  }
                  memory.free(own, 8, MemoryTag.BLOCK);
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(pool.openFiles()).isLessThanOrEqualTo(2 + 4);
    for (VfsFile file : files) {
      file.close();
    }
    assertThat(pool.openFiles()).isZero();
  }

  @Test
  void theSystemTellsHowManyFilesMayBeOpen() {
    assertThat(RealVfs.system().mostOpenFiles()).isGreaterThanOrEqualTo(64);
    assertThat(RealVfs.byChannels().mostOpenFiles()).isEqualTo(RealVfs.USUAL_OPEN_FILES);
  }
}
