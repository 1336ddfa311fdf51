package io.velocitydb.engine.wal;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.RestorePoint;
import io.velocitydb.engine.log.LogHeader;
import io.velocitydb.engine.log.LogReader;
import io.velocitydb.engine.log.LogReader.Step;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Archived segments of one database. All that must be known of one stands in its name: the sequence
 * of the last write before it, that of its own last write, the times of its first and last commit,
 * and its number. So the archive needs no index that could be torn, and a segment that is missing
 * shows: the next one does not begin where the one before ended. Not thread-safe.
 */
public final class LogArchive {
  /**
   * Sequences that are skipped at least where tables come to the database without its log, and
   * never between two writes of one opening otherwise.
   */
  public static final long UNLOGGED_JUMP = 1L << 24;

  private static final Pattern NAME =
      Pattern.compile("(\\d{17})-(\\d{17})-(\\d{13,18})-(\\d{13,18})-(\\d{8,18})\\.wal");
  private static final Pattern START = Pattern.compile("(\\d{17})-(\\d{17})\\.start");

  private final Vfs vfs;
  private final Path directory;
  private final NativeMemory memory;
  private final long owner;

  /**
   * @param directory of this database in the archive; may be missing
   * @param owner number of the database
   */
  public LogArchive(Vfs vfs, Path directory, NativeMemory memory, long owner) {
    this.vfs = vfs;
    this.directory = directory;
    this.memory = memory;
    this.owner = owner;
  }

  /**
   * One archived segment.
   *
   * @param path its file
   * @param after sequence of the last write before it
   * @param last sequence of its last write
   * @param firstTimeMs when its first group was committed
   * @param lastTimeMs when its last group was committed
   * @param number that it had in the log
   */
  public record Archived(
      Path path, long after, long last, long firstTimeMs, long lastTimeMs, long number) {}

  /**
   * What a segment holds.
   *
   * @param number of the segment
   * @param previous number of the segment before it; 0 if it is the first of its opening
   * @param first sequence of its first write
   * @param last sequence of its last write; 0 if it holds none
   * @param firstTimeMs when its first group was committed
   * @param lastTimeMs when its last group was committed
   * @param jumps whether writes between its groups came without the log
   */
  public record Contents(
      long number,
      long previous,
      long first,
      long last,
      long firstTimeMs,
      long lastTimeMs,
      boolean jumps) {}

  /**
   * What an opening found and began with.
   *
   * @param last sequence of the last write that was found
   * @param ceiling sequences were given out above it
   */
  public record Start(long last, long ceiling) {}

  /**
   * How far a replay came.
   *
   * @param last sequence of the last write that is there
   * @param timeMs when the last archived group was committed; 0 for none
   * @param records entries taken
   * @param highest sequence that the archive knows to have been given out
   */
  public record Reached(long last, long timeMs, long records, long highest) {}

  /** All segments in the order of their writes. */
  public List<Archived> list() throws IOException {
    List<Archived> found = new ArrayList<>();
    if (vfs.exists(directory)) {
      for (String name : vfs.list(directory)) {
        Matcher matcher = NAME.matcher(name);
        if (matcher.matches()) {
          found.add(
              new Archived(
                  directory.resolve(name),
                  Long.parseLong(matcher.group(1)),
                  Long.parseLong(matcher.group(2)),
                  Long.parseLong(matcher.group(3)),
                  Long.parseLong(matcher.group(4)),
                  Long.parseLong(matcher.group(5))));
        }
      }
    }
    found.sort(Comparator.comparingLong(Archived::last).thenComparingLong(Archived::after));
    return found;
  }

  /** Where a segment with these contents belongs, when it follows the write {@code after}. */
  public Path pathOf(long after, Contents contents) {
    return directory.resolve(
        "%017d-%017d-%013d-%013d-%08d.wal"
            .formatted(
                after, contents.last, contents.firstTimeMs, contents.lastTimeMs, contents.number));
  }

  /** Notes how this opening begins, in place of what others noted. */
  public void noteStart(Start start) throws IOException {
    String name = "%017d-%017d.start".formatted(start.last, start.ceiling);
    vfs.createDirectories(directory);
    if (!vfs.exists(directory.resolve(name))) {
      vfs.open(directory.resolve(name), Vfs.Mode.CREATE).close();
      vfs.syncDirectory(directory);
    }
    for (String other : vfs.list(directory)) {
      if (START.matcher(other).matches() && !other.equals(name)) {
        vfs.delete(directory.resolve(other));
      }
    }
  }

  /** What the latest opening noted. */
  public Optional<Start> notedStart() throws IOException {
    Start latest = null;
    if (vfs.exists(directory)) {
      for (String name : vfs.list(directory)) {
        Matcher matcher = START.matcher(name);
        if (matcher.matches()) {
          latest = new Start(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
        }
      }
    }
    return Optional.ofNullable(latest);
  }

  /**
   * Reads what a segment holds, up to {@code end} or to its first gap.
   *
   * @throws EngineException if it is no segment of this database
   */
  public Contents scan(Path path, long end) throws IOException {
    try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
      LogHeader header = header(file, path);
      long previous = 0;
      long first = 0;
      long last = 0;
      long firstTime = 0;
      long lastTime = 0;
      boolean jumps = false;
      try (LogReader reader = new LogReader(file, memory, header.salt())) {
        reader.step();
        while (reader.step() == Step.RECORD && reader.position() <= end) {
          WalGroup group = group(reader, path);
          if (last == 0) {
            previous = group.previousEnd().segment();
            first = group.firstSequence();
            firstTime = group.commitTimeMs();
          }
          jumps |= last != 0 && group.firstSequence() - last >= UNLOGGED_JUMP;
          last = group.lastSequence();
          lastTime = group.commitTimeMs();
        }
      }
      return new Contents(header.number(), previous, first, last, firstTime, lastTime, jumps);
    }
  }

  private LogHeader header(VfsFile file, Path path) throws IOException {
    LogHeader header = LogHeader.read(file, path, WalFormat.MAGIC, WalFormat.FORMAT, memory);
    if (header.owner() != owner) {
      throw new EngineException(
          Kind.CORRUPTION, path + " belongs to another database, number " + header.owner());
    }
    return header;
  }

  private static WalGroup group(LogReader reader, Path path) {
    return WalGroup.parse(
        reader.recordAddress(), reader.recordLength(), path, reader.recordStart());
  }

  /**
   * Hands all writes behind {@code from} and up to {@code point} to {@code sink}.
   *
   * @param from sequence of the last write that is there already
   * @throws EngineException if a segment that is needed is missing or damaged
   */
  public Reached replay(long from, RestorePoint point, WalSink sink) throws IOException {
    List<Archived> segments = list();
    long highest = segments.isEmpty() ? from : Math.max(from, segments.getLast().last);
    Replay replay = new Replay(from, point, sink);
    boolean begun = false;
    for (Archived segment : segments) {
      if (segment.last <= replay.last) {
        continue;
      }
      if (replay.last >= point.sequence()) {
        break;
      }
      if (begun ? segment.after != replay.last : segment.after > from) {
        throw new EngineException(
            Kind.CORRUPTION,
            "the archive %s has a gap: %s does not follow sequence %d; restore to sequence %d at most, or from a later checkpoint"
                .formatted(directory, segment.path.getFileName(), replay.last, replay.last));
      }
      begun = true;
      if (segment.firstTimeMs > point.timeMs()) {
        break;
      }
      if (!replay.segment(segment)) {
        break;
      }
    }
    return new Reached(replay.last, replay.timeMs, replay.records, highest);
  }

  private final class Replay {
    private final RestorePoint point;
    private final WalSink sink;
    private long last;
    private long timeMs;
    private long records;

    Replay(long from, RestorePoint point, WalSink sink) {
      this.last = from;
      this.point = point;
      this.sink = sink;
    }

    /** Whether it was taken to its end. */
    boolean segment(Archived segment) throws IOException {
      try (VfsFile file = vfs.open(segment.path, Vfs.Mode.READ)) {
        LogHeader header = header(file, segment.path);
        try (LogReader reader = new LogReader(file, memory, header.salt())) {
          reader.step();
          int counted = 0;
          while (last < segment.last) {
            if (reader.step() != Step.RECORD) {
              throw new EngineException(
                  Kind.CORRUPTION,
                  "%s is damaged at offset %d: writes up to sequence %d are missing; restore to sequence %d at most, or from a later checkpoint"
                      .formatted(segment.path, reader.gapStart(), segment.last, last));
            }
            WalGroup group = LogArchive.group(reader, segment.path);
            if (group.previousEnd().segment() != 0 || counted > 0) {
              demandNoJump(segment, group);
            }
            counted++;
            if (!group(group)) {
              return false;
            }
          }
        }
      }
      return true;
    }

    /** Only the first group of an opening begins wherever it may. */
    private void demandNoJump(Archived segment, WalGroup group) {
      if (group.firstSequence() - last >= UNLOGGED_JUMP
          && group.lastSequence() <= point.sequence()
          && group.commitTimeMs() <= point.timeMs()) {
        throw new EngineException(
            Kind.CORRUPTION,
            "the archive %s does not hold what came to the database without its log (an ingested file) before sequence %d in %s; restore to sequence %d at most, or from a later checkpoint"
                .formatted(directory, group.firstSequence(), segment.path.getFileName(), last));
      }
    }

    private boolean group(WalGroup group) {
      if (group.lastSequence() <= last) {
        return true;
      }
      if (group.commitTimeMs() > point.timeMs() || group.lastSequence() > point.sequence()) {
        return false;
      }
      if (sink.group(group.commitTimeMs(), group.firstSequence(), group.lastSequence())) {
        group.entries(sink);
        sink.groupEnd();
        records += group.count();
      }
      last = group.lastSequence();
      timeMs = group.commitTimeMs();
      return true;
    }
  }
}
