package io.velocitydb.engine.commit;

import io.velocitydb.engine.Entry;
import java.util.Map;
import java.util.Optional;

/**
 * What the tables hold for some operations of a batch. It stays true until a memtable becomes a
 * table; what was written meanwhile is still in memory.
 *
 * @param tablesSequence highest sequence in the tables that were read
 * @param entries by position of the operation: the newest entry in the tables, unless deleted
 */
public record ReadAhead(long tablesSequence, Map<Integer, Optional<Entry>> entries) {}
