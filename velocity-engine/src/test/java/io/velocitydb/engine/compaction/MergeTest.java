package io.velocitydb.engine.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.MergingCursor;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableOptions;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.sstable.TableWriter;
import io.velocitydb.engine.sstable.TestTables;
import io.velocitydb.engine.tree.Sources;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules of a merge, one line each. Entries are written {@code key@sequence=value}, with {@code
 * !expiry} if they have one; {@code key@sequence-} deletes; {@code [start,end)@sequence} deletes a
 * range.
 */
class MergeTest {
  private static final Pattern POINT = Pattern.compile("(\\w+)@(\\d+)(?:=(\\w*)(?:!(\\d+))?|-)");
  private static final Pattern RANGE = Pattern.compile("\\[(\\w*),(\\w*)\\)@(\\d+)");
  private static final Pattern SNAPSHOT = Pattern.compile("(\\d+):(\\d+)");

  private final TestTables tables = new TestTables();
  private final List<Long> created = new ArrayList<>();
  private final List<TableInfo> discarded = new ArrayList<>();
  private Vfs vfs = tables.vfs;
  private Interruption interruption = Interruption.NONE;
  private long nextFile = 1;

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(tables.memory.allocated()).isZero();
    assertThat(tables.vfs.openFiles()).isEmpty();
  }

  private Memtable memtable(String text) {
    List<ModelEntry> entries = new ArrayList<>();
    for (String item : text.strip().split(" +", -1)) {
      Matcher point = POINT.matcher(item);
      Matcher range = RANGE.matcher(item);
      if (point.matches()) {
        boolean put = point.group(3) != null;
        long expiry = point.group(4) == null ? 0 : Long.parseLong(point.group(4));
        entries.add(
            new ModelEntry(
                point.group(1),
                Long.parseLong(point.group(2)),
                put ? EntryKind.PUT : EntryKind.DELETE,
                (byte) 0,
                expiry,
                put ? point.group(3) : ""));
      } else if (range.matches()) {
        entries.add(
            new ModelEntry(
                range.group(1),
                Long.parseLong(range.group(3)),
                EntryKind.RANGE_DELETE,
                (byte) 0,
                0,
                range.group(2)));
      } else if (!item.isEmpty()) {
        throw new IllegalArgumentException(item);
      }
    }
    entries.sort(java.util.Comparator.comparingLong(ModelEntry::sequence));
    Memtable memtable = new Memtable(tables.memory);
    try (NativeBytes key = new NativeBytes(tables.memory);
        NativeBytes value = new NativeBytes(tables.memory)) {
      for (ModelEntry e : entries) {
        key.set(ModelEntry.bytes(e.key()));
        value.set(ModelEntry.bytes(e.value()));
        memtable.add(
            e.sequence(),
            e.kind(),
            e.encoding(),
            e.expiresAtMs(),
            key.address(),
            key.length(),
            value.address(),
            value.length());
      }
    }
    return memtable;
  }

  private MergeResult merge(
      String text, List<LiveSnapshot> live, long nowMs, OlderRuns older, long fileBytes) {
    TableFactory factory =
        new TableFactory() {
          @Override
          public TableWriter create() throws IOException {
            long number = nextFile++;
            created.add(number);
            TableOptions options = TableOptions.defaults().withBlockBytes(64);
            return new TableWriter(
                vfs, TestTables.path(number), TestTables.id(number), options, tables.memory);
          }

          @Override
          public void discard(TableInfo table) {
            discarded.add(table);
          }
        };
    Memtable memtable = memtable(text);
    try (Sources sources = new Sources(tables.memory).add(memtable);
        MergingCursor entries = sources.cursor()) {
      return Merge.run(
          entries,
          sources.rangeTombstones(),
          live,
          nowMs,
          older,
          factory,
          ValueFiles.NONE,
          fileBytes,
          Slice.WHOLE,
          interruption,
          tables.memory);
    } finally {
      memtable.release();
    }
  }

  /** A run over the given inclusive bounds. */
  private static OlderRuns older(String bounds) {
    if (bounds.isEmpty()) {
      return OlderRuns.NONE;
    }
    String[] ends = bounds.split("-", 2);
    return new OlderRuns(
        List.of(
            new SortedRun(
                List.of(
                    new TableInfo(
                        99,
                        1,
                        ModelEntry.bytes(ends[0]),
                        ModelEntry.bytes(ends[1]),
                        false,
                        1,
                        1,
                        2,
                        0,
                        0,
                        0,
                        0,
                        0)))));
  }

  private String describe(List<TableInfo> infos) {
    StringBuilder text = new StringBuilder();
    for (TableInfo info : infos) {
      text.append(text.isEmpty() ? "" : " | ");
      TableReader table = tables.open(info.fileNumber());
      try (InternalCursor cursor = table.cursor(CacheUse.BYPASS)) {
        List<String> items = new ArrayList<>();
        for (ModelEntry e : ModelEntry.forward(cursor)) {
          items.add(
              e.key()
                  + "@"
                  + e.sequence()
                  + (e.kind() == EntryKind.DELETE ? "-" : "=" + e.value())
                  + (e.expiresAtMs() == 0 ? "" : "!" + e.expiresAtMs()));
        }
        var at = table.rangeTombstones().boundaries();
        for (at.next(); at.valid(); at.next()) {
          StringBuilder sequences = new StringBuilder();
          for (long s = at.covering(1000); s > 0; s = at.covering(s - 1)) {
            sequences.append(sequences.isEmpty() ? "" : ",").append(s);
          }
          items.add("/" + ModelEntry.text(at.keyAddress(), at.keyLength()) + ":" + sequences);
        }
        text.append(String.join(" ", items));
        table.verify();
      } finally {
        table.release();
      }
    }
    return text.toString();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      emptyValue = "",
      value = {
        "only the newest version stays;            a@1=x a@2=y b@3=z;      '';          '';   a@2=y b@3=z",
        "each snapshot keeps its version;          a@1=x a@2=y a@5=z;      1:0 3:0;     '';   a@5=z a@2=y a@1=x",
        "one version serves two snapshots;         a@1=x a@5=z;            2:0 3:0;     '';   a@5=z a@1=x",
        "a tombstone goes at the bottom;           a@1=x a@2-;             '';          '';   ''",
        "a tombstone stays over older data;        a@2- b@3-;              '';          a-a;  a@2-",
        "a tombstone stays over a snapshot;        a@1=x a@2-;             1:0;         '';   a@2- a@1=x",
        "a tombstone all snapshots see goes;       a@1=x a@2-;             2:0;         '';   ''",
        "a range delete drops what it covers;      a@1=x b@2=y [a,b)@3;    '';          '';   b@2=y",
        "a range delete stays over older data;     a@1=x [a,c)@3;          '';          b-b;  /a:3 /c:",
        "only the part over older data stays;      [a,c)@3 [c,e)@4;        '';          d-d;  /c:4 /e:",
        "a range delete spares newer entries;      a@5=x [a,b)@3;          '';          '';   a@5=x",
        "a snapshot keeps what it sees;            a@1=x [a,b)@3;          2:0;         '';   a@1=x /a:3 /b:",
        "a snapshot after the range needs nothing; a@1=x [a,b)@3;          4:0;         '';   ''",
        "each snapshot keeps its range delete;     [a,b)@1 [a,b)@4 [a,b)@9; 2:0 5:0;    a-b;  /a:9,4,1 /b:",
        "range deletes without end stay so;        [c,)@4 d@9=x;           '';          x-x;  d@9=x /c:4",
        "range deletes from the beginning too;     [,c)@4 a@2=x;           '';          a-a;  /:4 /c:",
        "what expired becomes a tombstone;         a@2=x!90;               '';          a-a;  a@2-",
        "what expired goes at the bottom;          a@1=w a@2=x!90;         '';          '';   ''",
        "what expires later stays;                 a@2=x!101;              '';          '';   a@2=x!101",
        "what expires now has expired;             a@2=x!100;              '';          '';   ''",
        "a snapshot's time judges for it;          a@2=x!90;               2:80;        '';   a@2=x!90",
        "expired for the snapshot too;             a@2=x!70;               2:80;        '';   ''",
        "a snapshot before it does not care;       a@2=x!90;               1:10;        '';   a@2-",
        "an older snapshot of the same entry;      a@2=x!90;               2:95 3:80;   '';   a@2=x!90",
        "an expired version hides for a snapshot;  a@1=w a@3=x!90;         2:10;        '';   a@3- a@1=w",
      })
  void rules(String rule, String input, String live, String older, String expected) {
    List<LiveSnapshot> snapshots = new ArrayList<>();
    Matcher matcher = SNAPSHOT.matcher(live);
    while (matcher.find()) {
      snapshots.add(
          new LiveSnapshot(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
    }
    MergeResult merged = merge(input, snapshots, 100, older(older.strip()), 1 << 20);
    assertThat(describe(merged.tables())).as(rule).isEqualTo(expected);
  }

  @Test
  void filesSplitBetweenKeysAndCutRangeTombstones() {
    StringBuilder input = new StringBuilder("[a,z)@900");
    for (int i = 0; i < 40; i++) {
      // Two versions of each key, both needed, must stay in one file.
      input.append(" k%02d@%d=older".formatted(i, 910 + i));
      input.append(" k%02d@%d=newer".formatted(i, 960 + i));
    }
    MergeResult merged =
        merge(input.toString(), List.of(new LiveSnapshot(955, 0)), 100, older("a-z"), 300);
    assertThat(merged.tables()).hasSizeGreaterThan(5);
    assertThat(merged.entriesRead()).isEqualTo(80);
    assertThat(merged.entriesWritten()).isEqualTo(80);
    SortedRun run = new SortedRun(merged.tables()); // would refuse files that overlap
    assertThat(run.bytes()).isEqualTo(merged.bytesWritten());
    byte[] covered = ModelEntry.bytes("a");
    for (TableInfo table : merged.tables()) {
      assertThat(table.smallest()).as("no gap in the range tombstone").isEqualTo(covered);
      assertThat(table.largestExclusive()).isTrue();
      assertThat(table.entries() % 2).isZero();
      covered = table.largest();
    }
    assertThat(covered).isEqualTo(ModelEntry.bytes("z"));
    describe(merged.tables());
  }

  @Test
  void everyFailureOfAFileLeavesNothingOpenAndNothingAllocated() {
    StringBuilder input = new StringBuilder("[a,z)@900");
    for (int i = 0; i < 30; i++) {
      input.append(" k%02d@%d=value".formatted(i, 910 + i));
    }
    FailingVfs failing = new FailingVfs(tables.vfs);
    vfs = failing;
    int failures = 0;
    for (long n = 1; ; n++) {
      discarded.clear();
      created.clear();
      failing.fail(n, FailingVfs.ALL, FailingVfs.Fault.IO_ERROR, false);
      try {
        MergeResult merged = merge(input.toString(), List.of(), 100, older("a-z"), 300);
        if (failing.failures() == failures) {
          assertThat(merged.tables()).hasSizeGreaterThan(3);
          break;
        }
        throw new AssertionError("not noticed: " + failing.lastFailure());
      } catch (EngineException e) {
        assertThat(e.kind()).isEqualTo(EngineException.Kind.STORAGE_ERROR);
        assertThat(created).hasSizeBetween(discarded.size(), discarded.size() + 1);
      }
      failures = (int) failing.failures();
      assertThat(tables.memory.allocated()).as("after failure %d", n).isZero();
      assertThat(tables.vfs.openFiles()).as("after failure %d", n).isEmpty();
    }
    assertThat(failures).isGreaterThan(10);
  }

  @Test
  void aMergeMayBeEnded() {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      input.append(" k%05d@%d=v%d".formatted(i, i + 1, i * 7919L));
    }
    endAtThirdCheck(input.toString());
    assertThat(created).hasSize(1);
  }

  @Test
  void aMergeThatWritesNothingMayBeEndedToo() {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      input.append(" k%05d@%d-".formatted(i, i + 1));
    }
    endAtThirdCheck(input.toString());
    assertThat(created).isEmpty();
  }

  private void endAtThirdCheck(String text) {
    int[] checks = new int[1];
    interruption =
        () -> {
          if (++checks[0] == 3) {
            throw new EngineException(EngineException.Kind.CLOSED, "closing");
          }
        };
    assertThatThrownBy(() -> merge(text, List.of(), 0, OlderRuns.NONE, 1 << 25))
        .hasMessage("closing");
    assertThat(checks[0]).isEqualTo(3);
    assertThat(discarded).isEmpty();
  }
}
