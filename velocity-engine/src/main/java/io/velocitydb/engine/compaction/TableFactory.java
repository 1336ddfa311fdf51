package io.velocitydb.engine.compaction;

import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableWriter;
import java.io.IOException;

/** Gives a merge the files that it writes. */
public interface TableFactory {
  /** A writer of a new file, whose number was never used before. */
  TableWriter create() throws IOException;

  /** The merge failed: a finished table of it is not needed, nor any that was begun. */
  void discard(TableInfo table);
}
