package io.velocitydb.engine.sstable;

import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeFragment;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables in a simulated file system. */
public final class TestTables {
  /** Keeps index and filter of every table out of memory. */
  static final TableMemory NO_ROOM =
      new TableMemory() {
        @Override
        public boolean hasRoomForFilter(long bytes) {
          return false;
        }

        @Override
        public boolean hasRoomForIndex(long bytes) {
          return false;
        }

        @Override
        public void loaded() {}

        @Override
        public void crowded(long bytes) {}
      };

  public final SimVfs vfs = new SimVfs(1);
  public final NativeMemory memory = new NativeMemory();
  public final TableMetrics metrics = new TableMetrics();

  /** What the tables of tests are. */
  public static TableId id(long number) {
    return new TableId(1, number);
  }

  public static Path path(long number) {
    return Path.of("/" + number + ".sst");
  }

  /** Writes entries in internal order and fragments in key order. */
  public TableInfo write(
      long number, TableOptions options, List<ModelEntry> entries, List<RangeFragment> fragments) {
    try (TableWriter writer = new TableWriter(vfs, path(number), id(number), options, memory);
        NativeBytes key = new NativeBytes(memory);
        NativeBytes value = new NativeBytes(memory)) {
      for (ModelEntry entry : entries) {
        key.set(ModelEntry.bytes(entry.key()));
        value.set(ModelEntry.bytes(entry.value()));
        writer.add(
            entry.sequence(),
            entry.kind(),
            entry.encoding(),
            entry.expiresAtMs(),
            key.address(),
            key.length(),
            value.address(),
            value.length());
      }
      for (RangeFragment fragment : fragments) {
        writer.addRangeTombstones(fragment);
      }
      return writer.finish();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public TableReader open(long number) {
    return TableReader.open(vfs, path(number), id(number), memory, metrics);
  }

  /** Opens a table as a database does. */
  TableReader open(TableInfo info, TableMemory room, @Nullable BlockCache cache) {
    Path path = path(info.fileNumber());
    try {
      return TableReader.lazy(
          vfs.open(path, Vfs.Mode.READ),
          path,
          1,
          info,
          memory,
          metrics,
          cache == null ? null : cache.file(),
          room);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public static RangeFragment fragment(String start, String end, long... sequences) {
    return new RangeFragment(ModelEntry.bytes(start), ModelEntry.bytes(end), sequences);
  }
}
