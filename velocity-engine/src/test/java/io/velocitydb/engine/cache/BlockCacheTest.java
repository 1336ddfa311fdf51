package io.velocitydb.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockCacheTest {
  private static final int BLOCK = 4_000;

  private final NativeMemory memory = new NativeMemory();
  private final NativeBytes source = new NativeBytes(memory);
  private final BlockPin from = new BlockPin(memory);
  private final BlockPin into = new BlockPin(memory);

  @AfterEach
  void nothingIsLeft() {
    source.close();
    from.close();
    into.close();
    assertThat(memory.allocated()).isZero();
  }

  private void offer(CachedFile file, int i, int length) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) i);
    source.set(bytes);
    from.set(source.address(), length);
    file.offer(i, from);
  }

  private boolean hit(CachedFile file, int i) {
    boolean found = file.pin(i, into);
    if (found) {
      assertThat(Memory.getByte(into.address())).isEqualTo((byte) i);
      assertThat(Memory.getByte(into.address() + into.length() - 1)).isEqualTo((byte) i);
      into.release();
    }
    return found;
  }

  @Test
  void aBlockIsFoundWithItsContentsAndOnlyInItsFile() {
    try (BlockCache cache = new BlockCache(memory, 1 << 20);
        CachedFile one = cache.file();
        CachedFile two = cache.file()) {
      assertThat(hit(one, 7)).isFalse();
      offer(one, 7, BLOCK);
      assertThat(hit(one, 7)).isTrue();
      assertThat(hit(one, 8)).isFalse();
      assertThat(hit(two, 7)).isFalse();
      offer(one, 7, BLOCK);
      assertThat(cache.stats().blocks()).as("the same block again").isEqualTo(1);
      assertThat(cache.stats().hits()).isEqualTo(1);
    }
  }

  @Test
  void behindABlockWholeWordsMayBeRead() {
    try (BlockCache cache = new BlockCache(memory, 1 << 20);
        CachedFile file = cache.file()) {
      offer(file, 1, 13);
      file.pin(1, into);
      assertThat(Memory.getLong(into.address() + 13)).isZero();
      into.release();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5_000, 100_000, 1 << 20, 40 << 20})
  void itNeverHoldsMoreThanItsLimit(long limit) {
    try (BlockCache cache = new BlockCache(memory, limit);
        CachedFile file = cache.file()) {
      long administration = memory.allocated(MemoryTag.BLOCK_CACHE);
      Random random = new Random(limit);
      for (int i = 0; i < 20_000; i++) {
        offer(file, i, 1 + random.nextInt(2 * BLOCK));
        hit(file, random.nextInt(i + 1));
        assertThat(memory.allocated(MemoryTag.BLOCK_CACHE))
            .isLessThanOrEqualTo(Math.max(limit, administration));
      }
      assertThat(cache.stats().bytes()).isEqualTo(memory.allocated(MemoryTag.BLOCK_CACHE));
      if (limit >= 1 << 20) {
        assertThat(cache.stats().bytes())
            .as("what it may have it uses")
            .isGreaterThan(limit * 3 / 4);
      }
    }
  }

  @Test
  void whenItsLimitFallsBlocksGo() {
    AtomicLong limit = new AtomicLong(4 << 20);
    try (BlockCache cache = new BlockCache(memory, 4 << 20, limit::get, 0);
        CachedFile file = cache.file()) {
      for (int i = 0; i < 2_000; i++) {
        offer(file, i, BLOCK);
      }
      limit.set(2 << 20);
      for (int i = 2_000; i < 2_100; i++) {
        offer(file, i, BLOCK);
      }
      assertThat(cache.stats().bytes()).isLessThanOrEqualTo(2 << 20);
    }
  }

  @Test
  void itShrinksWhileBlocksAreReadAndGivesTheirMemoryBack() {
    AtomicLong limit = new AtomicLong(4 << 20);
    try (BlockCache cache = new BlockCache(memory, 4 << 20, limit::get, 64 << 10);
        CachedFile file = cache.file();
        BlockPin held = new BlockPin(memory)) {
      for (int i = 0; i < 1_000; i++) {
        offer(file, i, BLOCK);
      }
      assertThat(file.pin(999, held)).isTrue();
      limit.set(1 << 20);
      cache.trim();
      assertThat(memory.allocated(MemoryTag.BLOCK_CACHE)).isLessThanOrEqualTo(1 << 20);
      assertThat(Memory.getByte(held.address())).as("a block in use").isEqualTo((byte) 999);
      held.release();
      limit.set(4 << 20);
      for (int i = 0; i < 1_000; i++) {
        offer(file, i, BLOCK);
      }
      assertThat(cache.stats().bytes()).as("it grows again").isGreaterThan(3 << 20);
    }
  }

  @Test
  void itTellsHowManyMissesALargerCacheWouldNotHaveHad() {
    int step = 256 << 10;
    try (BlockCache cache = new BlockCache(memory, 2 << 20, () -> 2 << 20, step);
        CachedFile file = cache.file()) {
      assertThat(cache.foundWithMore()).containsExactly(0, 0, 0, 0, 0);
      // In turn, half a MiB more than fits: two steps more would have all, four certainly.
      int blocks = (2 << 20) / BLOCK + 2 * step / BLOCK;
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < blocks; i++) {
          if (!hit(file, i)) {
            offer(file, i, BLOCK);
          }
        }
      }
      long[] found = cache.foundWithMore();
      long misses = cache.stats().misses() - blocks;
      assertThat(found).isSorted();
      assertThat(found[2]).isGreaterThan(misses / 2);
      assertThat(found[4]).isBetween(misses * 3 / 4, misses * 5 / 4);
    }
  }

  @Test
  void blocksThatAreReadOnceAreNoReasonForALargerCache() {
    try (BlockCache cache = new BlockCache(memory, 1 << 20, () -> 1 << 20, 64 << 10);
        CachedFile file = cache.file()) {
      for (int i = 0; i < 20_000; i++) {
        offer(file, i, BLOCK);
      }
      assertThat(cache.foundWithMore()).containsExactly(0, 0, 0, 0, 0);
      assertThat(cache.stats().misses()).isEqualTo(20_000);
    }
  }

  @Test
  void ofALargeCacheASampleTellsTheSame() {
    int step = 1 << 20;
    try (BlockCache cache = new BlockCache(memory, 8 << 20, () -> 8 << 20, step);
        CachedFile file = cache.file()) {
      Random random = new Random(9);
      int blocks = (16 << 20) / BLOCK;
      long read = 0;
      for (int i = 0; i < 60_000; i++) {
        int block = random.nextInt(blocks);
        if (!hit(file, block)) {
          offer(file, block, BLOCK);
        }
        read++;
      }
      // Read evenly, each step more would find a sixteenth of all.
      long[] found = cache.foundWithMore();
      assertThat(found[0]).isBetween(read / 32, read / 8);
      assertThat(found[1]).isBetween(read / 16, read / 5);
    }
  }

  @Test
  void aScanLeavesWhatIsReadOftenInside() {
    try (BlockCache cache = new BlockCache(memory, 8 << 20);
        CachedFile file = cache.file()) {
      int often = 1_000;
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < often; i++) {
          if (!hit(file, i)) {
            offer(file, i, BLOCK);
          }
        }
      }
      for (int i = often; i < 50_000; i++) {
        offer(file, i, BLOCK);
      }
      int kept = 0;
      for (int i = 0; i < often; i++) {
        kept += hit(file, i) ? 1 : 0;
      }
      assertThat(kept).as("of %s blocks".formatted(often)).isGreaterThan(often * 95 / 100);
    }
  }

  /** Against the least recently used block going first, on the access pattern of YCSB. */
  @Test
  void ofASkewedPatternItKeepsMoreThanLeastRecentlyUsedWould() {
    int blocks = 20_000;
    Random random = new Random(1);
    int[] pattern = new int[400_000];
    for (int i = 0; i < pattern.length; i++) {
      // Some skew, and every tenth access a scan of blocks that nobody asks for again.
      pattern[i] =
          i % 10 == 9 ? blocks + i : (int) (blocks * Math.pow(random.nextDouble(), 4)) % blocks;
    }
    long hits = 0;
    long room;
    try (BlockCache cache = new BlockCache(memory, 8 << 20);
        CachedFile file = cache.file()) {
      for (int i : pattern) {
        if (hit(file, i)) {
          hits++;
        } else {
          offer(file, i, BLOCK);
        }
      }
      room = cache.stats().blocks();
    }
    var lru =
        new java.util.LinkedHashMap<Integer, Boolean>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(java.util.Map.Entry<Integer, Boolean> eldest) {
            return size() > room;
          }
        };
    long lruHits = 0;
    for (int i : pattern) {
      lruHits += lru.put(i, true) != null ? 1 : 0;
    }
    assertThat(hits).isGreaterThan(lruHits * 102 / 100);
  }

  @Test
  void whatIsPinnedStays() {
    try (BlockCache cache = new BlockCache(memory, 200_000);
        CachedFile file = cache.file()) {
      List<BlockPin> pins = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        offer(file, i, BLOCK);
        BlockPin pin = new BlockPin(memory);
        assertThat(file.pin(i, pin)).isTrue();
        pins.add(pin);
      }
      for (int i = 10; i < 1_000; i++) {
        offer(file, i, BLOCK);
      }
      for (int i = 0; i < 10; i++) {
        assertThat(Memory.getByte(pins.get(i).address() + BLOCK - 1)).isEqualTo((byte) i);
        pins.get(i).close();
      }
      for (int i = 1_000; i < 3_000; i++) {
        offer(file, i, BLOCK);
        hit(file, i);
        hit(file, i);
      }
      assertThat(hit(file, 0)).as("not pinned any more").isFalse();
    }
  }

  @Test
  void whenEverythingIsPinnedNothingComesInAndNobodyWaits() {
    try (BlockCache cache = new BlockCache(memory, 100_000);
        CachedFile file = cache.file()) {
      List<BlockPin> pins = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        offer(file, i, BLOCK);
        BlockPin pin = new BlockPin(memory);
        if (file.pin(i, pin)) {
          pins.add(pin);
        }
      }
      assertThat(pins).hasSizeBetween(10, 25);
      assertThat(cache.stats().bytes()).isLessThanOrEqualTo(100_000);
      pins.forEach(BlockPin::close);
    }
  }

  @Test
  void itsMemoryGoesWithTheLastFileThatIsClosed() {
    BlockCache cache = new BlockCache(memory, 1 << 20);
    CachedFile file = cache.file();
    offer(file, 1, BLOCK);
    file.pin(1, into);
    cache.close();
    assertThat(Memory.getByte(into.address())).isEqualTo((byte) 1);
    into.release();
    file.close();
    assertThat(memory.allocated(MemoryTag.BLOCK_CACHE)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void manyThreadsNeverSeeAnotherBlock(long seed) throws Exception {
    try (BlockCache cache = new BlockCache(memory, 600_000);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      CachedFile file = cache.file();
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Random random = new Random(seed * 10 + t);
        running.add(threads.submit(() -> readAndFill(file, random)));
      }
      for (Future<?> future : running) {
        future.get();
      }
      assertThat(cache.stats().evicted()).isPositive();
      assertThat(cache.stats().hits()).isPositive();
      file.close();
    }
  }

  private Object readAndFill(CachedFile file, Random random) {
    try (NativeBytes bytes = new NativeBytes(memory);
        BlockPin own = new BlockPin(memory);
        BlockPin pin = new BlockPin(memory)) {
      for (int n = 0; n < 300_000; n++) {
        int i = (int) (2_000 * Math.pow(random.nextDouble(), 3));
        int length = 500 + i % 100;
        if (file.pin(i, pin)) {
          long last = pin.address() + pin.length() - Integer.BYTES;
          if (pin.length() != length
              || Memory.getInt(pin.address()) != i
              || Memory.getInt(last) != i) {
            throw new AssertionError("block " + i + " is another");
          }
          pin.release();
        } else {
          bytes.set(new byte[length]);
          Memory.putInt(bytes.address(), i);
          Memory.putInt(bytes.address() + length - Integer.BYTES, i);
          own.set(bytes.address(), length);
          file.offer(i, own);
        }
      }
    }
    return true;
  }

  @Test
  void aHitAllocatesNothingOnTheHeap() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (BlockCache cache = new BlockCache(memory, 1 << 20);
        CachedFile file = cache.file()) {
      offer(file, 1, BLOCK);
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 30 || (round < 3_000 && least >= 1_000); round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_000; i++) {
          file.pin(1, into);
          into.release();
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes in 1,000 hits").isLessThan(1_000);
    }
  }
}
