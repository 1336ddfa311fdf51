package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobPointer;
import io.velocitydb.engine.blob.BlobReader;
import io.velocitydb.engine.blob.BlobReference;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The blob files of a database under repair: those that are what they should be, and what tables
 * refer to in them. Not thread-safe.
 */
final class FoundBlobs implements AutoCloseable {
  private final Vfs vfs;
  private final Path directory;
  private final long database;
  private final NativeMemory memory;
  private final BlockPin pin;
  private final Map<Long, BlobReader> sound = new HashMap<>();
  private final TreeMap<Long, Long> referred = new TreeMap<>();

  FoundBlobs(Vfs vfs, Path directory, long database, NativeMemory memory) {
    this.vfs = vfs;
    this.directory = directory;
    this.database = database;
    this.memory = memory;
    this.pin = new BlockPin(memory);
  }

  Path path(long number) {
    return DataFiles.BLOBS.path(directory, number);
  }

  /** Looks at a file; what is wrong with it, empty if nothing is as far as its header tells. */
  String open(BlobFileInfo info) throws IOException {
    Path path = path(info.number());
    if (!vfs.exists(path)) {
      return path + " is missing";
    }
    BlobReader reader =
        new BlobReader(
            vfs.open(path, Vfs.Mode.READ), path, database, info, memory, new TableMetrics(), null);
    try {
      reader.check();
      sound.put(info.number(), reader);
      return "";
    } catch (EngineException e) {
      reader.close();
      return String.valueOf(e.getMessage());
    }
  }

  /** Reads the value of a pointer, and counts it for {@link #takeReferences}. */
  void read(long pointer, int length) {
    long number = BlobPointer.file(pointer);
    BlobReader reader = sound.get(number);
    if (reader == null) {
      throw new EngineException(
          Kind.CORRUPTION, "a value lies in " + path(number) + ", which cannot be used");
    }
    boolean _ = reader.read(pointer, length, CacheUse.BYPASS, true, pin);
    pin.release();
    referred.merge(number, BlobPointer.storedBytes(pointer, length), Long::sum);
  }

  /** What was read since the last call, by file. */
  List<BlobReference> takeReferences() {
    List<BlobReference> references = new ArrayList<>();
    referred.forEach((file, bytes) -> references.add(new BlobReference(file, bytes)));
    referred.clear();
    return references;
  }

  @Override
  public void close() {
    pin.close();
    sound.values().forEach(BlobReader::close);
  }
}
