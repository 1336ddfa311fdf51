package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.log.LogHeader;
import io.velocitydb.engine.log.LogReader;
import io.velocitydb.engine.log.LogReader.Step;
import io.velocitydb.engine.log.LogWriter;
import io.velocitydb.engine.log.Salts;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.NumberedFiles;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which databases a data directory has. A small file that is replaced whole by atomic rename, so it
 * can never be torn. Immutable.
 *
 * @param format of the directory: that of new databases
 * @param nextId no database has this number or one above it
 * @param sequenceFloor sequences of new databases begin above it: above every sequence of a dropped
 *     one, so that a version of its entries never comes again under the same name
 * @param databases numbers by name
 */
record Catalogue(int format, long nextId, long sequenceFloor, Map<String, Long> databases) {
  static final String FILE = "CATALOGUE";

  /** The directory that holds one directory for each database. */
  static final String DATABASES = "databases";

  static final String NEW_FILE = "CATALOGUE.new";
  private static final long MAGIC = 0x31474C5441434C56L; // "VLCATLG1" as bytes
  private static final int NEWEST_FORMAT = Manifest.NEWEST_FORMAT;

  Catalogue {
    databases = Collections.unmodifiableMap(new TreeMap<>(databases));
  }

  /** Of a new data directory. */
  static Catalogue empty() {
    return new Catalogue(NEWEST_FORMAT, 1, 0, Map.of());
  }

  /** With one database more. */
  Catalogue with(String name) {
    Map<String, Long> more = new TreeMap<>(databases);
    more.put(name, nextId);
    return new Catalogue(format, nextId + 1, sequenceFloor, more);
  }

  /** Without a database whose sequences reached to {@code lastSequence}. */
  Catalogue without(String name, long lastSequence) {
    Map<String, Long> fewer = new TreeMap<>(databases);
    fewer.remove(name);
    return new Catalogue(format, nextId, Math.max(sequenceFloor, lastSequence), fewer);
  }

  /** With another format. */
  Catalogue withFormat(int newFormat) {
    return new Catalogue(newFormat, nextId, sequenceFloor, databases);
  }

  /** Directory of a database: its number, and its name for people. */
  static Path directory(Path dataDirectory, long id, String name) {
    return dataDirectory.resolve(DATABASES).resolve(NumberedFiles.padded(id, 6) + "-" + name);
  }

  /**
   * Replaces the file, durably. A full disk leaves the old one; after any other failure nobody
   * knows which one is there.
   */
  void write(Vfs vfs, Path dataDirectory, NativeMemory memory) throws IOException {
    Path fresh = dataDirectory.resolve(NEW_FILE);
    if (vfs.exists(fresh)) {
      vfs.delete(fresh);
    }
    LogHeader header = new LogHeader(MAGIC, format, Salts.next(), 0, 1);
    try (VfsFile file = vfs.open(fresh, Vfs.Mode.CREATE);
        LogWriter out = new LogWriter(file, memory, header.salt(), 0)) {
      header.write(out);
      out.begin();
      out.put(encode());
      out.end();
      out.flush();
      file.sync();
    }
    vfs.rename(fresh, dataDirectory.resolve(FILE));
    try {
      vfs.syncDirectory(dataDirectory);
    } catch (DiskFullException e) {
      // Up to here a full disk has changed nothing; now nobody knows.
      throw new IOException("sync failed: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the file.
   *
   * @throws EngineException if it is damaged or of a newer format
   */
  static Catalogue read(Vfs vfs, Path dataDirectory, NativeMemory memory) throws IOException {
    Path path = dataDirectory.resolve(FILE);
    try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
      LogHeader header = LogHeader.read(file, path, MAGIC, NEWEST_FORMAT, memory);
      try (LogReader reader = new LogReader(file, memory, header.salt())) {
        Step first = reader.step();
        Step contents = reader.step();
        if (first != Step.RECORD || contents != Step.RECORD) {
          throw damaged(path);
        }
        byte[] bytes = Memory.bytes(reader.recordAddress(), reader.recordLength());
        if (reader.step() != Step.END) {
          throw damaged(path);
        }
        return decode(header.format(), bytes, path);
      }
    }
  }

  private static EngineException damaged(Path path) {
    return new EngineException(
        Kind.CORRUPTION,
        path + " is damaged behind offset " + LogHeader.BYTES + "; restore it from a backup");
  }

  private byte[] encode() {
    int length = 2 * Long.BYTES + Integer.BYTES;
    for (String name : databases.keySet()) {
      length += Long.BYTES + 1 + name.length();
    }
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(nextId).putLong(sequenceFloor).putInt(databases.size());
    databases.forEach(
        (name, id) -> {
          byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
          out.putLong(id).put((byte) bytes.length).put(bytes);
        });
    return out.array();
  }

  private static Catalogue decode(int format, byte[] bytes, Path path) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      long nextId = in.getLong();
      long sequenceFloor = in.getLong();
      int count = in.getInt();
      Map<String, Long> databases = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        long id = in.getLong();
        byte[] name = new byte[in.get() & 0xFF];
        in.get(name);
        databases.put(new String(name, StandardCharsets.US_ASCII), id);
      }
      if (in.hasRemaining()) {
        throw damaged(path);
      }
      return new Catalogue(format, nextId, sequenceFloor, databases);
    } catch (BufferUnderflowException e) {
      throw damaged(path);
    }
  }
}
