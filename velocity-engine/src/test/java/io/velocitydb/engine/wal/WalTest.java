package io.velocitydb.engine.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.log.LogHeader;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WalTest {
  private static final Path DIRECTORY = Path.of("/wal");
  private static final long OWNER = 9;
  private static final long SEGMENT_BYTES = 64 * 1024;

  private final SimVfs vfs = new SimVfs(1);
  private final NativeMemory memory = new NativeMemory();
  private final NativeBytes key = new NativeBytes(memory);
  private final NativeBytes value = new NativeBytes(memory);
  private final List<WalName> names = new ArrayList<>();
  private FileWal wal = new FileWal(vfs, OWNER, SEGMENT_BYTES);
  private long sequence;

  /** How the log is written. */
  WalIo way() {
    return WalIo.FILE;
  }

  @BeforeEach
  void createDirectory() throws IOException {
    vfs.createDirectories(DIRECTORY);
  }

  @AfterEach
  void everythingIsGivenBack() throws IOException {
    wal.close();
    key.close();
    value.close();
    assertThat(memory.allocated()).isZero();
    assertThat(vfs.openFiles()).isEmpty();
  }

  private void segment() throws IOException {
    long number = names.isEmpty() ? 1 : names.getLast().number() + 1;
    WalName name = new WalName(number, 999 + number);
    wal.install(wal.create(DIRECTORY, memory, name.number(), name.salt(), way()));
    names.add(name);
  }

  /** One group of one entry. */
  private void put(String text) throws IOException {
    if (!wal.ready()) {
      segment();
    }
    wal.reserve(text.length() * 2L + Wal.GROUP_OVERHEAD_BYTES + Wal.ENTRY_OVERHEAD_BYTES);
    wal.beginGroup(100 + sequence, ++sequence, false);
    entry(text);
    wal.endGroup();
  }

  private void entry(String text) throws IOException {
    key.set(text);
    value.set(text);
    wal.entry(
        sequence,
        EntryKind.PUT,
        (byte) 2,
        sequence % 2 == 0 ? 0 : 777,
        key.address(),
        key.length(),
        value.address(),
        value.length());
  }

  private List<String> replay(WalRecovery mode) throws IOException {
    return replay(mode, WalPosition.START);
  }

  private List<String> replay(WalRecovery mode, WalPosition witness) throws IOException {
    Collector collector = new Collector();
    WalReplay.Result result =
        WalReplay.run(vfs, DIRECTORY, memory, OWNER, names, witness, mode, collector);
    problems = result.problems();
    replayedTo = (int) result.end().offset();
    return collector.keys;
  }

  private List<String> problems = List.of();
  private int replayedTo;

  private static final class Collector implements WalSink {
    private final List<String> keys = new ArrayList<>();

    @Override
    public boolean group(long commitTimeMs, long firstSequence, long lastSequence) {
      assertThat(commitTimeMs).isEqualTo(99 + firstSequence);
      return true;
    }

    @Override
    public void entry(
        long sequence,
        byte kind,
        byte encoding,
        long expiresAtMs,
        long keyAddress,
        int keyLength,
        long valueAddress,
        int valueLength) {
      assertThat(kind).isEqualTo(EntryKind.PUT);
      assertThat(encoding).isEqualTo((byte) 2);
      assertThat(expiresAtMs).isEqualTo(sequence % 2 == 0 ? 0 : 777);
      assertThat(Memory.compare(keyAddress, keyLength, valueAddress, valueLength)).isZero();
      keys.add(new String(Memory.bytes(keyAddress, keyLength), UTF_8));
    }

    @Override
    public void groupEnd() {}

    @Override
    public void progress(long done, long total) {
      assertThat(done).isLessThanOrEqualTo(total);
    }
  }

  private void damage(long segment, int offset) throws IOException {
    Path path = WalReplay.segmentPath(DIRECTORY, segment);
    byte[] contents = vfs.contents(path);
    contents[offset] ^= 1;
    vfs.setContents(path, contents);
  }

  private static void assertCorruption(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPTION))
        .hasMessageContainingAll(parts);
  }

  @Test
  void groupsComeBackInOrderOverSegments() throws IOException {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      if (wal.wantsSegment()) {
        segment();
      }
      String text = "entry" + i + "x".repeat(i * 7 % 900);
      put(text);
      written.add(text);
    }
    assertThat(names).hasSizeGreaterThan(3);
    assertThat(replay(WalRecovery.STRICT)).isEqualTo(written);
    assertThat(problems).isEmpty();
  }

  /** As where all writes to a segment were refused, and the database came to rest. */
  private void segmentWithoutGroups() throws IOException {
    segment();
    wal.reserve(100);
    wal.sealActive();
  }

  @Test
  void segmentsWithoutGroupsAreNoHoles() throws IOException {
    segmentWithoutGroups();
    put("first");
    wal.sealActive();
    segmentWithoutGroups();
    segmentWithoutGroups();
    put("second");
    wal.sealActive();
    put("third");
    assertThat(replay(WalRecovery.STRICT)).containsExactly("first", "second", "third");
    assertThat(problems).isEmpty();
  }

  @Test
  void aSegmentWithoutGroupsMayBeTheOldestThatIsLeft() throws IOException {
    put("in a table by now");
    wal.sealActive();
    segmentWithoutGroups();
    put("second");
    names.removeFirst();
    assertThat(replay(WalRecovery.STRICT)).containsExactly("second");
    assertThat(problems).isEmpty();
  }

  @Test
  void aSegmentThatLostItsGroupsIsAHole() throws IOException {
    put("lost");
    wal.sealActive();
    segmentWithoutGroups();
    put("second");
    Path path = WalReplay.segmentPath(DIRECTORY, 1);
    byte[] contents = vfs.contents(path);
    Arrays.fill(contents, 60, contents.length, (byte) 0);
    vfs.setContents(path, contents);
    assertThat(replay(WalRecovery.TAIL)).isEmpty();
  }

  @Test
  void aGroupLargerThanASegmentStaysWhole() throws IOException {
    put("before");
    String large = "l".repeat(300_000).substring(0, 60_000);
    put(large);
    put("after");
    assertThat(replay(WalRecovery.STRICT)).containsExactly("before", large, "after");
  }

  @Test
  void aTornTailIsCutWhenNothingBehindWasSynced() throws IOException {
    put("first");
    wal.sync();
    put("second");
    long end = wal.written();
    put("third");
    damage(1, (int) end + 20);
    assertThat(replay(WalRecovery.TAIL)).containsExactly("first", "second");
    assertThat(problems).singleElement().asString().contains("00000001.wal", "offset " + end);
  }

  @Test
  void strictRefusesATornTail() throws IOException {
    put("first");
    long end = wal.written();
    put("second");
    damage(1, (int) end + 20);
    assertCorruption(
        () -> replay(WalRecovery.STRICT), "00000001.wal", "offset " + end, "torn tail");
  }

  @Test
  void damageBeforeSyncedWritesRefusesToOpenAndSaysWhatIsAtRisk() throws IOException {
    put("first");
    long end = wal.written();
    put("second");
    wal.sync();
    put("witness of the sync");
    damage(1, (int) end + 20);
    assertCorruption(
        () -> replay(WalRecovery.TAIL),
        "00000001.wal",
        "offset " + end,
        "1 intact records",
        "--wal-recovery skip");
  }

  @Test
  void skipDropsWhatDoesNotMatchAndReportsIt() throws IOException {
    put("first");
    long end = wal.written();
    put("second");
    wal.sync();
    put("witness");
    damage(1, (int) end + 20);
    assertThat(replay(WalRecovery.SKIP)).containsExactly("first", "witness");
    assertThat(problems)
        .singleElement()
        .asString()
        .contains("00000001.wal", "offset " + end, "dropped");
  }

  @Test
  void aWitnessOutsideTheLogTellsThatItsEndIsMissing() throws IOException {
    put("first");
    long end = wal.written();
    put("second");
    wal.sync();
    WalPosition synced = wal.syncedPosition();
    Path path = WalReplay.segmentPath(DIRECTORY, 1);
    byte[] contents = vfs.contents(path);
    Arrays.fill(contents, (int) end, contents.length, (byte) 0);
    vfs.setContents(path, contents);
    assertCorruption(() -> replay(WalRecovery.TAIL, synced), "00000001.wal", "offset " + end);
    assertThat(replay(WalRecovery.TAIL)).containsExactly("first");
  }

  @Test
  void aHoleBeforeALaterSegmentIsNeverJumpedOver() throws IOException {
    put("first");
    long end = wal.written();
    put("second");
    fillSegment();
    put("in the next segment");
    assertThat(names).hasSize(2);
    Path path = WalReplay.segmentPath(DIRECTORY, 1);
    byte[] contents = vfs.contents(path);
    Arrays.fill(contents, (int) end, contents.length, (byte) 0);
    vfs.setContents(path, contents);
    assertThat(replay(WalRecovery.TAIL)).containsExactly("first");
    assertThat(problems).singleElement().asString().contains("1 intact records");
  }

  private void fillSegment() throws IOException {
    while (!wal.wantsSegment()) {
      put("f".repeat(4_000));
    }
    segment();
    while (wal.written() < SEGMENT_BYTES) {
      put("f".repeat(4_000));
    }
  }

  @Test
  void aHoleBeforeALaterSegmentIsCorruptionOnceItWasSynced() throws IOException {
    put("first");
    long end = wal.written();
    put("second");
    fillSegment();
    wal.sync();
    put("in the next segment");
    Path path = WalReplay.segmentPath(DIRECTORY, 1);
    vfs.setContents(path, Arrays.copyOf(vfs.contents(path), (int) end));
    assertCorruption(() -> replay(WalRecovery.TAIL), "00000001.wal", "offset " + end);
  }

  @Test
  void aSegmentShorterThanItsSyncedBeginningIsNeverATornTail() throws IOException {
    put("first");
    int end = (int) wal.written();
    put("second");
    Path path = WalReplay.segmentPath(DIRECTORY, 1);
    byte[] whole = vfs.contents(path);
    for (int length : new int[] {LogHeader.BYTES, end, whole.length - 1}) {
      vfs.setContents(path, Arrays.copyOf(whole, length));
      for (WalRecovery mode : List.of(WalRecovery.TAIL, WalRecovery.STRICT)) {
        assertCorruption(() -> replay(mode), "00000001.wal was cut", "offset " + length);
      }
      List<String> left = replay(WalRecovery.SKIP);
      assertThat(left).isEqualTo(List.of("first", "second").subList(0, left.size()));
      assertThat(left).hasSize(length < end ? 0 : length == end ? 1 : 2);
      assertThat(problems).singleElement().asString().contains("was cut");
    }
  }

  /** Every group knows where the segment before ended, also one that is not the first. */
  @Test
  void aHoleAtTheBeginningOfASegmentIsNeverJumpedOver() throws IOException {
    put("first");
    fillSegment();
    put("lost");
    put("kept");
    assertThat(names).hasSize(2);
    Path path = WalReplay.segmentPath(DIRECTORY, 2);
    byte[] bytes = vfs.contents(path);
    Arrays.fill(bytes, LogHeader.BYTES, LogHeader.BYTES + 40, (byte) 0);
    vfs.setContents(path, bytes);
    assertThat(replay(WalRecovery.TAIL)).startsWith("first").doesNotContain("lost", "kept");
    assertThat(problems).singleElement().asString().contains("cut a torn tail");
  }

  @Test
  void aSegmentGoesOnlyOnceAllOfItIsSyncedAndInTables() throws IOException {
    put("a");
    put("b");
    wal.sealActive();
    assertThat(wal.obsolete(2)).as("not synced").isEmpty();
    wal.sync();
    assertThat(wal.obsolete(1)).as("b is not in a table").isEmpty();
    assertThat(wal.obsolete(2)).containsExactly(1L);
    put("c");
    assertThat(wal.obsolete(99)).as("the active one stays").containsExactly(1L);
    wal.drop(List.of(1L));
    assertThat(wal.obsolete(99)).isEmpty();
    names.removeFirst();
  }

  /** Fills segments, and drops all but the last. */
  private void fillAndDrop(int segments) throws IOException {
    for (int i = 0; i < segments; i++) {
      segment();
      wal.sealActive();
      long before = wal.written();
      while (wal.written() - before < SEGMENT_BYTES) {
        put("old" + i + "x".repeat(1_000));
      }
    }
    wal.sync();
    List<Long> obsolete = wal.obsolete(sequence);
    wal.drop(obsolete);
    names.removeIf(name -> obsolete.contains(name.number()));
  }

  @Test
  void aDroppedSegmentIsUsedAgainAndItsOldGroupsAreNotThereAnyMore() throws IOException {
    fillAndDrop(3);
    assertThat(vfs.files()).as("the active one, and two that wait").hasSize(3);
    long used = vfs.usedBytes();
    List<String> expected = replay(WalRecovery.STRICT);
    segment();
    wal.sealActive();
    put("new");
    expected.add("new");
    wal.sync();
    assertThat(vfs.usedBytes()).isEqualTo(used);
    assertThat(vfs.files()).hasSize(3);
    byte[] contents = vfs.contents(WalReplay.segmentPath(DIRECTORY, names.getLast().number()));
    assertThat(new String(contents, UTF_8)).as("of its life before").contains("xxx");
    assertThat(replay(WalRecovery.STRICT)).isEqualTo(expected);
    assertThat(problems).isEmpty();
  }

  @Test
  void filesThatWaitAreFewAndCountedAndGivenBack() throws IOException {
    fillAndDrop(6);
    assertThat(vfs.files()).hasSize(1 + SegmentPool.MOST);
    assertThat(wal.bytes()).isBetween(3 * SEGMENT_BYTES, vfs.usedBytes());
    wal.removeSpares();
    assertThat(vfs.files()).hasSize(1);
    fillAndDrop(3);
    wal.close();
    assertThat(vfs.files()).hasSize(1);
  }

  @Test
  void aSegmentWithASecondNameIsNeverUsedAgain() throws IOException {
    fillAndDrop(1);
    Path second = Path.of("/checkpoint.wal");
    vfs.link(WalReplay.segmentPath(DIRECTORY, names.getLast().number()), second);
    byte[] linked = vfs.contents(second);
    fillAndDrop(5);
    fillAndDrop(5);
    assertThat(vfs.contents(second)).isEqualTo(linked);
    Path late = Path.of("/late.wal");
    vfs.link(
        vfs.files().stream().filter(path -> path.startsWith(DIRECTORY)).findFirst().orElseThrow(),
        late);
    linked = vfs.contents(late);
    fillAndDrop(5);
    fillAndDrop(5);
    assertThat(vfs.contents(late)).isEqualTo(linked);
  }

  @Test
  void aTornGroupInAFileUsedAgainIsCutAndReported() throws IOException {
    fillAndDrop(3);
    segment();
    wal.sealActive();
    put("kept");
    long number = names.getLast().number();
    List<String> expected = replay(WalRecovery.STRICT);
    int end = replayedTo;
    put("torn");
    damage(number, end + 20);
    assertThat(replay(WalRecovery.TAIL)).isEqualTo(expected);
    assertThat(problems).singleElement().asString().contains("torn tail", "offset " + end);
    assertCorruption(() -> replay(WalRecovery.STRICT), "torn tail");
  }

  @Test
  void aMissingSegmentIsCorruption() throws IOException {
    put("first");
    wal.close();
    vfs.delete(WalReplay.segmentPath(DIRECTORY, 1));
    assertCorruption(() -> replay(WalRecovery.TAIL), "00000001.wal is missing");
    assertThat(replay(WalRecovery.SKIP)).isEmpty();
    assertThat(problems).singleElement().asString().contains("missing");
  }

  @Test
  void aDamagedHeaderIsNeverATornTail() throws IOException {
    put("first");
    damage(1, 30);
    assertCorruption(() -> replay(WalRecovery.TAIL), "00000001.wal", "header");
    assertThat(replay(WalRecovery.SKIP)).containsExactly("first");
  }

  @Test
  void entriesOfAGroupComeTogetherOrNotAtAll() throws IOException {
    put("first");
    wal.reserve(1_000);
    wal.beginGroup(100 + sequence, ++sequence, false);
    for (int i = 0; i < 3; i++) {
      key.set("group");
      value.set("group");
      wal.entry(
          sequence,
          EntryKind.PUT,
          (byte) 2,
          sequence % 2 == 0 ? 0 : 777,
          key.address(),
          5,
          value.address(),
          5);
      sequence++;
    }
    long start = wal.written();
    wal.endGroup();
    byte[] whole = vfs.contents(WalReplay.segmentPath(DIRECTORY, 1));
    for (int cut = (int) start; cut < wal.written(); cut++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, cut, torn.length, (byte) 0);
      vfs.setContents(WalReplay.segmentPath(DIRECTORY, 1), torn);
      // The last byte of the group may be a zero itself.
      if (!Arrays.equals(torn, whole)) {
        assertThat(replay(WalRecovery.TAIL)).as("cut at %d", cut).containsExactly("first");
      }
    }
  }

  @Test
  void aSyncedGroupSurvivesAPowerLoss() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      SimVfs sim = new SimVfs(seed);
      sim.createDirectories(DIRECTORY);
      names.clear();
      sequence = 0;
      wal.close();
      try (Closing run = new Closing(sim)) {
        run.write();
      }
    }
    wal = new FileWal(vfs, OWNER, SEGMENT_BYTES);
  }

  /** One log on a file system of its own. */
  private final class Closing implements AutoCloseable {
    private final SimVfs sim;
    private final FileWal own;

    Closing(SimVfs sim) throws IOException {
      this.sim = sim;
      this.own = new FileWal(sim, OWNER, SEGMENT_BYTES);
      own.install(own.create(DIRECTORY, memory, 1, 5, way()));
    }

    void write() throws IOException {
      for (int i = 1; i <= 20; i++) {
        own.reserve(200);
        own.beginGroup(99 + i, i, false);
        key.set("k" + i);
        value.set("k" + i);
        own.entry(
            i,
            EntryKind.PUT,
            (byte) 2,
            i % 2 == 0 ? 0 : 777,
            key.address(),
            key.length(),
            value.address(),
            value.length());
        own.endGroup();
        if (i == 12) {
          own.sync();
        }
      }
      sim.powerLoss();
      Collector collector = new Collector();
      WalReplay.run(
          sim,
          DIRECTORY,
          memory,
          OWNER,
          List.of(new WalName(1, 5)),
          WalPosition.START,
          WalRecovery.TAIL,
          collector);
      assertThat(collector.keys.size()).isBetween(12, 20);
      for (int i = 0; i < collector.keys.size(); i++) {
        assertThat(collector.keys.get(i)).isEqualTo("k" + (i + 1));
      }
    }

    @Override
    public void close() throws IOException {
      own.close();
    }
  }
}
