package io.velocitydb.engine.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FailingVfs.Fault;
import io.velocitydb.engine.faults.FailingVfs.Operation;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.RealVfs;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalProbeTest {
  private static final Path DIRECTORY = Path.of("/data");

  private final SimVfs sim = new SimVfs(1);
  private final FailingVfs vfs = new FailingVfs(sim);
  private final NativeMemory memory = new NativeMemory();

  WalProbeTest() throws IOException {
    sim.createDirectories(DIRECTORY);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(memory.allocated()).isZero();
    assertThat(sim.openFiles()).isEmpty();
    assertThat(sim.files()).isEmpty();
  }

  private WalIo choose(WalIo wanted, Vfs on, Path directory, Clock clock) throws IOException {
    return WalProbe.choose(wanted, Durability.ALWAYS, on, directory, memory, clock);
  }

  private WalIo choose(WalIo wanted) throws IOException {
    return choose(wanted, vfs, DIRECTORY, new FakeClock(0));
  }

  @Test
  void memoryIsPreferredWhereItWorksAsWell() throws IOException {
    assertThat(choose(WalIo.AUTO)).isEqualTo(WalIo.MMAP);
  }

  @Test
  void aProcessTriesOnlyOnce() throws IOException {
    choose(WalIo.AUTO);
    long syncs = vfs.count(Operation.SYNC);
    assertThat(syncs).isPositive();
    assertThat(choose(WalIo.AUTO)).isEqualTo(WalIo.MMAP);
    assertThat(vfs.count(Operation.SYNC)).isEqualTo(syncs);
  }

  @Test
  void nothingIsSyncedWhereWritesAreNot() throws IOException {
    WalIo chosen =
        WalProbe.choose(WalIo.AUTO, Durability.OS, vfs, DIRECTORY, memory, new FakeClock(0));
    assertThat(chosen).isEqualTo(WalIo.MMAP);
    assertThat(vfs.count(Operation.SYNC)).isZero();
  }

  @Test
  void whereFilesAreNotMappedTheyAreWritten() throws IOException {
    sim.refuseMappings();
    assertThat(choose(WalIo.AUTO)).isEqualTo(WalIo.FILE);
    assertThatThrownBy(() -> choose(WalIo.MMAP))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll("/data", "wal_io", "mmap", "use \"auto\"");
  }

  @Test
  void aFullDiskNeitherEndsTheStartNorIsRemembered() throws IOException {
    sim.setCapacity(16 * 1024);
    assertThat(choose(WalIo.AUTO)).isEqualTo(WalIo.FILE);
    assertThat(choose(WalIo.MMAP)).isEqualTo(WalIo.MMAP);
    sim.setCapacity(Long.MAX_VALUE);
    assertThat(choose(WalIo.AUTO)).isEqualTo(WalIo.MMAP);
  }

  @Test
  void aFailingDiskIsAnError() {
    vfs.fail(1, Set.of(Operation.SYNC), Fault.IO_ERROR, true);
    assertThatThrownBy(() -> choose(WalIo.AUTO)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> choose(WalIo.MMAP))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("use \"auto\"");
  }

  @Test
  void whatAProbeThatDiedHasLeftIsRemoved() throws IOException {
    sim.setContents(DIRECTORY.resolve(WalProbe.FILE), new byte[10]);
    assertThat(choose(WalIo.FILE)).isEqualTo(WalIo.FILE);
  }

  @Test
  void aRealFileSystemAnswersToo(@TempDir Path folder) throws IOException {
    WalIo way = choose(WalIo.AUTO, RealVfs.system(), folder, Clock.system());
    assertThat(way).isNotEqualTo(WalIo.AUTO);
    assertThat(folder).isEmptyDirectory();
  }
}
