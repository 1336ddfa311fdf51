package io.velocitydb.engine.cache;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.RowCache.Row;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who holds a row reads what its file has of its key, while others take the cells of their set. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the row or none; nobody holds any")
@Outcome(expect = Expect.FORBIDDEN, desc = "another row, or one that is held for ever")
@State
public class RowCacheStress {
  private static final int KEYS = 18;
  private static final int VALUE = 24;
  private static final long FILE = 7;

  /** Room for one set. */
  private static final long BYTES = 4096;

  private final NativeMemory memory = new NativeMemory();
  private final RowCache rows = new RowCache(memory, BYTES);
  private final BlockPin pin = new BlockPin(memory);
  private final long readKey = memory.allocate(Long.BYTES, MemoryTag.BLOCK);
  private final long key = memory.allocate(Long.BYTES, MemoryTag.BLOCK);
  private final long value = memory.allocate(VALUE, MemoryTag.BLOCK);

  public RowCacheStress() {
    for (int i = 1; i < KEYS; i++) {
      offerTwice(i, FILE);
    }
  }

  private static long hash(int i) {
    return (long) i << 16;
  }

  private void offerTwice(int i, long file) {
    Memory.putLong(key, i);
    Memory.fill(value, VALUE, (byte) (i + file));
    for (int time = 0; time < 2; time++) {
      rows.offer(hash(i), file, key, Long.BYTES, (byte) 1, file, (byte) 0, 0, value, VALUE);
    }
  }

  @Actor
  public void writer() {
    offerTwice(KEYS, FILE);
    offerTwice(1, FILE + 1);
    offerTwice(2, FILE + 1);
  }

  @Actor
  public void reader(II_Result result) {
    boolean own = true;
    for (int i = 1; i <= KEYS; i++) {
      for (long file = FILE; file <= FILE + 1; file++) {
        own &= isOwn(i, file);
      }
    }
    result.r1 = own ? 1 : 0;
  }

  private boolean isOwn(int i, long file) {
    int place = rows.find(hash(i));
    Memory.putLong(readKey, i);
    if (place == RowCache.NONE
        || !rows.pin(place, file, readKey, Long.BYTES, Long.MAX_VALUE, pin)) {
      return true;
    }
    boolean own = Row.sequence(pin.address()) == file && Row.valueLength(pin.address()) == VALUE;
    for (int at = 0; at < VALUE; at++) {
      own &= Memory.getByte(Row.valueAddress(pin.address()) + at) == (byte) (i + file);
    }
    pin.release();
    return own;
  }

  @Arbiter
  public void end(II_Result result) {
    result.r2 = rows.held() == 0 ? 1 : 0;
    pin.close();
    rows.close();
    memory.free(readKey, Long.BYTES, MemoryTag.BLOCK);
    memory.free(key, Long.BYTES, MemoryTag.BLOCK);
    memory.free(value, VALUE, MemoryTag.BLOCK);
    result.r2 &= memory.allocated() == 0 ? 1 : 0;
  }
}
