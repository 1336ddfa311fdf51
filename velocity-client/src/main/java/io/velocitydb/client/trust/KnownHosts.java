package io.velocitydb.client.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.velocitydb.protocol.scram.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The file of servers seen before: one line {@code host:port SHA256:...} each, in {@code
 * ~/.velocity/known_hosts}.
 *
 * <p>A host may have two lines while its server announces a change of key. Lines that start with
 * {@code #} and blank lines are kept. The file is replaced whole under a lock of {@code
 * known_hosts.lock}, so that many processes may write at once; it is readable by its owner only.
 * The home folder is that of the system property {@code velocity.home} if set, else {@code
 * .velocity} in {@code user.home}.
 *
 * <p>Thread safe.
 */
public final class KnownHosts {

  /** The system property that names another folder than {@code ~/.velocity}. */
  public static final String HOME_PROPERTY = "velocity.home";

  /** Serialises the threads of this process; the file lock serialises processes. */
  private static final Object PROCESS_LOCK = new Object();

  private final Path file;

  /** Keeps to {@code file}, which need not exist yet. */
  public KnownHosts(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** The user's own file. */
  public static KnownHosts standard() {
    String home = System.getProperty(HOME_PROPERTY);
    Path folder =
        home == null ? Path.of(System.getProperty("user.home"), ".velocity") : Path.of(home);
    return new KnownHosts(folder.resolve("known_hosts"));
  }

  /** The file's path. */
  public Path file() {
    return file;
  }

  /**
   * The fingerprints kept for {@code host:port}; empty if there are none.
   *
   * @throws UncheckedIOException if the file cannot be read, or has a line that is not of its form
   *     (with its number)
   */
  public Set<Fingerprint> find(String host, int port) {
    String name = name(host, port);
    Set<Fingerprint> found = new LinkedHashSet<>();
    List<String> lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      Line line = parse(lines.get(i), i + 1);
      if (line.host.equals(name)) {
        found.add(Fingerprint.parse(line.fingerprint));
      }
    }
    return found;
  }

  /**
   * Makes {@code fingerprints} all that is kept for {@code host:port}; none forgets the host.
   * Writes nothing when that is so already.
   *
   * @throws UncheckedIOException if the file cannot be read or written
   */
  public void keep(String host, int port, Set<Fingerprint> fingerprints) {
    if (find(host, port).equals(fingerprints)) {
      return;
    }
    synchronized (PROCESS_LOCK) {
      try {
        createFolder();
        try (FileChannel lock =
                FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = lock.lock()) {
          assert held.isValid();
          replace(name(host, port), fingerprints);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
      }
    }
  }

  private void replace(String name, Set<Fingerprint> fingerprints) throws IOException {
    List<String> kept = new ArrayList<>();
    List<String> lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      if (!parse(lines.get(i), i + 1).host.equals(name)) {
        kept.add(lines.get(i));
      }
    }
    for (Fingerprint fingerprint : fingerprints) {
      kept.add(name + " " + fingerprint);
    }
    Path fresh = Files.createTempFile(file.getParent(), "known_hosts", ".new");
    try {
      String text = kept.isEmpty() ? "" : String.join("\n", kept) + "\n";
      try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = UTF_8.encode(text);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private void createFolder() throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Files.createDirectories(file.getParent(), ownerOnly);
  }

  private Path lockFile() {
    return file.resolveSibling(file.getFileName() + ".lock");
  }

  private List<String> lines() {
    try {
      return Files.exists(file) ? Files.readAllLines(file, UTF_8) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** A line's two words; both empty for a comment or blank line. */
  private record Line(String host, String fingerprint) {}

  private Line parse(String line, int number) {
    String trimmed = line.trim();
    if (trimmed.isEmpty() || trimmed.startsWith("#")) {
      return new Line("", "");
    }
    String[] words = trimmed.split("\\s+", -1);
    try {
      if (words.length == 2) {
        return new Line(words[0].toLowerCase(Locale.ROOT), Fingerprint.parse(words[1]).toString());
      }
    } catch (IllegalArgumentException malformed) {
      throw damaged(number, malformed);
    }
    throw damaged(number, new IllegalArgumentException("not two words"));
  }

  private UncheckedIOException damaged(int number, IllegalArgumentException cause) {
    String message =
        file + " line " + number + " is not \"host:port SHA256:...\"; correct or remove it";
    return new UncheckedIOException(message, new IOException(message, cause));
  }

  static String name(String host, int port) {
    String lower = host.toLowerCase(Locale.ROOT);
    return (lower.indexOf(':') >= 0 ? "[" + lower + "]" : lower) + ":" + port;
  }
}
