package io.velocitydb.engine.compaction;

import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobReference;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.rangedelete.RangeFragment;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Splits the result of a merge into files, always between two user keys, and cuts the range
 * tombstones at the splits, so that the files of a run do not overlap.
 */
final class OutputTables implements AutoCloseable {
  private final TableFactory factory;
  private final LargeValues values;
  private final long targetBytes;
  private final List<RangeFragment> fragments;
  private final List<TableInfo> finished = new ArrayList<>();
  private final Map<Long, List<BlobReference>> references = new HashMap<>();

  private @Nullable TableWriter writer;
  private int nextFragment;
  private byte[] lower = new byte[0];
  private long entries;
  private long bytes;
  private boolean complete;

  OutputTables(
      TableFactory factory, LargeValues values, long targetBytes, List<RangeFragment> fragments) {
    this.factory = factory;
    this.values = values;
    this.targetBytes = targetBytes;
    this.fragments = fragments;
  }

  /** Begins a new file at the key of an entry, if the present one is large enough. */
  void splitBefore(InternalCursor entry) throws IOException {
    if (writer != null && writer.estimatedBytes() >= targetBytes) {
      finishTable(Memory.bytes(entry.keyAddress(), entry.keyLength()));
    }
  }

  /** Adds an entry, as a value or as a tombstone. */
  void add(InternalCursor entry, boolean withValue) throws IOException {
    TableWriter out = openWriter();
    if (withValue) {
      values.place(entry);
    }
    out.add(
        entry.sequence(),
        withValue ? values.kind() : EntryKind.DELETE,
        withValue ? entry.encoding() : 0,
        withValue ? entry.expiresAtMs() : 0,
        entry.keyAddress(),
        entry.keyLength(),
        withValue ? values.address() : entry.valueAddress(),
        withValue ? values.length() : 0);
    entries++;
  }

  private TableWriter openWriter() throws IOException {
    TableWriter open = writer;
    if (open == null) {
      open = factory.create();
      writer = open;
    }
    return open;
  }

  /** Bytes written so far, roughly; without blob files. */
  long bytes() {
    return bytes + (writer == null ? 0 : writer.estimatedBytes());
  }

  /**
   * Finishes the last file.
   *
   * @param next where another merge goes on; null if nothing is left
   */
  MergeResult finish(long entriesRead, byte @Nullable [] next) throws IOException {
    boolean tombstones =
        nextFragment < fragments.size()
            && (next == null
                || Arrays.compareUnsigned(fragments.get(nextFragment).start(), next) < 0);
    if (writer != null || tombstones) {
      openWriter();
      finishTable(next);
    }
    List<BlobFileInfo> blobs = values.finish();
    long blobBytes = 0;
    for (BlobFileInfo blob : blobs) {
      blobBytes += blob.bytes();
    }
    complete = true;
    return new MergeResult(
        List.copyOf(finished),
        entriesRead,
        entries,
        bytes + blobBytes,
        blobs,
        references,
        Optional.ofNullable(next));
  }

  /**
   * @param upper where the next file begins; null for the end of all keys
   */
  private void finishTable(byte @Nullable [] upper) throws IOException {
    TableWriter out = openWriter();
    while (nextFragment < fragments.size()) {
      RangeFragment fragment = fragments.get(nextFragment);
      if (upper != null && Arrays.compareUnsigned(fragment.start(), upper) >= 0) {
        break;
      }
      boolean goesOn =
          upper != null
              && (fragment.end().length == 0 || Arrays.compareUnsigned(fragment.end(), upper) > 0);
      byte[] start = Arrays.compareUnsigned(fragment.start(), lower) < 0 ? lower : fragment.start();
      byte[] end = goesOn && upper != null ? upper : fragment.end();
      out.addRangeTombstones(new RangeFragment(start, end, fragment.sequences()));
      if (goesOn) {
        break;
      }
      nextFragment++;
    }
    if (upper != null) {
      lower = upper;
    }
    TableInfo info = out.finish();
    finished.add(info);
    List<BlobReference> referred = values.takeReferences();
    if (!referred.isEmpty()) {
      references.put(info.fileNumber(), referred);
    }
    bytes += info.fileBytes();
    writer = null;
    out.close();
  }

  /** Gives back what a failed merge has begun. */
  @Override
  public void close() throws IOException {
    try (values) {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    } finally {
      if (!complete) {
        finished.forEach(factory::discard);
        finished.clear();
      }
    }
  }
}
