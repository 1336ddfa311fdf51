package io.velocitydb.engine.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written while a sync is under way. */
class FileWalSyncTest {
  private static final Path DIRECTORY = Path.of("/wal");

  private final SimVfs vfs = new SimVfs(1);
  private final NativeMemory memory = new NativeMemory();
  private final NativeBytes key = new NativeBytes(memory);
  private final FileWal wal = new FileWal(hooked(Vfs.class, vfs), 7, 64 * 1024);
  private Action duringSync = () -> {};
  private long sequence;

  private interface Action {
    void run() throws IOException;
  }

  /** Passes calls on; when a file was synced, but before that is told, {@code duringSync} runs. */
  private <T> T hooked(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (real instanceof VfsFile && method.getName().equals("sync")) {
                Action action = duringSync;
                duringSync = () -> {};
                action.run();
              }
              return result instanceof VfsFile file ? hooked(VfsFile.class, file) : result;
            }));
  }

  @AfterEach
  void everythingIsGivenBack() throws IOException {
    wal.close();
    key.close();
    assertThat(memory.allocated()).isZero();
    assertThat(vfs.openFiles()).isEmpty();
  }

  private void put(String text) throws IOException {
    wal.reserve(1_000);
    wal.beginGroup(100, ++sequence, false);
    key.set(text);
    wal.entry(
        sequence,
        EntryKind.PUT,
        (byte) 0,
        0,
        key.address(),
        key.length(),
        key.address(),
        key.length());
    wal.endGroup();
  }

  @Test
  void aGroupWrittenDuringASyncWaitsForTheNextOne() throws IOException {
    vfs.createDirectories(DIRECTORY);
    wal.install(wal.create(DIRECTORY, memory, 1, 999, WalIo.FILE));
    put("before");
    long asked = wal.written();
    duringSync = () -> put("meanwhile");

    assertThat(wal.sync()).isEqualTo(asked);

    assertThat(wal.written()).isGreaterThan(asked);
    assertThat(wal.synced()).isEqualTo(asked);
    assertThat(wal.syncedPosition()).isEqualTo(new WalPosition(1, asked));
    assertThat(wal.sync()).isEqualTo(wal.written()).isEqualTo(wal.synced());
  }

  @Test
  void aSegmentThatIsFollowedDuringASyncCountsAsFarAsItWent() throws IOException {
    vfs.createDirectories(DIRECTORY);
    wal.install(wal.create(DIRECTORY, memory, 1, 999, WalIo.FILE));
    put("before");
    long asked = wal.written();
    duringSync =
        () -> {
          put("meanwhile");
          wal.sealActive();
          wal.install(wal.create(DIRECTORY, memory, 2, 998, WalIo.FILE));
          put("in the next");
        };

    wal.sync();

    assertThat(wal.synced()).isEqualTo(asked);
    assertThat(wal.sealedUnsynced()).isTrue();
    assertThat(wal.obsolete(sequence)).isEmpty();
    assertThat(wal.toArchive()).isEmpty();
    assertThat(wal.sync()).isEqualTo(wal.written());
    assertThat(wal.obsolete(sequence)).containsExactly(1L);
  }
}
