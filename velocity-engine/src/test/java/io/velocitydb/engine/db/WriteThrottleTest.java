package io.velocitydb.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.memtable.Memtable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Writes against flushes, with time that only the test moves. */
class WriteThrottleTest {
  private static final int REQUEST_BYTES = 128;
  private static final long MEMTABLE_BYTES = 8 << 20;

  /** 100 MB a second. */
  private static final double FLUSH_BYTES_PER_NANO = 0.1;

  private final FakeClock clock = new FakeClock(0);
  private final StepBackground background = new StepBackground(1, clock);
  private int resumed;
  private final WriteThrottle throttle =
      new WriteThrottle(new TrackedBackground(background), () -> resumed++);

  private void flushesAreMeasured() {
    throttle.flushed(MEMTABLE_BYTES, (long) (MEMTABLE_BYTES / FLUSH_BYTES_PER_NANO));
  }

  /** Bytes taken in so many milliseconds by writers who always have more. */
  private long taken(double debt, int millis) {
    long bytes = 0;
    for (int i = 0; i < millis; i++) {
      while (throttle.admits(debt, clock.nanoTime())) {
        throttle.taken(REQUEST_BYTES);
        bytes += REQUEST_BYTES;
      }
      clock.advance(1);
    }
    return bytes;
  }

  @Test
  void theMoreDebtTheLessIsTaken() {
    flushesAreMeasured();
    double flushed = FLUSH_BYTES_PER_NANO * TimeUnit.MILLISECONDS.toNanos(1_000);
    assertRatio(taken(0.1, 1_000) / flushed, 9);
    assertRatio(taken(0.5, 1_000) / flushed, 1);
    assertRatio(taken(0.9, 1_000) / flushed, 1 / 9.0);
    assertThat(taken(1, 1_000)).isZero();
  }

  private static void assertRatio(double actual, double expected) {
    assertThat(actual).isBetween(expected * 0.98, expected * 1.02);
  }

  @Test
  void whoIsHeldBackIsCalledAgain() {
    while (throttle.admits(0.9, clock.nanoTime())) {
      throttle.taken(REQUEST_BYTES);
    }
    assertThat(resumed).isZero();
    background.runAll();
    assertThat(clock.nanoTime())
        .isBetween(WriteThrottle.LEAST_PAUSE_NANOS, WriteThrottle.MOST_PAUSE_NANOS);
    assertThat(resumed).isEqualTo(1);
    assertThat(throttle.admits(0.9, clock.nanoTime())).isTrue();
  }

  @Test
  void aTimerThatRunsBeforeItIsKnownToBeSetIsFollowedByOthers() {
    List<Runnable> timers = new ArrayList<>();
    StepBackground early =
        new StepBackground(1, clock) {
          @Override
          public void after(Lane lane, long nanos, Runnable task) {
            timers.add(task);
            task.run();
          }
        };
    WriteThrottle held = new WriteThrottle(new TrackedBackground(early), () -> resumed++);
    for (int i = 1; i <= 3; i++) {
      assertThat(held.admits(1, clock.nanoTime())).isFalse();
      assertThat(timers).hasSize(i);
      assertThat(resumed).isEqualTo(i);
    }
  }

  @Test
  void aLargeRequestIsTakenAndPaidForAfterwards() {
    flushesAreMeasured();
    assertThat(throttle.admits(0.5, clock.nanoTime())).isTrue();
    throttle.taken(10_000_000);
    clock.advance(90);
    assertThat(throttle.admits(0.5, clock.nanoTime())).isFalse();
    clock.advance(10);
    assertThat(throttle.admits(0.5, clock.nanoTime())).isTrue();
  }

  @Test
  void withoutDebtNothingIsHeldBackAndNothingIsOwed() {
    assertThat(throttle.admits(0.9, clock.nanoTime())).isTrue();
    throttle.taken(1 << 30);
    assertThat(throttle.admits(0.9, clock.nanoTime())).isFalse();
    assertThat(throttle.free()).isTrue();
    assertThat(throttle.admits(0.9, clock.nanoTime())).isTrue();
  }

  /**
   * Writers three times as fast as flushes; and every tenth flush takes ten times as long. Writes
   * are held back for a few milliseconds at a time, and never run into the end of the room.
   */
  @Test
  void writersThatAreFasterThanFlushesAreSlowedDownWithoutAStop() {
    flushesAreMeasured();
    long waiting = 0;
    long longestGapMs = 0;
    long gapMs = 0;
    long flushedBytes = 0;
    long flushNanos = 0;
    int flushes = 0;
    for (int ms = 0; ms < 20_000; ms++) {
      long most = (long) (3 * FLUSH_BYTES_PER_NANO * 1_000_000);
      long bytes = 0;
      while (bytes < most) {
        double debt = ((double) waiting / MEMTABLE_BYTES - 2) / 2;
        assertThat(debt).isLessThan(1);
        if (debt <= 0 ? !throttle.free() : !throttle.admits(debt, clock.nanoTime())) {
          break;
        }
        throttle.taken(REQUEST_BYTES);
        bytes += REQUEST_BYTES;
        waiting += REQUEST_BYTES;
      }
      gapMs = bytes == 0 ? gapMs + 1 : 0;
      longestGapMs = Math.max(longestGapMs, gapMs);
      clock.advance(1);
      if (waiting >= MEMTABLE_BYTES) {
        flushNanos += 1_000_000;
        double slower = flushes % 10 == 9 ? 10 : 1;
        if (flushNanos >= slower * MEMTABLE_BYTES / FLUSH_BYTES_PER_NANO) {
          throttle.flushed(MEMTABLE_BYTES, flushNanos);
          flushedBytes += MEMTABLE_BYTES;
          waiting -= MEMTABLE_BYTES;
          flushNanos = 0;
          flushes++;
        }
      }
    }
    assertThat(longestGapMs).isLessThanOrEqualTo(5);
    // The flusher was never without work for long: 19 flushes' time makes 10 flushes.
    assertThat(flushedBytes / 20e9).isGreaterThan(FLUSH_BYTES_PER_NANO * 10 / 19 * 0.98);
  }

  @Test
  void debtGrowsFromTwoMemtablesToTheNumberThatWritesStopAt() {
    try (var memory = new MemtablesOf(1_000_000)) {
      assertThat(memory.debt(0)).isNotPositive();
      assertThat(memory.debt(1)).isNotPositive();
      assertThat(memory.debt(2)).isBetween(0.0, 0.2);
      assertThat(memory.debt(3)).isBetween(0.4, 0.7);
      assertThat(memory.debt(WriteDebt.MAX_IMMUTABLES)).isGreaterThanOrEqualTo(1);
    }
  }

  /** Views with some memtables of a size each, and an empty one to write to. */
  private static final class MemtablesOf implements AutoCloseable {
    private final NativeMemory memory = new NativeMemory();
    private final long bytes;
    private final List<ReadView> views = new ArrayList<>();

    MemtablesOf(long bytes) {
      this.bytes = bytes;
    }

    double debt(int waiting) {
      List<ReadView.Immutable> immutables = new ArrayList<>();
      for (int i = 0; i < waiting; i++) {
        immutables.add(new ReadView.Immutable(full(), 0));
      }
      var active = new Memtable(memory);
      Tree tree =
          new Tree(
              Version.EMPTY,
              _ -> {
                throw new AssertionError();
              },
              _ -> {
                throw new AssertionError();
              });
      ReadView view = new ReadView(active, immutables, tree, 0);
      active.release();
      immutables.forEach(i -> i.table().release());
      views.add(view);
      return WriteDebt.ofMemtables(view, bytes);
    }

    private Memtable full() {
      var table = new Memtable(memory);
      long at = memory.allocate(1024, MemoryTag.CURSOR);
      for (long i = 1; table.bytes() < bytes; i++) {
        Memory.putLong(at, i);
        table.add(i, EntryKind.PUT, (byte) 0, 0, at, 8, at, 1000);
      }
      memory.free(at, 1024, MemoryTag.CURSOR);
      return table;
    }

    @Override
    public void close() {
      views.forEach(ReadView::release);
    }
  }
}
