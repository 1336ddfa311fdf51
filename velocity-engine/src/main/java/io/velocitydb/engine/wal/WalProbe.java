package io.velocitydb.engine.wal;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.log.LogHeader;
import io.velocitydb.engine.log.LogWriter;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out how the log is written best where the data lies, by writing and syncing a small file
 * there in each way. Thread-safe; a process asks once for each file system and durability.
 */
public final class WalProbe {
  private static final Logger LOG = LoggerFactory.getLogger(WalProbe.class);

  static final String FILE = "WAL-PROBE.new";

  private static final int ROUNDS = 3;
  private static final int RECORDS = 256;
  private static final int SYNCS = 9;
  private static final long MOST_SYNC_NANOS = 20_000_000;

  /** A way must be better by this much than the one that is preferred. */
  private static final double CLEARLY = 0.8;

  /** Best first, where the measured difference is small. */
  private static final List<WalIo> PREFERENCE = List.of(WalIo.MMAP, WalIo.FILE, WalIo.IO_URING);

  private static final Set<String> IN_PLACE =
      Set.of("ext2", "ext3", "ext4", "xfs", "tmpfs", "overlay");

  private static final Map<Vfs, Map<Question, WalIo>> ANSWERS = new WeakHashMap<>();

  private record Question(String fileSystem, boolean synced) {}

  /** Median nanoseconds of a write that is not synced, and of one that is; 0 if none was tried. */
  private record Cost(long write, long sync) {
    private Cost least(Cost other) {
      return new Cost(Math.min(write, other.write), Math.min(sync, other.sync));
    }
  }

  private final Vfs vfs;
  private final Path file;
  private final NativeMemory memory;
  private final Clock clock;

  private WalProbe(Vfs vfs, Path directory, NativeMemory memory, Clock clock) {
    this.vfs = vfs;
    this.file = directory.resolve(FILE);
    this.memory = memory;
    this.clock = clock;
  }

  /**
   * The way to use.
   *
   * @param wanted by the options
   * @param durability that most writes will ask
   * @param directory where the data lies, and the probe's file for a moment
   * @throws EngineException if the wanted way does not work there
   */
  public static WalIo choose(
      WalIo wanted,
      Durability durability,
      Vfs vfs,
      Path directory,
      NativeMemory memory,
      Clock clock)
      throws IOException {
    WalProbe probe = new WalProbe(vfs, directory, memory, clock);
    // The process before may have died over it.
    probe.remove();
    if (wanted == WalIo.FILE) {
      return wanted;
    }
    if (wanted != WalIo.AUTO) {
      try {
        probe.cost(wanted, true);
        return wanted;
      } catch (DiskFullException e) {
        // Deletes must remain possible, and writes go on when there is space again.
        return wanted;
      } catch (IOException | UnsupportedOperationException e) {
        throw new EngineException(
            Kind.STORAGE_ERROR,
            Outcome.NOT_APPLIED,
            "the log of "
                + directory
                + " cannot be written by wal_io = \""
                + wanted.name().toLowerCase(Locale.ROOT)
                + "\" here ("
                + e.getMessage()
                + "); use \"auto\"",
            e);
      } finally {
        probe.remove();
      }
    }
    Question question = new Question(vfs.fileSystem(directory), durability == Durability.ALWAYS);
    synchronized (ANSWERS) {
      Map<Question, WalIo> known = ANSWERS.computeIfAbsent(vfs, v -> new java.util.HashMap<>());
      WalIo answer = known.get(question);
      if (answer == null) {
        try {
          answer = probe.best(question);
        } catch (DiskFullException e) {
          return WalIo.FILE;
        }
        known.put(question, answer);
      }
      return answer;
    }
  }

  private WalIo best(Question question) throws IOException {
    Map<WalIo, Cost> costs = new EnumMap<>(WalIo.class);
    // In turns, and the least of each: the first to be tried runs code that is not compiled yet.
    for (int round = 0; round < ROUNDS; round++) {
      for (WalIo way : PREFERENCE) {
        if (way == WalIo.MMAP && !overwritesInPlace(question.fileSystem)) {
          continue;
        }
        try {
          costs.merge(way, cost(way, question.synced), Cost::least);
        } catch (UnsupportedOperationException e) {
          LOG.debug("{} is no way to write the log here: {}", way, e.getMessage());
        } finally {
          remove();
        }
      }
    }
    WalIo best = WalIo.FILE;
    double least = Double.MAX_VALUE;
    for (WalIo way : PREFERENCE) {
      Cost cost = costs.get(way);
      if (cost != null) {
        double nanos = question.synced ? cost.sync : cost.write;
        if (nanos < least * CLEARLY) {
          best = way;
          least = nanos;
        }
      }
    }
    LOG.debug("ways to write the log on {}: {}, so {}", question.fileSystem, costs, best);
    return best;
  }

  /**
   * Whether bytes that are there can be written again without new space. Elsewhere touching a
   * mapped page may find the disk full, and no call would tell.
   */
  private static boolean overwritesInPlace(String fileSystem) {
    return IN_PLACE.contains(fileSystem.split(" ", 2)[0]);
  }

  private void remove() throws IOException {
    if (vfs.exists(file)) {
      vfs.delete(file);
    }
  }

  /**
   * Tries a way.
   *
   * @param sync whether syncs are tried, too; without, nothing waits for the disk
   */
  private Cost cost(WalIo way, boolean sync) throws IOException {
    long[] writes = new long[RECORDS];
    long[] syncs = new long[SYNCS];
    int synced = 0;
    try (VfsFile created = vfs.open(file, Vfs.Mode.CREATE);
        LogWriter writer =
            new LogWriter(
                WalOutputs.create(way, created, memory, WalOutputs.LEAST_STEP_BYTES, 0), 1, 0)) {
      writer.reserve(LogWriter.spaceFor((RECORDS + SYNCS) * (long) LogHeader.BYTES * 2));
      LogHeader record = new LogHeader(0, 0, 0, 0, 0);
      for (int i = 0; i < RECORDS; i++) {
        long start = clock.nanoTime();
        record.write(writer);
        writer.flush();
        writes[i] = clock.nanoTime() - start;
      }
      if (sync) {
        created.sync();
      }
      long end = clock.nanoTime() + MOST_SYNC_NANOS;
      while (sync && synced < SYNCS && (synced < 2 || clock.nanoTime() < end)) {
        long start = clock.nanoTime();
        record.write(writer, true);
        writer.flush();
        writer.sync();
        syncs[synced++] = clock.nanoTime() - start;
      }
    }
    return new Cost(median(writes, RECORDS), median(syncs, synced));
  }

  private static long median(long[] values, int count) {
    java.util.Arrays.sort(values, 0, count);
    return values[count / 2];
  }
}
