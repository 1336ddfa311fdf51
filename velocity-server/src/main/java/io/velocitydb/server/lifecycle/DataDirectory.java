package io.velocitydb.server.lifecycle;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.jboss.logging.Logger;

/**
 * The folder that everything is in.
 *
 * @param path absolute and normalized
 */
record DataDirectory(Path path) {
  private static final Logger LOG = Logger.getLogger(DataDirectory.class);

  /**
   * Makes sure that it is there and can be written. A new one is for its owner alone.
   *
   * @throws StartProblem if not
   */
  static DataDirectory prepare(Path configured) throws StartProblem {
    Path path = configured.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(path)) {
        create(path);
      }
      Path probe = Files.createTempFile(path, ".write", ".probe");
      Files.delete(probe);
    } catch (IOException e) {
      throw new StartProblem(
          "cannot write into the data directory "
              + path
              + " ("
              + reason(e)
              + "); give this user the right to, or name another with --data-dir",
          e);
    }
    return new DataDirectory(path);
  }

  private static void create(Path path) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(path);
    }
  }

  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case java.nio.file.FileAlreadyExistsException exists ->
          "there is a file of that name: " + exists.getFile();
      default -> String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    };
  }

  /** Bytes free on its file system; 0 when that cannot be told. */
  long freeBytes() {
    try {
      FileStore store = Files.getFileStore(path);
      return store.getUsableSpace();
    } catch (IOException e) {
      LOG.debugf("cannot tell the free space of %s: %s", path, e);
      return 0;
    }
  }

  /** The folder of key and certificate. */
  Path tls() {
    return path.resolve("tls");
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s", path);
  }
}
