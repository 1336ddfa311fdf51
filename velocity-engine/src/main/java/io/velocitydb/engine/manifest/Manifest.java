package io.velocitydb.engine.manifest;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.log.LogHeader;
import io.velocitydb.engine.log.LogReader;
import io.velocitydb.engine.log.LogReader.Step;
import io.velocitydb.engine.log.LogWriter;
import io.velocitydb.engine.log.Salts;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of one database, open for edits. Thread-safe.
 *
 * <p>Each edit is synced before the next is written, so whatever stands before an intact edit was
 * once on disk: damage there is corruption. Only the last edit may be torn; it was then never
 * acknowledged, and nothing that relies on it (a removed file, above all) was done.
 *
 * <p>After a failed write or sync nothing is known of the file's end: the manifest refuses further
 * edits. A write that finds the disk full is the exception: the next edit then writes the whole
 * state to a new file.
 *
 * <p>Nothing is ever appended to a file that another process wrote. Its last edit may have been
 * read from a cache only: after a failed sync pages look clean, and no later sync writes them. So
 * the first edit after opening writes the whole state to a new file, too, and until then nothing
 * that relies on what was read may be done: call {@link #makeDurable} before.
 */
public final class Manifest implements AutoCloseable {
  /** Its name in the directory of the database. */
  public static final String FILE = "MANIFEST";

  /** Newest format that this release reads and writes; new databases have it. */
  public static final int NEWEST_FORMAT = 2;

  /** The first format that knows blob files. */
  public static final int FORMAT_WITH_BLOBS = 2;

  /** From this format on, tables have index and filter in partitions. */
  public static final int FORMAT_WITH_PARTITIONS = 2;

  private static final int FORMAT_WITH_STRETCHES = 2;

  private static final String NEW_FILE = "MANIFEST.new";
  static final long MAGIC = 0x3146494E414D4C56L; // "VLMANIF1" as bytes
  private static final long REWRITE_BYTES = 1L << 20;

  private final Vfs vfs;
  private final Path directory;
  private final NativeMemory memory;
  private final long owner;
  private final FileNumbers numbers;

  private volatile ManifestState state;
  private @Nullable VfsFile file;
  private @Nullable LogWriter writer;
  private volatile int format;
  private int headerFormat;
  private long generation;
  private long bytes;
  private long rewriteAt;
  private @Nullable Throwable failure;

  private Manifest(
      Vfs vfs, Path directory, NativeMemory memory, long owner, int format, ManifestState state) {
    this.vfs = vfs;
    this.directory = directory;
    this.memory = memory;
    this.owner = owner;
    this.format = format;
    this.headerFormat = format;
    this.state = state;
    this.numbers = new FileNumbers(state.nextFileNumber());
  }

  /**
   * What a manifest on disk says.
   *
   * @param header its first record
   * @param state what its edits add up to
   * @param end offset behind the last intact edit
   * @param torn whether bytes follow there
   * @param edits number of edits
   * @param bytes length of the file
   */
  public record Contents(
      LogHeader header, ManifestState state, long end, boolean torn, long edits, long bytes) {}

  /** Creates the manifest of a new database and makes it durable. */
  public static Manifest create(
      Vfs vfs, Path directory, NativeMemory memory, long owner, int format, ManifestState initial)
      throws IOException {
    Manifest manifest = new Manifest(vfs, directory, memory, owner, format, initial);
    manifest.rewrite(initial);
    return manifest;
  }

  /** Opens what {@link #read} returned, for edits; writes nothing yet. */
  public static Manifest open(Vfs vfs, Path directory, NativeMemory memory, Contents contents)
      throws IOException {
    Manifest manifest =
        new Manifest(
            vfs,
            directory,
            memory,
            contents.header().owner(),
            contents.header().format(),
            contents.state());
    manifest.generation = contents.header().number();
    manifest.bytes = contents.bytes();
    if (vfs.exists(directory.resolve(NEW_FILE))) {
      vfs.delete(directory.resolve(NEW_FILE));
    }
    return manifest;
  }

  /**
   * Reads a manifest without changing anything.
   *
   * @throws EngineException if it is damaged or of a newer format
   */
  public static Contents read(Vfs vfs, Path directory, NativeMemory memory) throws IOException {
    Path path = directory.resolve(FILE);
    if (!vfs.exists(path)) {
      throw new EngineException(
          Kind.CORRUPTION, path + " is missing; restore the database from a backup");
    }
    try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
      LogHeader header = LogHeader.read(file, path, MAGIC, NEWEST_FORMAT, memory);
      try (LogReader reader = new LogReader(file, memory, header.salt())) {
        return readEdits(reader, path, header);
      }
    }
  }

  private static Contents readEdits(LogReader reader, Path path, LogHeader header)
      throws IOException {
    if (reader.step() != Step.RECORD) {
      throw damaged(path, 0, "a damaged header");
    }
    long end = reader.position();
    ManifestState state = ManifestState.initial(0);
    long edits = 0;
    boolean torn = false;
    while (true) {
      Step step = reader.step();
      if (step == Step.END) {
        break;
      }
      if (step == Step.GAP) {
        torn = true;
        continue;
      }
      if (torn) {
        throw damaged(path, end, "a damaged edit before an intact one");
      }
      if (reader.recordLength() < Long.BYTES || Memory.getLong(reader.recordAddress()) != end) {
        throw damaged(path, reader.recordStart(), "an edit that does not follow the one before");
      }
      state = applyRecord(reader, path, state);
      end = reader.position();
      edits++;
    }
    if (edits == 0) {
      throw damaged(path, end, "a damaged first edit");
    }
    return new Contents(header, state, end, torn, edits, reader.fileBytes());
  }

  private static ManifestState applyRecord(LogReader reader, Path path, ManifestState state) {
    byte[] fields =
        Memory.bytes(reader.recordAddress() + Long.BYTES, reader.recordLength() - Long.BYTES);
    try {
      EditCodec.Decoded decoded = EditCodec.decode(fields);
      return state.apply(decoded.edit(), decoded.nextFileNumber());
    } catch (EditCodec.MalformedEdit | IllegalArgumentException e) {
      throw damaged(path, reader.recordStart(), "an edit that makes no sense: " + e.getMessage());
    }
  }

  private static EngineException damaged(Path path, long offset, String what) {
    return new EngineException(
        Kind.CORRUPTION,
        path + " has " + what + " at offset " + offset + "; restore the database from a backup");
  }

  /** Format of the database: of what its files may contain. */
  public int format() {
    return format;
  }

  private boolean notesStretches() {
    return headerFormat >= FORMAT_WITH_STRETCHES;
  }

  /** Raises the format, durably; older releases refuse the database from then on. */
  public synchronized void raiseFormat(int newFormat) throws IOException {
    if (newFormat <= format) {
      return;
    }
    headerFormat = newFormat;
    try {
      // The header is written with the whole state only.
      closeFile();
      VersionEdit.Builder same = VersionEdit.builder();
      state.cleanClose().ifPresent(same::cleanClose);
      apply(same.build());
      format = newFormat;
    } finally {
      headerFormat = format;
    }
  }

  /** What all edits until now add up to. */
  public ManifestState state() {
    return state;
  }

  /** Length of the file in bytes. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Reads the file again and checks every byte of it. */
  public synchronized Contents verify() throws IOException {
    return read(vfs, directory, memory);
  }

  /** A number for a new file, never given out before. */
  public long newFileNumber() {
    return numbers.take();
  }

  /**
   * As {@link #newFileNumber}, and makes known on disk before that the file may be created: found
   * without a name, it is a left-over and no sign of lost edits.
   */
  public synchronized long newAnnouncedFileNumber() throws IOException {
    long number = numbers.takeAnnounced();
    apply(VersionEdit.builder().build());
    return number;
  }

  /** A file of this number will never be named: it was removed again. */
  public void forgetFileNumber(long number) {
    numbers.settle(number);
  }

  /** Gives out no number at or below {@code used} any more. */
  public void skipFileNumbers(long used) {
    numbers.skip(used);
  }

  /**
   * Makes durable what was read at opening, unless an edit has done so. Files that it does not name
   * may be removed afterwards, and not before.
   */
  public synchronized void makeDurable() throws IOException {
    if (writer == null) {
      VersionEdit.Builder same = VersionEdit.builder();
      state.cleanClose().ifPresent(same::cleanClose);
      apply(same.build());
    }
  }

  /** Writes an edit, syncs it and returns the new state. */
  public synchronized ManifestState apply(VersionEdit edit) throws IOException {
    if (failure != null) {
      throw new IOException("an earlier edit of " + directory.resolve(FILE) + " failed", failure);
    }
    long unknown = numbers.firstUnknown(edit);
    ManifestState next = state.apply(edit, unknown);
    LogWriter open = writer;
    VfsFile openFile = file;
    try {
      if (open == null || openFile == null || open.position() > rewriteAt) {
        rewrite(next);
      } else {
        append(open, openFile, EditCodec.encode(edit, unknown, notesStretches()));
      }
    } catch (DiskFullException e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      throw e;
    }
    state = next;
    numbers.settle(edit);
    return next;
  }

  private void append(LogWriter open, VfsFile openFile, byte[] fields) throws IOException {
    try {
      long syncedTo = open.position();
      open.begin();
      open.putLong(syncedTo);
      open.put(fields);
      open.end();
      open.flush();
    } catch (DiskFullException e) {
      closeFile();
      throw e;
    }
    bytes = open.position();
    // Edits are rare, and there may be thousands of manifests.
    open.close();
    try {
      openFile.sync();
    } catch (DiskFullException e) {
      // Said by a sync, it leaves as little knowledge as any other failure.
      throw new IOException("sync failed: " + e.getMessage(), e);
    }
  }

  /** Writes the whole state to a new file that takes the place of the old one. */
  private void rewrite(ManifestState whole) throws IOException {
    Path newPath = directory.resolve(NEW_FILE);
    if (vfs.exists(newPath)) {
      vfs.delete(newPath);
    }
    LogHeader header = new LogHeader(MAGIC, headerFormat, Salts.next(), owner, generation + 1);
    long end;
    try (VfsFile created = vfs.open(newPath, Vfs.Mode.CREATE);
        LogWriter out = new LogWriter(created, memory, header.salt(), 0)) {
      header.write(out);
      long syncedTo = out.position();
      out.begin();
      out.putLong(syncedTo);
      out.put(EditCodec.encode(whole.asEdit(), whole.nextFileNumber(), notesStretches()));
      out.end();
      out.flush();
      end = out.position();
      created.sync();
    }
    closeFile();
    vfs.rename(newPath, directory.resolve(FILE));
    vfs.syncDirectory(directory);
    VfsFile opened = vfs.open(directory.resolve(FILE), Vfs.Mode.READ_WRITE);
    file = opened;
    writer = new LogWriter(opened, memory, header.salt(), end);
    generation = header.number();
    bytes = end;
    rewriteAt = Math.max(REWRITE_BYTES, 4 * end);
  }

  private void closeFile() throws IOException {
    VfsFile open = file;
    LogWriter out = writer;
    file = null;
    writer = null;
    if (out != null) {
      out.close();
    }
    if (open != null) {
      open.close();
    }
  }

  /** Closes the file until the next edit, which then writes the whole state to a new one. */
  public synchronized void rest() throws IOException {
    if (failure == null) {
      closeFile();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (failure == null) {
      failure = new IOException("closed");
    }
    closeFile();
  }
}
