package io.velocitydb.engine.manifest;

import io.velocitydb.engine.Inspected;
import io.velocitydb.engine.log.LogInspection;
import io.velocitydb.engine.log.LogReader;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Shows a manifest edit by edit, damaged places too. */
public final class ManifestInspection {
  private static final LogInspection FILE =
      new LogInspection(Manifest.MAGIC, Manifest.NEWEST_FORMAT, "manifest", "rewritten");

  private ManifestInspection() {}

  /** Hands every edit to {@code sink}. */
  public static void run(Vfs vfs, Path path, NativeMemory memory, Consumer<Inspected> sink)
      throws IOException {
    FILE.run(vfs, path, memory, sink, reader -> sink.accept(edit(reader)));
  }

  private static Inspected edit(LogReader reader) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("offset", "" + reader.recordStart());
    if (reader.recordLength() < Long.BYTES) {
      fields.put("malformed", "an edit of " + reader.recordLength() + " bytes");
      return new Inspected("edit", fields);
    }
    try {
      EditCodec.Decoded decoded =
          EditCodec.decode(
              Memory.bytes(
                  reader.recordAddress() + Long.BYTES, reader.recordLength() - Long.BYTES));
      VersionEdit edit = decoded.edit();
      fields.put("next_file", "" + decoded.nextFileNumber());
      edit.sequenceCeiling().ifPresent(v -> fields.put("sequence_ceiling", "" + v));
      edit.flushedSequence().ifPresent(v -> fields.put("flushed_sequence", "" + v));
      edit.engineTimeMs().ifPresent(v -> fields.put("engine_time_ms", "" + v));
      put(fields, "logs_added", edit.addedWals().stream().map(WalName::number).toList());
      put(fields, "logs_removed", edit.removedWals());
      put(
          fields,
          "tables_added",
          edit.addedTables().stream()
              .map(
                  added ->
                      "%s in run %d of tier %d".formatted(added.table(), added.run(), added.tier()))
              .toList());
      put(fields, "tables_removed", edit.removedTables());
      put(fields, "blobs_added", edit.addedBlobs());
      put(fields, "blobs_removed", edit.removedBlobs());
      edit.references().forEach((table, to) -> put(fields, "blobs_of_table_" + table, to));
      edit.applied().ifPresent(v -> fields.put("applied", v.term() + "/" + v.index()));
      edit.cleanClose()
          .ifPresent(
              v ->
                  fields.put(
                      "closed",
                      "log %d ends at %d, last sequence %d"
                          .formatted(v.segment(), v.offset(), v.lastSequence())));
    } catch (EditCodec.MalformedEdit | IllegalArgumentException e) {
      fields.put("malformed", String.valueOf(e.getMessage()));
    }
    return new Inspected("edit", fields);
  }

  private static void put(Map<String, String> fields, String name, java.util.List<?> values) {
    if (!values.isEmpty()) {
      fields.put(name, values.toString());
    }
  }
}
