package io.velocitydb.engine.wal;

import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.log.LogWriter;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log in files. Segments come from outside ({@link #install}), because naming one in the
 * manifest waits for the disk: while none is ready, groups go on into the active one, beyond the
 * size that it was meant to have.
 *
 * <p>The monitor guards what the writer and the syncing thread share; it is never held over a file
 * operation.
 */
public final class FileWal implements Wal {
  private static final Logger LOG = LoggerFactory.getLogger(FileWal.class);

  private final Vfs vfs;
  private final long owner;
  private final long segmentBytes;
  private final SegmentPool pool;

  // Of the writing thread.
  private long currentSequence;
  private @Nullable LogWriter open;

  // Guarded by the monitor.
  private @Nullable Segment active;
  private @Nullable Segment prepared;
  private final Deque<Sealed> sealed = new ArrayDeque<>();
  private boolean archiving;
  private final Deque<Sealed> unarchived = new ArrayDeque<>();
  private boolean activeHasGroup;
  private long activeStart;
  private long activeLastSequence;
  private int holds;
  private final List<Path> heldBack = new ArrayList<>();
  private WalPosition previousEnd = WalPosition.START;
  private long syncedSegment = WalPosition.START.segment();
  private long syncedOffset = WalPosition.START.offset();

  private volatile long written;
  private volatile long synced;

  private record Sealed(
      Segment segment, long startedAt, long endedAt, long lastSequence, boolean used) {}

  /**
   * A segment that is not written any more, and durable.
   *
   * @param number names the file
   * @param salt seed of its checksums
   * @param path the file
   * @param end offset behind its last group
   * @param lastSequence sequence of its last entry
   */
  public record SealedSegment(long number, long salt, Path path, long end, long lastSequence) {}

  /**
   * @param owner number of the database
   * @param segmentBytes size at which a segment is followed by the next
   */
  public FileWal(Vfs vfs, long owner, long segmentBytes) {
    this.vfs = vfs;
    this.owner = owner;
    this.segmentBytes = segmentBytes;
    this.pool = new SegmentPool(vfs, segmentBytes);
  }

  /** Whether a group can be written now. */
  public synchronized boolean ready() {
    return active != null || prepared != null;
  }

  /** Whether a further segment should be installed soon. */
  public synchronized boolean wantsSegment() {
    Segment current = active;
    return prepared == null
        && (current == null || written - activeStart >= segmentBytes - segmentBytes / 4);
  }

  /** Gives the log its next segment, which the manifest names already. */
  public synchronized void install(Segment segment) {
    if (prepared != null) {
      throw new IllegalStateException("a segment is waiting already");
    }
    prepared = segment;
  }

  @Override
  public void reserve(long bytes) throws IOException {
    Segment current = switchIfDue();
    current.writer().reserve(LogWriter.spaceFor(bytes));
  }

  private Segment switchIfDue() throws IOException {
    Segment done;
    Segment next;
    synchronized (this) {
      done = active;
      next = prepared;
      if (done != null && (open != null || next == null || written - activeStart < segmentBytes)) {
        return done;
      }
      if (next == null) {
        throw new IllegalStateException("no segment is ready");
      }
      if (done != null) {
        seal(done);
      }
      active = next;
      prepared = null;
      activeStart = written;
      written = activeStart + next.writer().position();
    }
    if (done != null) {
      done.endWriting();
    }
    return next;
  }

  @Override
  public void beginGroup(long commitTimeMs, long firstSequence, boolean willSync)
      throws IOException {
    Segment segment = switchIfDue();
    long durableSegment;
    long durableOffset;
    synchronized (this) {
      durableSegment = syncedSegment;
      durableOffset = syncedOffset;
    }
    LogWriter out = segment.writer();
    out.begin(willSync);
    out.putByte(WalFormat.GROUP);
    out.putLong(commitTimeMs);
    out.putVarLong(owner);
    out.putVarLong(firstSequence);
    out.putVarLong(durableSegment);
    out.putVarLong(durableOffset);
    out.putVarLong(previousEnd.segment());
    out.putVarLong(previousEnd.offset());
    open = out;
    currentSequence = firstSequence;
  }

  @Override
  public void entry(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength)
      throws IOException {
    LogWriter out = group();
    int kindByte = expiresAtMs != 0 ? kind | WalFormat.HAS_EXPIRY : kind;
    long at = out.addressFor(ENTRY_OVERHEAD_BYTES + keyLength + valueLength);
    if (at != 0) {
      Memory.putByte(at, (byte) kindByte);
      Memory.putByte(at + 1, encoding);
      at = putVarLong(at + 2, sequence - currentSequence);
      at = putVarLong(at, keyLength);
      at = putVarLong(at, valueLength);
      if (expiresAtMs != 0) {
        Memory.putLong(at, expiresAtMs);
        at += Long.BYTES;
      }
      Memory.copy(keyAddress, at, keyLength);
      Memory.copy(valueAddress, at + keyLength, valueLength);
      out.putTo(at + keyLength + valueLength);
      currentSequence = sequence;
      return;
    }
    out.putByte(kindByte);
    out.putByte(encoding);
    out.putVarLong(sequence - currentSequence);
    out.putVarLong(keyLength);
    out.putVarLong(valueLength);
    if (expiresAtMs != 0) {
      out.putLong(expiresAtMs);
    }
    out.put(keyAddress, keyLength);
    out.put(valueAddress, valueLength);
    currentSequence = sequence;
  }

  private static long putVarLong(long address, long value) {
    long at = address;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      Memory.putByte(at++, (byte) (rest | 0x80));
      rest >>>= 7;
    }
    Memory.putByte(at, (byte) rest);
    return at + 1;
  }

  @Override
  public long endGroup() throws IOException {
    LogWriter out = group();
    out.end();
    out.flush();
    open = null;
    synchronized (this) {
      written = activeStart + out.position();
      activeLastSequence = currentSequence;
      activeHasGroup = true;
    }
    return written;
  }

  private LogWriter group() {
    LogWriter out = open;
    if (out == null) {
      throw new IllegalStateException("no group was begun");
    }
    return out;
  }

  @Override
  public long sync() throws IOException {
    List<Sealed> before = List.of();
    Segment current;
    long target;
    long segment;
    long offset;
    synchronized (this) {
      current = active;
      if (synced == written) {
        return synced;
      }
      Sealed last = sealed.peekLast();
      if (last != null && last.endedAt > synced) {
        before = sealed.stream().filter(each -> each.endedAt > synced).toList();
      }
      target = written;
      // A segment without a group yet is no witness of where the one before it ended.
      boolean witness = current != null && activeHasGroup;
      segment = witness ? current.number() : previousEnd.segment();
      offset = witness ? target - activeStart : previousEnd.offset();
    }
    // Oldest first: a later segment must not be acknowledged over a hole.
    for (Sealed each : before) {
      each.segment.sync();
    }
    if (current != null) {
      current.sync();
    }
    synchronized (this) {
      if (target > synced) {
        synced = target;
        syncedSegment = segment;
        syncedOffset = offset;
      }
    }
    return target;
  }

  @Override
  public long written() {
    return written;
  }

  @Override
  public long synced() {
    return synced;
  }

  /** Whether a sealed segment waits to be synced, which costs those behind it nothing. */
  public synchronized boolean sealedUnsynced() {
    Sealed last = sealed.peekLast();
    return last != null && last.endedAt > synced;
  }

  /**
   * Ends the active segment, so that it can go once all that it holds is in tables. Of the writing
   * thread, between groups; the next group needs a new segment.
   */
  public void sealActive() {
    Segment done;
    synchronized (this) {
      done = active;
      if (done == null) {
        return;
      }
      seal(done);
      active = null;
    }
    try {
      done.endWriting();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #sealActive}, if a group was written to it. */
  public void sealUsed() {
    boolean used;
    synchronized (this) {
      used = activeHasGroup;
    }
    if (used) {
      sealActive();
    }
  }

  private void seal(Segment done) {
    Sealed ended = new Sealed(done, activeStart, written, activeLastSequence, activeHasGroup);
    sealed.add(ended);
    if (archiving && activeHasGroup) {
      unarchived.add(ended);
    }
    if (activeHasGroup) {
      previousEnd = new WalPosition(done.number(), written - activeStart);
    }
    activeHasGroup = false;
  }

  /** Whether there is a segment that groups go to. */
  public synchronized boolean hasActive() {
    return active != null;
  }

  /** How far the log is durable. */
  public synchronized WalPosition syncedPosition() {
    return new WalPosition(syncedSegment, syncedOffset);
  }

  /** Sealed, synced segments that hold nothing beyond {@code flushedSequence}, oldest first. */
  public synchronized List<Long> obsolete(long flushedSequence) {
    List<Long> numbers = new ArrayList<>();
    for (Sealed segment : sealed) {
      if (segment.lastSequence > flushedSequence || segment.endedAt > synced) {
        break;
      }
      numbers.add(segment.segment.number());
    }
    return numbers;
  }

  /** Closes segments that the manifest does not name any more, to be used again or removed. */
  public void drop(List<Long> numbers) throws IOException {
    for (long number : numbers) {
      Sealed first;
      synchronized (this) {
        first = sealed.pollFirst();
      }
      if (first == null || first.segment.number() != number) {
        throw new IllegalStateException("segment " + number + " is not the oldest");
      }
      first.segment.close();
      if (!waitsForArchive(number)) {
        giveUp(first.segment.path());
      }
    }
  }

  private synchronized boolean holdBack(Path path) {
    if (holds > 0) {
      heldBack.add(path);
    }
    return holds > 0;
  }

  private void giveUp(Path path) throws IOException {
    if (!holdBack(path)) {
      pool.add(path);
    }
  }

  private synchronized boolean waitsForArchive(long number) {
    return unarchived.stream().anyMatch(each -> each.segment.number() == number);
  }

  /** From now on the file of a sealed segment stays until it is {@link #archived}. */
  public synchronized void keepForArchive() {
    archiving = true;
  }

  /** Whether something was written that is not archived. */
  public synchronized boolean hasUnarchived() {
    return activeHasGroup || !unarchived.isEmpty();
  }

  /** Sealed, durable segments that are to be archived, oldest first. */
  public synchronized List<SealedSegment> toArchive() {
    List<SealedSegment> segments = new ArrayList<>();
    for (Sealed each : unarchived) {
      if (each.endedAt > synced) {
        break;
      }
      segments.add(describe(each));
    }
    return segments;
  }

  /** A segment was archived, or is given up for it. */
  public void archived(long number) throws IOException {
    Path dropped = null;
    synchronized (this) {
      Sealed first = unarchived.pollFirst();
      if (first == null || first.segment.number() != number) {
        throw new IllegalStateException("segment " + number + " is not the next to archive");
      }
      if (sealed.stream().noneMatch(each -> each.segment.number() == number)) {
        dropped = first.segment.path();
      }
    }
    if (dropped != null) {
      giveUp(dropped);
    }
  }

  private static SealedSegment describe(Sealed each) {
    Segment segment = each.segment;
    return new SealedSegment(
        segment.number(),
        segment.salt(),
        segment.path(),
        each.endedAt - each.startedAt,
        each.lastSequence);
  }

  /** Files of sealed segments that stay until this is closed, whatever becomes obsolete. */
  public final class Hold implements AutoCloseable {
    private final List<SealedSegment> segments;
    private boolean open = true;

    private Hold(List<SealedSegment> segments) {
      this.segments = segments;
    }

    /** Sealed and durable, oldest first; without those that hold nothing. */
    public List<SealedSegment> segments() {
      return segments;
    }

    @Override
    public void close() throws IOException {
      List<Path> free = List.of();
      synchronized (FileWal.this) {
        if (open && --holds == 0) {
          free = List.copyOf(heldBack);
          heldBack.clear();
        }
        open = false;
      }
      for (Path path : free) {
        pool.add(path);
      }
    }
  }

  /**
   * Holds the segments that are sealed and durable, so that who does so can give their files second
   * names or copy them. A file with a second name is never written again.
   */
  public synchronized Hold hold() {
    List<SealedSegment> segments = new ArrayList<>();
    for (Sealed each : sealed) {
      if (each.used && each.endedAt <= synced) {
        segments.add(describe(each));
      }
    }
    holds++;
    return new Hold(List.copyOf(segments));
  }

  /** Bytes of all segments, and of files that wait to become segments. */
  public synchronized long bytes() {
    Sealed first = sealed.peekFirst();
    long start = first == null ? activeStart : first.startedAt;
    return pool.bytes() + (active == null && first == null ? 0 : written - start);
  }

  /**
   * Creates a segment, from a file that is not needed any more if there is one. The manifest must
   * name it before it is installed. After a failure there may be a file of that name, which {@link
   * Segment#remove} or recovery removes.
   *
   * @param number names the file
   * @param salt random, for this life of the file
   * @param way how it is written; not {@code AUTO}
   */
  public Segment create(Path directory, NativeMemory memory, long number, long salt, WalIo way)
      throws IOException {
    Path spare = pool.take();
    if (spare != null) {
      vfs.rename(spare, WalFormat.SEGMENTS.path(directory, number));
    }
    return Segment.create(
        vfs, directory, memory, owner, number, salt, segmentBytes, way, spare != null);
  }

  /** Removes the files that wait to become segments. */
  public void removeSpares() throws IOException {
    pool.clear();
  }

  @Override
  public void close() throws IOException {
    List<Segment> all = new ArrayList<>();
    synchronized (this) {
      sealed.forEach(s -> all.add(s.segment));
      sealed.clear();
      if (active != null) {
        all.add(active);
      }
      if (prepared != null) {
        all.add(prepared);
      }
      active = null;
      prepared = null;
    }
    IOException failure = null;
    for (Segment segment : all) {
      try {
        segment.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    try {
      pool.clear();
    } catch (IOException e) {
      LOG.warn("a file that the log does not need any more stays for now: {}", e.toString());
    }
    if (failure != null) {
      throw failure;
    }
  }
}
