package io.velocitydb.engine.cache;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who finds a block has that block until he lets go, while others push each other out. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the block or none; all memory given back")
@Outcome(expect = Expect.FORBIDDEN, desc = "another block, or memory that is lost")
@State
public class CacheShardStress {
  private static final int LENGTH = 64;

  private final NativeMemory memory = new NativeMemory();
  private final CacheShard shard = new CacheShard(memory, 0, 4096);
  private final BlockPin pin = new BlockPin(memory);
  private final long block = memory.allocate(LENGTH, MemoryTag.BLOCK);

  /** Room for two blocks. */
  private final long limit = shard.stats().bytes() + 2L * (LENGTH + NativeBuffer.PADDING);

  public CacheShardStress() {
    offer(1);
    offer(2);
  }

  private void offer(long key) {
    Memory.fill(block, LENGTH, (byte) key);
    shard.offer(key, BlockCache.hash(key), block, LENGTH, limit);
  }

  @Actor
  public void writer() {
    offer(3);
    offer(4);
    offer(1);
  }

  @Actor
  public void reader(II_Result result) {
    boolean own = true;
    for (long key = 1; key <= 3; key++) {
      if (shard.pin(key, BlockCache.hash(key), pin)) {
        own &= pin.length() == LENGTH;
        for (int i = 0; i < LENGTH; i++) {
          own &= Memory.getByte(pin.address() + i) == key;
        }
        pin.release();
      }
    }
    result.r1 = own ? 1 : 0;
  }

  @Arbiter
  public void end(II_Result result) {
    pin.close();
    shard.close();
    memory.free(block, LENGTH, MemoryTag.BLOCK);
    result.r2 = memory.allocated() == 0 ? 1 : 0;
  }
}
