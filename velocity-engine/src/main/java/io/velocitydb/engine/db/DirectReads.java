package io.velocitydb.engine.db;

import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.FilePool;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether tables are read past the system's cache. Where that has room for a good part of
 * the data, it saves reads of the disk that cost more than anything else. Where it has not, it
 * costs more than it saves: each read has to push something else out of it first, and now and then
 * waits for that.
 */
final class DirectReads {
  private static final Logger LOG = LoggerFactory.getLogger(DirectReads.class);

  /** The system's cache is given up when it has not even room for this part of the data. */
  private static final int GIVEN_UP_PART = 4;

  /** It is used again when it has room for this part; what lies between changes nothing. */
  private static final int USED_PART = 2;

  private final Vfs vfs;
  private final FilePool files;
  private final NativeMemory memory;
  private final long memoryLimit;

  /**
   * Reads by way of the cache at first.
   *
   * @param memory of the engine, which it may still take more of up to the limit
   */
  DirectReads(Vfs vfs, FilePool files, NativeMemory memory, long memoryLimit) {
    this.vfs = vfs;
    this.files = files;
    this.memory = memory;
    this.memoryLimit = memoryLimit;
  }

  /** Looks at how much memory and how much data there is, and decides anew. */
  void look(List<Store> stores) {
    long data = 0;
    for (Store store : stores) {
      Version version = store.manifest().state().version();
      data += version.bytes() + version.blobs().bytes();
    }
    long room = vfs.fileCacheRoom() - Math.max(0, memoryLimit - memory.allocated());
    boolean before = files.readsDirectly();
    try {
      files.readDirectly(room < data / (before ? USED_PART : GIVEN_UP_PART));
    } catch (IOException e) {
      LOG.warn("cannot close a file that was only read: {}", e.toString());
    }
    if (files.readsDirectly() != before) {
      LOG.info(
          "{} MiB of tables are read {} the system's cache, which has room for {} MiB",
          data >> 20,
          before ? "by way of" : "past",
          Math.max(0, room) >> 20);
    }
  }
}
