package io.velocitydb.engine.wal;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.log.LogHeader;
import io.velocitydb.engine.log.LogReader;
import io.velocitydb.engine.log.LogReader.Step;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the log of a database from its oldest segment to its end, and decides what is a torn tail
 * and what is damage.
 *
 * <p>Where an intact group is followed by something else, the log may end: everything behind is cut
 * if nothing there was known to be synced. The witnesses of what was synced are all intact groups,
 * also those behind, and the manifest's record of an orderly close. If any of them names a later
 * place as synced, acknowledged writes are missing: that is corruption.
 */
public final class WalReplay {
  /** How much is read before the sink is told of it again. */
  private static final long PROGRESS_BYTES = 1L << 20;

  private final Vfs vfs;
  private final Path directory;
  private final NativeMemory memory;
  private final long owner;
  private final WalRecovery mode;
  private final WalSink sink;

  private final List<String> problems = new ArrayList<>();
  private WalPosition end = WalPosition.START;
  private WalPosition witness = WalPosition.START;
  private boolean lost;
  private boolean stopped;

  /** Behind the last group that was taken; the beginning if there was none. */
  private WalPosition lastGroupEnd = WalPosition.START;

  /** The first that the manifest names. */
  private long firstSegment;

  private long records;
  private long bytes;
  private long doneBytes;
  private long totalBytes;
  private long toldBytes;
  private long lastSequence;
  private long lastTimeMs;

  private WalReplay(
      Vfs vfs,
      Path directory,
      NativeMemory memory,
      long owner,
      WalRecovery mode,
      WalPosition witness,
      WalSink sink) {
    this.vfs = vfs;
    this.directory = directory;
    this.memory = memory;
    this.owner = owner;
    this.mode = mode;
    this.witness = witness;
    this.sink = sink;
  }

  /**
   * What was read.
   *
   * @param records entries handed to the sink
   * @param bytes bytes of their groups
   * @param lastSequence highest sequence among them; 0 for none
   * @param lastTimeMs highest commit time; 0 for none
   * @param end where the log ends, as far as it is taken
   * @param problems one line for each thing that was cut or dropped
   */
  public record Result(
      long records,
      long bytes,
      long lastSequence,
      long lastTimeMs,
      WalPosition end,
      List<String> problems) {

    /** Of a log that need not be read, and ends there. */
    public static Result nothing(WalPosition end) {
      return new Result(0, 0, 0, 0, end, List.of());
    }
  }

  /**
   * Replays segments.
   *
   * @param segments what the manifest names, in order of their numbers
   * @param witness up to where the manifest knows the log to be synced
   * @param sink takes the entries
   * @throws EngineException if the log is damaged and {@code mode} does not allow to go on
   */
  public static Result run(
      Vfs vfs,
      Path directory,
      NativeMemory memory,
      long owner,
      List<WalName> segments,
      WalPosition witness,
      WalRecovery mode,
      WalSink sink)
      throws IOException {
    // A segment goes only when all that it held is in tables; then nothing of it can be missing.
    boolean needed = segments.stream().anyMatch(s -> s.number() == witness.segment());
    WalReplay replay =
        new WalReplay(
            vfs, directory, memory, owner, mode, needed ? witness : WalPosition.START, sink);
    replay.readAll(segments);
    return new Result(
        replay.records,
        replay.bytes,
        replay.lastSequence,
        replay.lastTimeMs,
        replay.end,
        List.copyOf(replay.problems));
  }

  /** Number of a segment from its file name; empty for other files. */
  public static java.util.OptionalLong segmentNumber(String fileName) {
    return WalFormat.SEGMENTS.number(fileName);
  }

  /** File of a segment. */
  public static Path segmentPath(Path directory, long number) {
    return WalFormat.SEGMENTS.path(directory, number);
  }

  /** What a manifest would call a segment of this log; empty if its header says otherwise. */
  public static Optional<WalName> segmentName(Vfs vfs, Path path, NativeMemory memory, long owner)
      throws IOException {
    try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
      LogHeader header = LogHeader.read(file, path, WalFormat.MAGIC, WalFormat.FORMAT, memory);
      boolean right =
          header.owner() == owner && path.equals(segmentPath(path.getParent(), header.number()));
      return right ? Optional.of(new WalName(header.number(), header.salt())) : Optional.empty();
    } catch (EngineException e) {
      if (e.kind() == Kind.UNSUPPORTED_FORMAT) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /**
   * The highest sequence of the intact groups of one segment that the manifest does not name; 0 for
   * none, or if its header is damaged.
   */
  public static long highestSequence(Vfs vfs, Path path, NativeMemory memory) throws IOException {
    try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
      LogHeader header;
      try {
        header = LogHeader.read(file, path, WalFormat.MAGIC, WalFormat.FORMAT, memory);
      } catch (EngineException e) {
        if (e.kind() == Kind.UNSUPPORTED_FORMAT) {
          throw e;
        }
        return 0;
      }
      long highest = 0;
      try (LogReader reader = new LogReader(file, memory, header.salt())) {
        boolean first = true;
        for (Step step = reader.step(); step != Step.END; step = reader.step()) {
          if (step == Step.RECORD && !first) {
            WalGroup group =
                WalGroup.parse(
                    reader.recordAddress(), reader.recordLength(), path, reader.recordStart());
            highest = Math.max(highest, group.lastSequence());
          }
          first = false;
        }
      }
      return highest;
    }
  }

  private void readAll(List<WalName> segments) throws IOException {
    List<WalName> present = new ArrayList<>();
    firstSegment = segments.isEmpty() ? 0 : segments.getFirst().number();
    for (WalName segment : segments) {
      Path path = WalFormat.SEGMENTS.path(directory, segment.number());
      if (vfs.exists(path)) {
        totalBytes += vfs.size(path);
        present.add(segment);
      } else if (mode == WalRecovery.SKIP) {
        problem(path + " is missing: its records are lost");
      } else {
        throw new EngineException(
            Kind.CORRUPTION,
            path
                + " is missing, but the manifest names it: all its records are at risk; bring the"
                + " file or a backup back, or open once with --wal-recovery skip to go on without"
                + " it");
      }
    }
    for (WalName segment : present) {
      readSegment(segment);
    }
    confirmGap();
    // Where no segment is named any more, the last one that was synced went with all the others.
    if (!stopped && !segments.isEmpty() && witness.compareTo(end) > 0) {
      stop(end, "ends", 0);
    }
    judge();
  }

  // Where the log stopped, for the verdict after all witnesses were heard.
  private WalPosition stop = WalPosition.START;
  private String stopReason = "";
  private long unreadable;
  private long recordsBehind;
  private boolean tornBytes;
  private boolean gapOpen;
  private WalPosition gapAt = WalPosition.START;
  private long gapGarbage;

  private void readSegment(WalName segment) throws IOException {
    Path path = WalFormat.SEGMENTS.path(directory, segment.number());
    try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
      long leastBytes = checkHeader(file, path, segment);
      if (leastBytes < 0) {
        stop(new WalPosition(segment.number(), 0), "has a damaged header", 0);
        lost = true;
      }
      try (LogReader reader = new LogReader(file, memory, segment.salt())) {
        readRecords(reader, segment, path);
        if (reader.fileBytes() < leastBytes) {
          wasCut(new WalPosition(segment.number(), reader.fileBytes()), leastBytes);
        }
      }
    }
  }

  /**
   * The header was synced before the manifest named the segment: it cannot be torn. Returns the
   * bytes that the segment has at least, -1 for a header that is damaged or of another file.
   */
  private long checkHeader(VfsFile file, Path path, WalName segment) throws IOException {
    try {
      LogHeader header = LogHeader.read(file, path, WalFormat.MAGIC, WalFormat.FORMAT, memory);
      boolean right =
          header.salt() == segment.salt()
              && header.owner() == owner
              && header.number() == segment.number()
              && header.leastBytes() >= LogHeader.BYTES;
      return right ? header.leastBytes() : -1;
    } catch (EngineException e) {
      if (e.kind() == Kind.UNSUPPORTED_FORMAT) {
        throw e;
      }
      return -1;
    }
  }

  /**
   * A segment has lost bytes that were synced before the manifest named it. No crash does that, and
   * nobody can tell what stood in them.
   */
  private void wasCut(WalPosition at, long leastBytes) {
    lost = true;
    long garbage = gapOpen ? gapGarbage : 0;
    gapOpen = false;
    stop(at, "was cut (it had " + leastBytes + " bytes or more)", garbage);
  }

  private void readRecords(LogReader reader, WalName segment, Path path) throws IOException {
    boolean header = true;
    boolean firstGroup = true;
    WalPosition ended = new WalPosition(segment.number(), LogHeader.BYTES);
    while (true) {
      Step step = reader.step();
      if (step == Step.END) {
        break;
      }
      if (step == Step.GAP) {
        gap(ended, reader.gapZero() ? 0 : reader.position() - reader.gapStart());
        header = false;
        // Groups are missing here: what comes next is not the segment's first.
        firstGroup = false;
        continue;
      }
      if (header) {
        header = false;
        continue;
      }
      WalGroup group =
          WalGroup.parse(reader.recordAddress(), reader.recordLength(), path, reader.recordStart());
      if (firstGroup && !end.equals(WalPosition.START)) {
        meetNextSegment(group.previousEnd());
      } else {
        confirmGap();
      }
      firstGroup = false;
      take(group, reader, segment);
      if (!stopped) {
        ended = new WalPosition(segment.number(), reader.position());
        lastGroupEnd = ended;
      }
      progress(doneBytes + reader.position());
    }
    doneBytes += reader.fileBytes();
    progress(doneBytes);
    if (!stopped) {
      end = ended;
    }
  }

  private void progress(long done) {
    if (done - toldBytes >= PROGRESS_BYTES || done == totalBytes) {
      toldBytes = done;
      sink.progress(done, totalBytes);
    }
  }

  private void take(WalGroup group, LogReader reader, WalName segment) {
    if (group.owner() != owner) {
      throw new EngineException(
          Kind.CORRUPTION,
          WalFormat.SEGMENTS.path(directory, segment.number())
              + " has a group of another database at offset "
              + reader.recordStart());
    }
    if (group.synced().compareTo(witness) > 0) {
      witness = group.synced();
    }
    if (stopped) {
      recordsBehind += group.count();
      if (mode != WalRecovery.SKIP) {
        return;
      }
    }
    lastTimeMs = Math.max(lastTimeMs, group.commitTimeMs());
    bytes += reader.position() - reader.recordStart();
    if (sink.group(group.commitTimeMs(), group.firstSequence(), group.lastSequence())) {
      group.entries(sink);
      sink.groupEnd();
      records += group.count();
    }
    lastSequence = Math.max(lastSequence, group.lastSequence());
  }

  /** What follows an intact group may be the unused rest of a segment, or the end of all. */
  private void gap(WalPosition at, long garbage) {
    if (stopped || gapOpen) {
      unreadable += garbage;
      return;
    }
    gapOpen = true;
    gapAt = at;
    gapGarbage = garbage;
  }

  /** The gap was not the rest of a segment. */
  private void confirmGap() {
    if (gapOpen) {
      gapOpen = false;
      stop(gapAt, "has bytes that match no checksum", gapGarbage);
    }
  }

  /**
   * A further segment begins; it knows where the last group before it ended. Segments between may
   * have none, and that group may lie in a segment that is not needed any more.
   */
  private void meetNextSegment(WalPosition previousEnd) {
    boolean follows =
        lastGroupEnd.equals(WalPosition.START)
            ? previousEnd.segment() < firstSegment
            : previousEnd.equals(lastGroupEnd);
    if (follows) {
      gapOpen = false;
    } else {
      confirmGap();
      stop(end, "ends before the next segment begins", 0);
    }
  }

  /** Notes the first place at which the log may end; what is behind is only counted. */
  private void stop(WalPosition at, String reason, long garbage) {
    unreadable += garbage;
    tornBytes |= garbage > 0;
    if (!stopped) {
      stopped = true;
      stop = at;
      stopReason = reason;
      end = at;
    }
  }

  private void judge() {
    if (!stopped) {
      return;
    }
    Path path = WalFormat.SEGMENTS.path(directory, stop.segment());
    boolean damage = lost || witness.compareTo(stop) > 0;
    boolean cleanEnd = !damage && !tornBytes && recordsBehind == 0;
    if (cleanEnd) {
      return;
    }
    String where = path + " " + stopReason + " at offset " + stop.offset();
    String behind =
        recordsBehind + " intact records and " + unreadable + " unreadable bytes lie behind";
    if (mode == WalRecovery.SKIP) {
      problem(where + ": dropped what does not match, kept " + recordsBehind + " records behind");
    } else if (damage) {
      throw new EngineException(
          Kind.CORRUPTION,
          where
              + ", before writes that were synced: "
              + behind
              + " and are at risk; restore a backup, or open once with --wal-recovery skip to drop"
              + " what does not match");
    } else if (mode == WalRecovery.STRICT) {
      throw new EngineException(
          Kind.CORRUPTION,
          where
              + ": a torn tail, "
              + behind
              + "; open with --wal-recovery tail to cut it, or skip to keep what matches");
    } else {
      problem(where + ": cut a torn tail that was never synced, " + behind);
    }
  }

  private void problem(String text) {
    problems.add(text);
  }
}
