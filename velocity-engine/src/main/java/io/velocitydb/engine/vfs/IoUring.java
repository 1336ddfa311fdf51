package io.velocitydb.engine.vfs;

import io.velocitydb.engine.memory.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A ring of io_uring for one file: a write, and a sync that the kernel begins when the write is
 * done, by one system call. Not thread-safe.
 *
 * <p>A write that ends early severs the link, and the sync is cancelled; then the rest is written
 * and synced in the ordinary way. The layouts are those of {@code linux/io_uring.h}.
 */
final class IoUring {
  private static final int ENTRIES = 4;

  private static final int PARAMS_BYTES = 120;
  private static final int PARAMS_SQ_ENTRIES = 0;
  private static final int PARAMS_CQ_ENTRIES = 4;
  private static final int PARAMS_SQ_OFFSETS = 40;
  private static final int PARAMS_CQ_OFFSETS = 80;
  private static final int SQ_HEAD = 0;
  private static final int SQ_TAIL = 4;
  private static final int SQ_MASK = 8;
  private static final int SQ_ARRAY = 24;
  private static final int CQ_HEAD = 0;
  private static final int CQ_TAIL = 4;
  private static final int CQ_MASK = 8;
  private static final int CQ_ENTRIES = 20;

  private static final long RING_SUBMISSIONS = 0;
  private static final long RING_COMPLETIONS = 0x8000000L;
  private static final long RING_ENTRIES = 0x10000000L;

  private static final int SQE_BYTES = 64;
  private static final int CQE_BYTES = 16;
  private static final byte OP_FSYNC = 3;
  private static final byte OP_WRITE = 23;
  private static final byte LINK = 1 << 2;
  private static final int DATASYNC = 1;

  private static final long WRITE_DONE = 1;
  private static final long SYNC_DONE = 2;

  private final Path path;
  private final int ring;
  private final long submissions;
  private final long submissionBytes;
  private final long completions;
  private final long completionBytes;
  private final long entries;
  private final long entryBytes;
  private final long sqHead;
  private final long sqTail;
  private final int sqMask;
  private final long sqArray;
  private final long cqHead;
  private final long cqTail;
  private final int cqMask;
  private final long cqEntries;

  /**
   * Sets a ring up.
   *
   * @param path of the file, for errors
   * @throws UnsupportedOperationException if the system does not have or not allow it
   */
  IoUring(Path path) throws IOException {
    this.path = path;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
      long p = params.address();
      ring = PosixCalls.ioUringSetup(ENTRIES, p);
      if (ring < 0) {
        throw new UnsupportedOperationException(
            "the system does not allow io_uring: " + PosixCalls.describe(-ring));
      }
      long sq = p + PARAMS_SQ_OFFSETS;
      long cq = p + PARAMS_CQ_OFFSETS;
      submissionBytes = offset(sq + SQ_ARRAY) + 4L * Memory.getInt(p + PARAMS_SQ_ENTRIES);
      completionBytes =
          offset(cq + CQ_ENTRIES) + (long) CQE_BYTES * Memory.getInt(p + PARAMS_CQ_ENTRIES);
      entryBytes = (long) SQE_BYTES * Memory.getInt(p + PARAMS_SQ_ENTRIES);
      submissions = PosixCalls.mapShared(ring, RING_SUBMISSIONS, submissionBytes);
      completions = PosixCalls.mapShared(ring, RING_COMPLETIONS, completionBytes);
      entries = PosixCalls.mapShared(ring, RING_ENTRIES, entryBytes);
      if (submissions < 0 || completions < 0 || entries < 0) {
        close();
        throw new UnsupportedOperationException("the rings of io_uring cannot be mapped");
      }
      sqHead = submissions + offset(sq + SQ_HEAD);
      sqTail = submissions + offset(sq + SQ_TAIL);
      sqMask = Memory.getInt(submissions + offset(sq + SQ_MASK));
      sqArray = submissions + offset(sq + SQ_ARRAY);
      cqHead = completions + offset(cq + CQ_HEAD);
      cqTail = completions + offset(cq + CQ_TAIL);
      cqMask = Memory.getInt(completions + offset(cq + CQ_MASK));
      cqEntries = completions + offset(cq + CQ_ENTRIES);
    }
  }

  private static long offset(long address) {
    return Memory.getInt(address) & 0xFFFF_FFFFL;
  }

  /**
   * Writes, and syncs if all was written.
   *
   * @return bytes written, all of them synced if they are {@code length}; less, or {@code -errno},
   *     where the sync did not run
   */
  int writeAndSync(int fd, long position, long address, int length) throws IOException {
    put(OP_WRITE, LINK, fd, address, length, position, 0, WRITE_DONE);
    put(OP_FSYNC, (byte) 0, fd, 0, 0, 0, DATASYNC, SYNC_DONE);
    int written = 0;
    int synced = 0;
    for (int waiting = 2; waiting > 0; ) {
      int head = Memory.getInt(cqHead);
      if (head == Memory.getIntAcquire(cqTail)) {
        int submit = Memory.getInt(sqTail) - Memory.getIntAcquire(sqHead);
        int result = PosixCalls.ioUringEnter(ring, submit, waiting);
        if (result < 0 && -result != PosixCalls.EINTR) {
          throw PosixCalls.failure("io_uring does not take a write of", path, -result);
        }
        continue;
      }
      long entry = cqEntries + (long) (head & cqMask) * CQE_BYTES;
      if (Memory.getLong(entry) == WRITE_DONE) {
        written = Memory.getInt(entry + 8);
      } else {
        synced = Memory.getInt(entry + 8);
      }
      Memory.putIntRelease(cqHead, head + 1);
      waiting--;
    }
    if (written == length && synced < 0) {
      throw PosixCalls.failure("cannot sync", path, -synced);
    }
    return written;
  }

  private void put(
      byte operation,
      byte flags,
      int fd,
      long address,
      int length,
      long position,
      int operationFlags,
      long tag) {
    int tail = Memory.getInt(sqTail);
    int slot = tail & sqMask;
    long entry = entries + (long) slot * SQE_BYTES;
    Memory.fill(entry, SQE_BYTES, (byte) 0);
    Memory.putByte(entry, operation);
    Memory.putByte(entry + 1, flags);
    Memory.putInt(entry + 4, fd);
    Memory.putLong(entry + 8, position);
    Memory.putLong(entry + 16, address);
    Memory.putInt(entry + 24, length);
    Memory.putInt(entry + 28, operationFlags);
    Memory.putLong(entry + 32, tag);
    Memory.putInt(sqArray + 4L * slot, slot);
    Memory.putIntRelease(sqTail, tail + 1);
  }

  /** Gives the ring back; nothing may be under way. */
  void close() {
    if (submissions > 0) {
      PosixCalls.unmap(submissions, submissionBytes);
    }
    if (completions > 0) {
      PosixCalls.unmap(completions, completionBytes);
    }
    if (entries > 0) {
      PosixCalls.unmap(entries, entryBytes);
    }
    PosixCalls.close(ring);
  }
}
