package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.sstable.TableId;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.WalReplay;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which sequences a database that cannot be opened may have given out: a new one of its name begins
 * above them, so that no version comes again.
 */
final class DamagedSequences {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedSequences.class);

  /**
   * What is added to the highest sequence that can still be read, for those that cannot: at a
   * million writes a second it takes twelve days to give out so many, and there is room for 65,000
   * such drops.
   */
  private static final long UNREADABLE = 1L << 40;

  private DamagedSequences() {}

  /** A sequence that none of the database's reached, as far as its files tell. */
  static long above(StoreSetup setup) {
    Vfs vfs = setup.environment().vfs();
    long highest = 0;
    List<String> files;
    try {
      files = vfs.exists(setup.directory()) ? vfs.list(setup.directory()) : List.of();
    } catch (IOException e) {
      LOG.debug("{} cannot be listed", setup.directory(), e);
      return UNREADABLE;
    }
    for (String file : files) {
      try {
        highest = Math.max(highest, highest(setup, file));
      } catch (IOException | EngineException e) {
        LOG.debug("{} of {} cannot be read", file, setup.directory(), e);
      }
    }
    return highest + UNREADABLE;
  }

  private static long highest(StoreSetup setup, String file) throws IOException {
    var environment = setup.environment();
    if (file.equals(Manifest.FILE)) {
      return Manifest.read(environment.vfs(), setup.directory(), environment.memory())
          .state()
          .sequenceCeiling();
    }
    OptionalLong table = DataFiles.TABLES.number(file);
    if (table.isPresent()) {
      TableReader reader =
          TableReader.open(
              environment.vfs(),
              setup.tablePath(table.getAsLong()),
              new TableId(setup.id(), table.getAsLong()),
              environment.memory(),
              new TableMetrics());
      try {
        return reader.info().maxSequence();
      } finally {
        reader.release();
      }
    }
    OptionalLong segment = WalReplay.segmentNumber(file);
    return segment.isPresent()
        ? WalReplay.highestSequence(
            environment.vfs(),
            WalReplay.segmentPath(setup.directory(), segment.getAsLong()),
            environment.memory())
        : 0;
  }
}
