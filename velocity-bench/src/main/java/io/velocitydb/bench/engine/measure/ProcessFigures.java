package io.velocitydb.bench.engine.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Linux counts of this process, in bytes; 0 elsewhere.
 *
 * @param readCalls read by system calls, from page cache or storage
 * @param writeCalls written by system calls
 * @param stored sent to storage: pages made dirty and direct writes
 * @param resident resident memory
 * @param anonymous resident memory that no file stands behind
 */
record ProcessFigures(long readCalls, long writeCalls, long stored, long resident, long anonymous) {
  private static final Path IO = Path.of("/proc/self/io");
  private static final Path STATUS = Path.of("/proc/self/status");

  static ProcessFigures now() {
    try {
      String io = Files.exists(IO) ? Files.readString(IO) : "";
      String status = Files.exists(STATUS) ? Files.readString(STATUS) : "";
      return new ProcessFigures(
          number(io, "rchar:"),
          number(io, "wchar:"),
          number(io, "write_bytes:"),
          number(status, "VmRSS:") * 1024,
          number(status, "RssAnon:") * 1024);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
