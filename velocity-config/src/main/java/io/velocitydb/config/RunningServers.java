package io.velocitydb.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The running servers of one user: for each a pointer to its {@code server.json} in {@code
 * ~/.velocity/run}. A pointer whose server is gone (killed, or its folder removed) is not listed
 * and is swept away by the next look.
 *
 * @param folder where the pointers are
 */
public record RunningServers(Path folder) {
  private static final int MAX_POINTER_BYTES = 8 << 10;

  /** Those of the user this process runs as. */
  public static RunningServers ofThisUser() {
    return new RunningServers(VelocityHome.path().resolve("run"));
  }

  /**
   * A server and its folder.
   *
   * @param dataDir absolute
   */
  public record Running(Path dataDir, ServerFile file) {}

  /**
   * Writes a server's record into its data directory and a pointer to it. Called when the server is
   * ready.
   */
  public void publish(Path dataDir, ServerFile file) throws IOException {
    Path record = ServerFile.pathIn(dataDir.toAbsolutePath().normalize());
    file.write(record);
    Files.createDirectories(folder);
    Files.writeString(pointer(file.pid()), record + "\n");
  }

  /**
   * Removes both, the pointer first. Called when the server stops; does nothing where nothing is
   * left.
   */
  public void withdraw(Path dataDir, long pid) throws IOException {
    Files.deleteIfExists(pointer(pid));
    Path record = ServerFile.pathIn(dataDir);
    Optional<ServerFile> current = ServerFile.read(record);
    if (current.isPresent() && current.get().pid() == pid) {
      Files.deleteIfExists(record);
    }
  }

  /** The servers that run now, by data directory. */
  public List<Running> list() throws IOException {
    List<Running> running = new ArrayList<>();
    try (DirectoryStream<Path> pointers = Files.newDirectoryStream(folder, "*.server")) {
      for (Path pointer : pointers) {
        Optional<Running> server = follow(pointer);
        if (server.isPresent()) {
          running.add(server.get());
        } else {
          Files.deleteIfExists(pointer);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    running.sort((a, b) -> a.dataDir().compareTo(b.dataDir()));
    return List.copyOf(running);
  }

  /** The server that runs over this data directory, if one does. */
  public static Optional<Running> over(Path dataDir) throws IOException {
    Path absolute = dataDir.toAbsolutePath().normalize();
    return ServerFile.read(ServerFile.pathIn(absolute))
        .filter(ServerFile::isAlive)
        .map(file -> new Running(absolute, file));
  }

  /**
   * Only to the server that made the pointer: a killed one's may lead to its successor's record.
   */
  private Optional<Running> follow(Path pointer) throws IOException {
    if (Files.size(pointer) > MAX_POINTER_BYTES) {
      return Optional.empty();
    }
    Path record = Path.of(Files.readString(pointer).strip());
    Path dataDir = record.getParent();
    return dataDir == null
        ? Optional.empty()
        : over(dataDir).filter(server -> pointer.equals(pointer(server.file().pid())));
  }

  private Path pointer(long pid) {
    return folder.resolve(pid + ".server");
  }
}
