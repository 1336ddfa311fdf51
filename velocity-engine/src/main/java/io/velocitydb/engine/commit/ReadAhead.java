package io.velocitydb.engine.commit;

import io.velocitydb.engine.Entry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the tables hold for some operations of a batch. It stays true until a memtable becomes a
 * table; what was written meanwhile is still in memory.
 *
 * @param tablesSequence highest sequence in the tables that were read
 * @param entries by position of the operation: the newest entry in the tables, unless deleted
 */
public record ReadAhead(long tablesSequence, Map<Integer, Optional<Entry>> entries) {
  /** With what was read before for other operations, if it is still true. */
  ReadAhead with(@Nullable ReadAhead before) {
    if (before == null || before.tablesSequence != tablesSequence) {
      return this;
    }
    Map<Integer, Optional<Entry>> all = new HashMap<>(before.entries);
    all.putAll(entries);
    return new ReadAhead(tablesSequence, all);
  }
}
