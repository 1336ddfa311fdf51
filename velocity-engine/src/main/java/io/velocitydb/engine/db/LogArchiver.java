package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.WalArchive;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.FileWal;
import io.velocitydb.engine.wal.FileWal.SealedSegment;
import io.velocitydb.engine.wal.LogArchive;
import io.velocitydb.engine.wal.LogArchive.Archived;
import io.velocitydb.engine.wal.LogArchive.Contents;
import io.velocitydb.engine.wal.WalPosition;
import io.velocitydb.engine.wal.WalReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database's log segments into the archive, in their order. Writes never wait for it: a
 * segment that finds no space there, or that cannot be brought there for long, is left out; the
 * next one then does not begin where the last archived one ends, which tells the gap. One thread at
 * a time.
 */
final class LogArchiver {
  private static final Logger LOG = LoggerFactory.getLogger(LogArchiver.class);

  /** Segments that may wait while the archive cannot be written. */
  private static final int MOST_WAITING = 8;

  private static final String INGESTED = "a file was ingested, which is not in the log";
  private static final String UNFINISHED = "segment.new";

  private final StoreSetup setup;
  private final Path directory;
  private final long maxBytes;
  private final LogArchive archive;

  /** Sequence of the last write before the next segment. */
  private long after;

  /** Above it the first sequence of this opening was given out. */
  private long ceiling;

  /** Whether the last segment was left out. */
  private boolean inGap;

  LogArchiver(StoreSetup setup, WalArchive options) {
    this.setup = setup;
    this.directory = directory(options.directory(), setup.directory());
    this.maxBytes = options.maxBytes();
    this.archive =
        new LogArchive(
            setup.environment().vfs(), directory, setup.environment().memory(), setup.id());
  }

  /** Where the segments of a database are kept. */
  static Path directory(Path archive, Path databaseDirectory) {
    return archive.resolve(databaseDirectory.getFileName());
  }

  /**
   * Archives what the process before could not, before recovery removes it.
   *
   * @param named segments that the manifest names
   * @param end where recovery takes the log to end
   * @param start what was found, and above what sequences are given out now
   */
  void archiveFound(List<WalName> named, WalPosition end, LogArchive.Start start) {
    try {
      Set<Long> names = named.stream().map(WalName::number).collect(Collectors.toSet());
      Map<Long, Long> lastOf = new HashMap<>();
      archive.list().forEach(each -> lastOf.put(each.number(), each.last()));
      long archivedTo = lastOf.values().stream().mapToLong(Long::longValue).max().orElse(0);
      for (Map.Entry<Long, Path> file : segmentFiles().entrySet()) {
        long number = file.getKey();
        if (names.contains(number) && number > end.segment()) {
          continue;
        }
        Contents contents =
            scan(file.getValue(), number == end.segment() ? end.offset() : Long.MAX_VALUE);
        if (contents == null || contents.number() != number || contents.last() == 0) {
          continue;
        }
        if (contents.last() > archivedTo && contents.last() <= start.last()) {
          after = before(contents, lastOf);
          place(file.getValue(), contents);
        }
        lastOf.put(number, contents.last());
      }
      archive.noteStart(start);
    } catch (IOException e) {
      gap("what the last process had written could not be archived: " + e);
    }
    after = start.last();
    ceiling = start.ceiling();
  }

  /**
   * The last write before a segment; where nothing tells it, no archived one, so that a gap shows.
   */
  private long before(Contents contents, Map<Long, Long> lastOf) throws IOException {
    long unknown = contents.first() - 1;
    return contents.previous() == 0
        ? archive
            .notedStart()
            .filter(start -> contents.first() - start.ceiling() < LogArchive.UNLOGGED_JUMP)
            .map(LogArchive.Start::last)
            .orElse(unknown)
        : lastOf.getOrDefault(contents.previous(), unknown);
  }

  private Map<Long, Path> segmentFiles() throws IOException {
    Map<Long, Path> files = new TreeMap<>();
    for (String name : setup.environment().vfs().list(setup.directory())) {
      OptionalLong number = WalReplay.segmentNumber(name);
      if (number.isPresent()) {
        files.put(number.getAsLong(), setup.directory().resolve(name));
      }
    }
    return files;
  }

  /** Null for a file that was never a segment to its end. */
  private @org.jspecify.annotations.Nullable Contents scan(Path file, long end) throws IOException {
    try {
      return archive.scan(file, end);
    } catch (EngineException notOne) {
      LOG.debug("not archived: {}", notOne.getMessage());
      return null;
    }
  }

  /** Archives what is sealed and durable. */
  void archive(FileWal wal) throws IOException {
    List<SealedSegment> waiting = wal.toArchive();
    for (SealedSegment segment : waiting) {
      try {
        Contents contents = archive.scan(segment.path(), segment.end());
        if (contents.first() - Math.max(after, ceiling) >= LogArchive.UNLOGGED_JUMP) {
          gap(INGESTED);
          after = contents.first() - 1;
        }
        place(segment.path(), contents);
        if (contents.jumps()) {
          gap(INGESTED);
        }
      } catch (IOException | EngineException e) {
        if (waiting.size() <= MOST_WAITING) {
          LOG.warn(
              "database {}: a log segment waits for the archive: {}", setup.name(), e.toString());
          return;
        }
        gap("a log segment could not be archived: " + e);
      }
      after = segment.lastSequence();
      wal.archived(segment.number());
    }
  }

  private void place(Path segment, Contents contents) throws IOException {
    Vfs vfs = setup.environment().vfs();
    vfs.createDirectories(directory);
    long bytes = vfs.size(segment);
    for (Archived each : archive.list()) {
      bytes += vfs.size(each.path());
    }
    if (bytes > maxBytes) {
      gap("the archive of its log is full (" + maxBytes + " bytes)");
      return;
    }
    Path target = archive.pathOf(after, contents);
    if (vfs.exists(target)) {
      return;
    }
    Path unfinished = directory.resolve(UNFINISHED);
    if (vfs.exists(unfinished)) {
      vfs.delete(unfinished);
    }
    new FileTransfer(vfs, setup.environment().memory(), () -> {}).place(segment, unfinished);
    vfs.rename(unfinished, target);
    vfs.syncDirectory(directory);
    inGap = false;
  }

  private void gap(String why) {
    if (!inGap) {
      inGap = true;
      String text =
          why + "; no restore reaches beyond sequence " + after + " without a later checkpoint";
      LOG.warn("database {}: {}", setup.name(), text);
      setup.environment().listener().walArchiveGap(setup.name(), text);
    }
  }
}
