package io.velocitydb.engine.compaction;

import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobPointer;
import io.velocitydb.engine.blob.BlobReference;
import io.velocitydb.engine.blob.BlobWriter;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides of each value of a merge where it lies: large ones go to new blob files, those that lie
 * in one already stay there, unless that file is to go. Counts what each table refers to.
 */
final class LargeValues implements AutoCloseable {
  private final ValueFiles files;
  private final Interruption interruption;
  private final BlockPin moved;
  private final List<BlobFileInfo> finished = new ArrayList<>();
  private final TreeMap<Long, Long> referred = new TreeMap<>();
  private @Nullable BlobWriter writer;

  private byte kind;
  private long address;
  private int length;

  LargeValues(ValueFiles files, Interruption interruption, NativeMemory memory) {
    this.files = files;
    this.interruption = interruption;
    this.moved = new BlockPin(memory);
  }

  /** Finds a place for the value that a cursor stands on. */
  void place(InternalCursor entry) throws IOException {
    kind = entry.kind();
    address = entry.valueAddress();
    length = entry.valueLength();
    if (kind == EntryKind.BLOB && files.leaves(BlobPointer.file(address))) {
      files.read(address, length, moved);
      write(moved.address(), moved.length());
      moved.release();
    } else if (kind == EntryKind.PUT && length > files.mostBytesBesideKey()) {
      write(address, length);
    }
    if (kind == EntryKind.BLOB) {
      referred.merge(
          BlobPointer.file(address), BlobPointer.storedBytes(address, length), Long::sum);
    }
  }

  private void write(long value, int valueLength) throws IOException {
    BlobWriter out = writer;
    if (out != null && out.bytes() >= files.fileBytes()) {
      finished.add(out.finish());
      out = null;
    }
    if (out == null) {
      out = files.createBlobs();
      writer = out;
    }
    interruption.check();
    out.add(value, valueLength);
    kind = EntryKind.BLOB;
    address = out.pointerAddress();
    length = out.pointerLength();
  }

  /** {@link EntryKind#PUT} or {@link EntryKind#BLOB}. */
  byte kind() {
    return kind;
  }

  /** Where the value or its pointer lies. */
  long address() {
    return address;
  }

  int length() {
    return length;
  }

  /** What was placed since the last call, by file. */
  List<BlobReference> takeReferences() {
    List<BlobReference> references = new ArrayList<>();
    referred.forEach((file, bytes) -> references.add(new BlobReference(file, bytes)));
    referred.clear();
    return references;
  }

  /** Finishes the last blob file. */
  List<BlobFileInfo> finish() throws IOException {
    BlobWriter out = writer;
    if (out != null) {
      finished.add(out.finish());
    }
    return List.copyOf(finished);
  }

  @Override
  public void close() throws IOException {
    moved.close();
    if (writer != null) {
      writer.close();
    }
  }
}
