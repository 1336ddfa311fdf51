package io.velocitydb.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.DeletedStretch;
import io.velocitydb.engine.sstable.TableInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final Path DIRECTORY = Path.of("/db");
  private static final Path FILE = DIRECTORY.resolve(Manifest.FILE);

  private final SimVfs sim = new SimVfs(1);
  private final FailingVfs vfs = new FailingVfs(sim);
  private final NativeMemory memory = new NativeMemory();

  @BeforeEach
  void createDirectory() throws IOException {
    vfs.createDirectories(DIRECTORY);
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(memory.allocated()).isZero();
    assertThat(sim.openFiles()).isEmpty();
  }

  private Manifest create() throws IOException {
    return Manifest.create(
        vfs, DIRECTORY, memory, 3, Manifest.NEWEST_FORMAT, ManifestState.initial(10));
  }

  private Manifest.Contents read() throws IOException {
    return Manifest.read(vfs, DIRECTORY, memory);
  }

  private static TableInfo table(long number, String smallest, String largest) {
    return new TableInfo(
        number,
        1_000,
        smallest.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        largest.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        false,
        1,
        9,
        100,
        3,
        2,
        1,
        5,
        6);
  }

  private static VersionEdit everything() {
    return VersionEdit.builder()
        .sequenceCeiling(1_000)
        .flushedSequence(500)
        .engineTime(77)
        .addWal(new WalName(4, -99))
        .addTable(0, 5, table(5, "a", "m"))
        .addTable(0, 5, table(6, "n", "z"))
        .addTable(2, 3, table(3, "", "zz"))
        .applied(new Applied(8, 9))
        .build();
  }

  @Test
  void anEditIsThereAfterReopening() throws IOException {
    ManifestState written;
    try (Manifest manifest = create()) {
      written = manifest.apply(everything());
    }
    assertThat(written.version().runs()).extracting(Run::number).containsExactly(5L, 3L);
    assertThat(written.wals()).containsEntry(4L, -99L);
    assertThat(written.applied()).isEqualTo(Optional.of(new Applied(8, 9)));
    assertThat(read().state()).isEqualTo(written);
    try (Manifest manifest = Manifest.open(vfs, DIRECTORY, memory, read())) {
      written =
          manifest.apply(
              VersionEdit.builder()
                  .removeWal(4)
                  .removeTable(5)
                  .cleanClose(new CleanClose(4, 100, 600))
                  .build());
      assertThat(written.version().tables())
          .extracting(TableInfo::fileNumber)
          .containsExactly(6L, 3L);
    }
    assertThat(read().state()).isEqualTo(written);
    assertThat(written.cleanClose()).contains(new CleanClose(4, 100, 600));
  }

  @Test
  void aStretchOfDeletesIsKeptByAFormatThatKnowsIt() throws IOException {
    DeletedStretch stretch = new DeletedStretch(70, new byte[] {'b', 0});
    VersionEdit edit =
        VersionEdit.builder()
            .addTable(0, 5, table(5, "a", "m").withStretch(stretch))
            .addTable(0, 5, table(6, "n", "z"))
            .build();
    try (Manifest manifest = create()) {
      manifest.apply(edit);
    }
    for (int opened = 0; opened < 2; opened++) {
      // Once as it was added, once as part of the whole state.
      List<TableInfo> tables = read().state().version().tables();
      assertThat(tables.getFirst().stretch().deletes()).isEqualTo(70);
      assertThat(tables.getFirst().stretch().last()).isEqualTo(stretch.last());
      assertThat(tables.getLast().stretch().isPresent()).isFalse();
      try (Manifest manifest = Manifest.open(vfs, DIRECTORY, memory, read())) {
        manifest.apply(VersionEdit.builder().engineTime(opened).build());
      }
    }
    vfs.delete(DIRECTORY.resolve(Manifest.FILE));
    try (Manifest old = Manifest.create(vfs, DIRECTORY, memory, 3, 1, ManifestState.initial(10))) {
      old.apply(edit);
    }
    assertThat(read().state().version().tables())
        .hasSize(2)
        .noneMatch(table -> table.stretch().isPresent());
  }

  @Test
  void aLongHistoryIsRewrittenAndKeepsItsState() throws IOException {
    ManifestState last;
    try (Manifest manifest = create()) {
      last = manifest.apply(everything());
      for (int i = 0; i < 20_000; i++) {
        last = manifest.apply(VersionEdit.builder().sequenceCeiling(1_000 + i).build());
      }
    }
    assertThat(read().state()).isEqualTo(last);
    assertThat(sim.size(FILE)).isLessThan(1 << 20);
  }

  @Test
  void everyFlippedByteIsAnErrorOrAnEditThatWasNeverWitnessed() throws IOException {
    try (Manifest manifest = create()) {
      manifest.apply(everything());
      manifest.apply(VersionEdit.builder().sequenceCeiling(2_000).build());
    }
    ManifestState before = read().state();
    byte[] intact = sim.contents(FILE);
    for (int i = 0; i < intact.length; i++) {
      byte[] damaged = intact.clone();
      damaged[i] ^= 0x10;
      sim.setContents(FILE, damaged);
      Manifest.Contents contents;
      try {
        contents = read();
      } catch (EngineException e) {
        assertThat(e.kind()).isEqualTo(Kind.CORRUPTION);
        assertThat(e.getMessage()).contains("MANIFEST");
        continue;
      }
      // Only the very last edit may be taken for torn.
      assertThat(contents.torn()).isTrue();
      assertThat(contents.state().sequenceCeiling()).isEqualTo(1_000);
      assertThat(contents.state().version()).isEqualTo(before.version());
    }
  }

  @Test
  void everyCutLeavesAPrefixOrIsAnError() throws IOException {
    try (Manifest manifest = create()) {
      manifest.apply(everything());
      manifest.apply(VersionEdit.builder().sequenceCeiling(2_000).build());
    }
    byte[] intact = sim.contents(FILE);
    for (int length = 0; length < intact.length; length++) {
      sim.setContents(FILE, Arrays.copyOf(intact, length));
      try {
        assertThat(read().state().sequenceCeiling()).isIn(10L, 1_000L);
      } catch (EngineException e) {
        assertThat(e.kind()).isEqualTo(Kind.CORRUPTION);
      }
    }
  }

  @Test
  void aTornLastEditIsCutAndTheNextOneIsReadable() throws IOException {
    try (Manifest manifest = create()) {
      manifest.apply(everything());
      manifest.apply(VersionEdit.builder().sequenceCeiling(2_000).build());
    }
    byte[] intact = sim.contents(FILE);
    sim.setContents(FILE, Arrays.copyOf(intact, intact.length - 3));
    try (Manifest manifest = Manifest.open(vfs, DIRECTORY, memory, read())) {
      manifest.apply(VersionEdit.builder().sequenceCeiling(3_000).build());
    }
    assertThat(read().torn()).isFalse();
    assertThat(read().state().sequenceCeiling()).isEqualTo(3_000);
  }

  @Test
  void afterAFailedSyncNoEditIsTaken() throws IOException {
    try (Manifest manifest = create()) {
      vfs.fail(1, EnumSet.of(FailingVfs.Operation.SYNC), FailingVfs.Fault.IO_ERROR, false);
      assertThatThrownBy(() -> manifest.apply(everything())).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> manifest.apply(everything()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("an earlier edit");
    }
  }

  @Test
  void afterAFailedSyncTheNextProcessLeavesAManifestThatSurvivesAPowerLoss() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      SimVfs disk = new SimVfs(seed);
      FailingVfs own = new FailingVfs(disk);
      own.createDirectories(DIRECTORY);
      try (Manifest manifest =
          Manifest.create(
              own, DIRECTORY, memory, 3, Manifest.NEWEST_FORMAT, ManifestState.initial(10))) {
        own.fail(1, EnumSet.of(FailingVfs.Operation.SYNC), FailingVfs.Fault.IO_ERROR, false);
        assertThatThrownBy(() -> manifest.apply(everything())).isInstanceOf(IOException.class);
      }
      try (Manifest manifest =
          Manifest.open(own, DIRECTORY, memory, Manifest.read(own, DIRECTORY, memory))) {
        manifest.apply(VersionEdit.builder().sequenceCeiling(2_000).build());
        manifest.apply(VersionEdit.builder().sequenceCeiling(3_000).build());
      }
      disk.powerLoss();
      assertThat(Manifest.read(own, DIRECTORY, memory).state().sequenceCeiling())
          .as("seed %d", seed)
          .isEqualTo(3_000);
    }
  }

  @Test
  void whatWasReadIsDurableOnceAskedForAndKeepsAnOrderlyClose() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      SimVfs disk = new SimVfs(seed);
      FailingVfs own = new FailingVfs(disk);
      own.createDirectories(DIRECTORY);
      CleanClose end = new CleanClose(4, 100, 600);
      try (Manifest manifest =
          Manifest.create(
              own, DIRECTORY, memory, 3, Manifest.NEWEST_FORMAT, ManifestState.initial(10))) {
        own.fail(1, EnumSet.of(FailingVfs.Operation.SYNC), FailingVfs.Fault.IO_ERROR, false);
        assertThatThrownBy(() -> manifest.apply(VersionEdit.builder().cleanClose(end).build()))
            .isInstanceOf(IOException.class);
      }
      try (Manifest manifest =
          Manifest.open(own, DIRECTORY, memory, Manifest.read(own, DIRECTORY, memory))) {
        manifest.makeDurable();
        long syncs = own.count(FailingVfs.Operation.SYNC);
        manifest.makeDurable();
        assertThat(own.count(FailingVfs.Operation.SYNC)).as("once is enough").isEqualTo(syncs);
      }
      disk.powerLoss();
      assertThat(Manifest.read(own, DIRECTORY, memory).state().cleanClose())
          .as("seed %d", seed)
          .contains(end);
    }
  }

  @Test
  void openingWritesNothing() throws IOException {
    create().close();
    long changes = sim.changes();
    Manifest.open(vfs, DIRECTORY, memory, read()).close();
    assertThat(sim.changes()).isEqualTo(changes);
  }

  @Test
  void aSyncThatFindsTheDiskFullIsAFailedSync() throws IOException {
    try (Manifest manifest = create()) {
      vfs.fail(1, EnumSet.of(FailingVfs.Operation.SYNC), FailingVfs.Fault.DISK_FULL, false);
      assertThatThrownBy(() -> manifest.apply(everything())).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> manifest.apply(everything()))
          .hasMessageContaining("an earlier edit");
    }
  }

  @Test
  void afterAFullDiskTheNextEditIsTaken() throws IOException {
    ManifestState written;
    try (Manifest manifest = create()) {
      manifest.apply(VersionEdit.builder().sequenceCeiling(100).build());
      vfs.fail(1, EnumSet.of(FailingVfs.Operation.WRITE), FailingVfs.Fault.DISK_FULL, false);
      assertThatThrownBy(() -> manifest.apply(everything())).isInstanceOf(IOException.class);
      assertThat(manifest.state().sequenceCeiling()).isEqualTo(100);
      written = manifest.apply(everything());
    }
    assertThat(read().state()).isEqualTo(written);
  }

  @Test
  void aMissingManifestIsCorruption() {
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPTION))
        .hasMessageContaining("MANIFEST is missing");
  }

  @Test
  void aPowerLossLeavesEveryAcknowledgedEdit() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      SimVfs own = new SimVfs(seed);
      own.createDirectories(DIRECTORY);
      long acknowledged = 10;
      Manifest manifest =
          Manifest.create(
              own, DIRECTORY, memory, 3, Manifest.NEWEST_FORMAT, ManifestState.initial(10));
      own.powerOffAfter(1 + seed % 20);
      try (manifest) {
        for (long ceiling = 11; ceiling < 40; ceiling++) {
          manifest.apply(VersionEdit.builder().sequenceCeiling(ceiling).build());
          acknowledged = ceiling;
        }
      } catch (IOException expected) {
        assertThat(own.isOff()).isTrue();
      }
      own.powerLoss();
      assertThat(Manifest.read(own, DIRECTORY, memory).state().sequenceCeiling())
          .as("seed %d", seed)
          .isBetween(acknowledged, acknowledged + 1);
    }
  }

  @Test
  void aFileNumberStaysUnknownUntilItIsNamedOrGivenUp() throws IOException {
    try (Manifest manifest = create()) {
      long first = manifest.newFileNumber();
      long second = manifest.newFileNumber();
      assertThat(manifest.apply(VersionEdit.builder().build()).nextFileNumber()).isEqualTo(first);
      manifest.apply(VersionEdit.builder().addWal(new WalName(first, 0)).build());
      assertThat(manifest.state().nextFileNumber()).isEqualTo(second);
      manifest.forgetFileNumber(second);
      manifest.apply(VersionEdit.builder().build());
      assertThat(manifest.state().nextFileNumber()).isEqualTo(second + 1);
    }
  }
}
