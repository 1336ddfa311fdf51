package io.velocitydb.engine.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.sstable.DeletedStretch;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StretchPickerTest {
  private static final long NEWEST = 1_000;
  private static final long LEAST = 100;

  private static TableInfo table(long number, String from, String to, long sequence, long entries) {
    return new TableInfo(
        number,
        1,
        ModelEntry.bytes(from),
        ModelEntry.bytes(to),
        false,
        1,
        sequence,
        entries,
        0,
        0,
        0,
        0,
        0);
  }

  private static TableInfo deletes(
      long number, String from, String to, long sequence, long deletes, String last) {
    return table(number, from, to, sequence, deletes)
        .withStretch(new DeletedStretch(deletes, ModelEntry.bytes(last)));
  }

  private static SortedRun run(TableInfo... tables) {
    return new SortedRun(List.of(tables));
  }

  private static Optional<StretchPicker.Job> pick(SortedRun... runs) {
    return StretchPicker.pick(List.of(runs), NEWEST, LEAST);
  }

  @Test
  void aRowOfDeletesIsMergedWithWhatIsOlderAndInItsWay() {
    StretchPicker.Job job =
        pick(
                run(table(1, "a", "z", 9, 10)),
                run(deletes(2, "d", "k", 8, 500, "f")),
                run(table(3, "a", "c", 7, 10), table(4, "d", "e", 7, 10), table(5, "g", "p", 7, 9)),
                run(table(6, "c", "d", 6, 10), table(7, "f", "z", 5, 10)))
            .orElseThrow();
    assertThat(job.newest()).isEqualTo(1);
    assertThat(job.tables()).containsExactlyInAnyOrder(2L, 4L, 6L, 7L);
    assertThat(new String(job.end(), StandardCharsets.UTF_8)).isEqualTo("f\0");
  }

  @Test
  void aTableThatReachesFurtherDownTakesStillOlderOnesAlong() {
    StretchPicker.Job job =
        pick(
                run(deletes(1, "m", "p", 8, 500, "n")),
                run(table(2, "g", "m", 7, 10)),
                run(table(3, "a", "f", 6, 10), table(4, "h", "i", 6, 10)))
            .orElseThrow();
    assertThat(job.tables()).containsExactlyInAnyOrder(1L, 2L, 4L);
  }

  @Test
  void theLongestRowGoesFirstAndShortOnesStay() {
    SortedRun oldest = run(table(9, "a", "z", 1, 10));
    assertThat(pick(run(deletes(1, "d", "k", 8, LEAST - 1, "f")), oldest)).isEmpty();
    assertThat(pick(run(deletes(1, "d", "k", 8, LEAST, "f")), oldest)).isPresent();
    StretchPicker.Job job =
        pick(run(deletes(1, "d", "k", 8, 500, "f")), run(deletes(2, "d", "k", 7, 900, "j")), oldest)
            .orElseThrow();
    assertThat(job.tables()).containsExactlyInAnyOrder(2L, 9L);
    assertThat(job.newest()).isEqualTo(1);
  }

  @Test
  void deletesThatASnapshotNeedsStayUntilItIsClosed() {
    SortedRun oldest = run(table(9, "a", "z", 1, 10));
    assertThat(pick(run(deletes(1, "d", "k", NEWEST + 1, 500, "f")), oldest)).isEmpty();
    assertThat(pick(run(deletes(1, "d", "k", NEWEST, 500, "f")), oldest)).isPresent();
  }

  @Test
  void aFewDeletesDoNotMoveMuchData() {
    long most = 500 * (long) StretchPicker.MOST_ENTRIES_PER_DELETE;
    SortedRun deletes = run(deletes(1, "d", "k", 8, 500, "f"));
    assertThat(pick(deletes, run(table(9, "a", "z", 1, most)))).isEmpty();
    assertThat(pick(deletes, run(table(9, "a", "z", 1, most - 500)))).isPresent();
    assertThat(pick(deletes, run(table(9, "g", "z", 1, most)))).isPresent();
  }

  @Test
  void inTheOldestRunATableGoesAlone() {
    StretchPicker.Job job =
        pick(
                run(table(1, "a", "z", 9, 10)),
                run(table(2, "a", "c", 9, 10), deletes(3, "d", "k", 8, 500, "k")))
            .orElseThrow();
    assertThat(job.newest()).isEqualTo(1);
    assertThat(job.tables()).containsExactly(3L);
  }
}
