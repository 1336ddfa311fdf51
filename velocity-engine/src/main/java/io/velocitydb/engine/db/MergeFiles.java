package io.velocitydb.engine.db;

import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobWriter;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.compaction.TableFactory;
import io.velocitydb.engine.compaction.ValueFiles;
import io.velocitydb.engine.manifest.Blobs;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.sstable.BlockCompression;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableOptions;
import io.velocitydb.engine.sstable.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files that one flush or merge writes. Not thread-safe. */
final class MergeFiles implements TableFactory, ValueFiles {
  private final StoreSetup setup;
  private final Manifest manifest;
  private final TableStore tables;
  private final Map<Long, Path> begun = new LinkedHashMap<>();
  private final @Nullable Tree source;
  private final boolean announced;
  private final Set<Long> left;
  private boolean lasting;

  /**
   * @param source holds the values that are moved; null if there are none
   * @param announced see {@link TableStore#write}
   */
  MergeFiles(
      StoreSetup setup,
      Manifest manifest,
      TableStore tables,
      @Nullable Tree source,
      boolean announced) {
    this.setup = setup;
    this.manifest = manifest;
    this.tables = tables;
    this.source = source;
    this.announced = announced;
    this.left = source == null ? Set.of() : mostlyDead(source.version().blobs());
  }

  /**
   * Whether the tables become the oldest run, most of all data: what is read and merged least is
   * compressed most.
   */
  MergeFiles lasting(boolean value) {
    lasting = value;
    return this;
  }

  void giveUp() {
    begun.forEach(
        (number, path) -> {
          tables.remove(path);
          manifest.forgetFileNumber(number);
        });
  }

  private long newNumber() throws IOException {
    return announced ? manifest.newAnnouncedFileNumber() : manifest.newFileNumber();
  }

  @Override
  public int mostBytesBesideKey() {
    return manifest.format() >= Manifest.FORMAT_WITH_BLOBS
        ? setup.options().blobBytes()
        : Integer.MAX_VALUE;
  }

  @Override
  public long fileBytes() {
    return setup.options().blobFileBytes();
  }

  @Override
  public BlobWriter createBlobs() throws IOException {
    long number = newNumber();
    begun.put(number, setup.blobPath(number));
    return new BlobWriter(
        setup.environment().vfs(),
        setup.blobPath(number),
        setup.id(),
        number,
        tables.options().compression(),
        BlobWriter.CHUNK_BYTES,
        setup.environment().memory());
  }

  @Override
  public boolean leaves(long file) {
    return left.contains(file);
  }

  @Override
  public void read(long pointerAddress, int pointerLength, BlockPin into) {
    if (source == null) {
      throw new IllegalStateException("a memtable's values are not moved");
    }
    source.readLarge(pointerAddress, pointerLength, CacheUse.LOOK, true, into);
  }

  @Override
  public TableWriter create() throws IOException {
    long number = newNumber();
    begun.put(number, setup.tablePath(number));
    TableOptions options = tables.options();
    return tables.writer(
        number,
        lasting && setup.options().compression()
            ? options.withCompression(BlockCompression.ZSTANDARD)
            : options);
  }

  @Override
  public void discard(TableInfo table) {
    // All files that were begun are removed together.
  }

  /** Blob files of which tables refer to less than half. */
  static Set<Long> mostlyDead(Blobs blobs) {
    Map<Long, Long> live = blobs.liveBytes();
    Set<Long> dead = new HashSet<>();
    for (BlobFileInfo file : blobs.files().values()) {
      if (2 * live.getOrDefault(file.number(), 0L) < file.valueBytes()) {
        dead.add(file.number());
      }
    }
    return dead;
  }
}
