package io.velocitydb.engine.vfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much memory Linux can keep contents of this process's files in: what is free or easily given
 * up, and no more than the control groups of the process (version 1 or 2) leave beside what their
 * processes have allocated. Thread-safe.
 *
 * @param proc where the kernel tells of processes
 * @param groups where control groups lie
 */
record FileCacheRoom(Path proc, Path groups) {
  /** Nothing is known. */
  static final long UNKNOWN = Long.MAX_VALUE;

  private static final Logger LOG = LoggerFactory.getLogger(FileCacheRoom.class);

  /** That of this process. */
  static FileCacheRoom ofProcess() {
    return new FileCacheRoom(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
  }

  /** Bytes; {@link #UNKNOWN} if the system does not tell. */
  long bytes() {
    long room = UNKNOWN;
    long available = field(proc.resolve("meminfo"), "MemAvailable:");
    if (available >= 0) {
      room = available * 1024;
    }
    for (String line : lines(proc.resolve("self/cgroup"))) {
      // hierarchy:controllers:path
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].isEmpty()) {
        room = Math.min(room, second(groups, parts[2]));
      } else if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains("memory")) {
        room = Math.min(room, first(groups.resolve("memory"), parts[2]));
      }
    }
    return room;
  }

  /** Version 2: each group has its own limit, and is held by those of the groups around it. */
  private static long second(Path root, String path) {
    long room = UNKNOWN;
    Path group = in(root, path);
    while (group.startsWith(root)) {
      List<String> limit = lines(group.resolve("memory.max"));
      if (!limit.isEmpty() && !limit.getFirst().equals("max")) {
        long used = Math.max(0, field(group.resolve("memory.stat"), "anon"));
        room = Math.min(room, Math.max(0, number(limit.getFirst()) - used));
      }
      group = group.getParent();
    }
    return room;
  }

  /** Version 1: a group tells the least limit of those around it. */
  private static long first(Path root, String path) {
    Path statistics = in(root, path).resolve("memory.stat");
    long limit = field(statistics, "hierarchical_memory_limit");
    return limit < 0 ? UNKNOWN : Math.max(0, limit - Math.max(0, field(statistics, "total_rss")));
  }

  /** A container mostly sees its own group as the root, but is told the path outside of it. */
  private static Path in(Path root, String path) {
    Path group = root.resolve(path.substring(1)).normalize();
    return group.startsWith(root) && Files.isDirectory(group) ? group : root;
  }

  /** The number behind a name that begins a line; -1 if it is not there. */
  private static long field(Path file, String name) {
    for (String line : lines(file)) {
      String[] words = line.split("\\s+", -1);
      if (words.length > 1 && words[0].equals(name)) {
        return number(words[1]);
      }
    }
    return -1;
  }

  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      // Version 1 writes "no limit" as the largest number of pages, and may write more than fits.
      return Long.MAX_VALUE;
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      LOG.debug("cannot read {}", file, e);
      return List.of();
    }
  }
}
