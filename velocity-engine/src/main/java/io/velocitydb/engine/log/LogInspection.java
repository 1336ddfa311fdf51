package io.velocitydb.engine.log;

import io.velocitydb.engine.Inspected;
import io.velocitydb.engine.log.LogReader.Step;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Shows a file of records one by one, damaged places too.
 *
 * @param magic the first bytes of such a file
 * @param newestFormat that can be read
 * @param what such a file is
 * @param numberName what the number in its header is
 */
public record LogInspection(long magic, int newestFormat, String what, String numberName) {
  /**
   * Hands header and gaps to {@code sink}, and every record behind the header to {@code record},
   * while the reader stands on it.
   */
  public void run(
      Vfs vfs, Path path, NativeMemory memory, Consumer<Inspected> sink, Consumer<LogReader> record)
      throws IOException {
    try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
      LogHeader header = LogHeader.read(file, path, magic, newestFormat, memory);
      sink.accept(header.inspected(what, numberName));
      try (LogReader reader = new LogReader(file, memory, header.salt())) {
        boolean first = true;
        for (Step step = reader.step(); step != Step.END; step = reader.step()) {
          if (step == Step.GAP) {
            sink.accept(reader.inspectedGap());
          } else if (!first) {
            record.accept(reader);
          }
          first = false;
        }
      }
    }
  }
}
