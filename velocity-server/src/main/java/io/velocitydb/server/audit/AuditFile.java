package io.velocitydb.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of an audit log, readable by its owner only. When it is full it becomes {@code NAME.1},
 * the one before {@code NAME.2} and so on; the oldest goes. When somebody has moved it away or
 * removed it, the next lines make a new one. What a crash left of a last line stays a line of its
 * own. Not thread-safe.
 */
final class AuditFile implements AuditSink {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final long bytesMax;
  private final int oldMax;
  private @Nullable FileChannel channel;
  private @Nullable Object fileKey;
  private long size;

  /**
   * Opens it, or makes it.
   *
   * @param bytesMax at which it is full
   * @param oldMax how many full ones are kept
   */
  AuditFile(Path path, long bytesMax, int oldMax) throws IOException {
    this.path = path.toAbsolutePath().normalize();
    this.bytesMax = bytesMax;
    this.oldMax = oldMax;
    open();
  }

  @Override
  public void write(ByteBuffer lines) throws IOException {
    if (wasMoved()) {
      close();
    }
    FileChannel out = channel == null ? open() : channel;
    if (size > 0 && size + lines.remaining() > bytesMax) {
      rotate();
      out = open();
    }
    try {
      while (lines.hasRemaining()) {
        size += out.write(lines);
      }
    } catch (IOException e) {
      // Opened again, it is seen whether the last line is whole.
      close();
      throw e;
    }
  }

  @Override
  public void sync() throws IOException {
    if (channel != null) {
      channel.force(false);
    }
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try (open) {
        open.force(false);
      }
    }
  }

  private FileChannel open() throws IOException {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    FileChannel opened =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            attributes);
    try {
      if (posix && !Files.getPosixFilePermissions(path).equals(OWNER_ONLY)) {
        Files.setPosixFilePermissions(path, OWNER_ONLY);
      }
      size = opened.size();
      opened.position(size);
      fileKey = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      endLastLine(opened);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    channel = opened;
    return opened;
  }

  private void endLastLine(FileChannel opened) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    if (size > 0 && opened.read(last, size - 1) == 1 && last.get(0) != '\n') {
      size += opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
  }

  /** Whether its name stands for another file now, or for none. */
  private boolean wasMoved() throws IOException {
    try {
      return !Objects.equals(
          fileKey, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private void rotate() throws IOException {
    close();
    for (int i = oldMax - 1; i >= 1; i--) {
      if (Files.exists(old(i))) {
        Files.move(old(i), old(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(path, old(1), StandardCopyOption.REPLACE_EXISTING);
  }

  private Path old(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }
}
