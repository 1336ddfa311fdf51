package io.velocitydb.e2e.process;

import java.nio.file.Path;
import java.util.List;

/**
 * A small file system in memory over a folder, to have a disk that is full or cannot be written.
 * Closing it unmounts it.
 */
public final class Mount implements AutoCloseable {

  private final Path folder;

  private Mount(Path folder) {
    this.folder = folder;
  }

  /** Whether this process may mount: it is root, and the tool is there. */
  public static boolean isPossible() {
    return "root".equals(System.getProperty("user.name")) && Command.find("mount").isPresent();
  }

  /** Mounts over {@code folder}; {@code size} as mount takes it, {@code "64m"}. */
  public static Mount memory(Path folder, String size) {
    run(folder, "mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
    return new Mount(folder);
  }

  /** Changes an option while mounted: {@code "ro"}, {@code "size=128m"}. */
  public void remount(String option) {
    run(folder, "mount", "-o", "remount," + option, folder.toString());
  }

  @Override
  public void close() {
    // Lazily: a process that is still ending may have files open there.
    run(folder, "umount", "-l", folder.toString());
  }

  private static void run(Path folder, String... words) {
    Command.of(folder.toAbsolutePath().getParent(), List.of(words)).run().mustSucceed();
  }
}
