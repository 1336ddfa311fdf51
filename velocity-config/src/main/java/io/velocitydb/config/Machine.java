package io.velocitydb.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much memory there is.
 *
 * @param totalBytes of the machine
 * @param containerBytes what control groups (version 1 or 2) allow this process, if that is less
 *     than the machine has
 */
public record Machine(long totalBytes, OptionalLong containerBytes) {

  /** This machine. */
  public static Machine current() {
    return read(Path.of("/"));
  }

  /** What the process may use at all. */
  public long availableBytes() {
    return containerBytes.orElse(totalBytes);
  }

  /**
   * Reads {@code proc} and {@code sys} below {@code root}; where they are missing (not Linux) it
   * asks the JVM.
   *
   * @throws UncheckedIOException if a file that exists cannot be read
   */
  static Machine read(Path root) {
    long total = meminfo(root.resolve("proc/meminfo")).orElseGet(Machine::totalByJvm);
    OptionalLong limit = controlGroupLimit(root);
    return new Machine(
        total, limit.isPresent() && limit.getAsLong() < total ? limit : OptionalLong.empty());
  }

  private static OptionalLong meminfo(Path file) {
    for (String line : lines(file)) {
      if (line.startsWith("MemTotal:")) {
        return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")) << 10);
      }
    }
    return OptionalLong.empty();
  }

  private static long totalByJvm() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  private static OptionalLong controlGroupLimit(Path root) {
    OptionalLong smallest = OptionalLong.empty();
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      boolean version2 = parts[0].equals("0") && parts[1].isEmpty();
      boolean version1 = List.of(parts[1].split(",", -1)).contains("memory");
      if (version2) {
        smallest =
            smaller(
                smallest, smallestUpwards(root.resolve("sys/fs/cgroup"), parts[2], "memory.max"));
      } else if (version1) {
        smallest =
            smaller(
                smallest,
                smallestUpwards(
                    root.resolve("sys/fs/cgroup/memory"), parts[2], "memory.limit_in_bytes"));
      }
    }
    return smallest;
  }

  /**
   * A parent's limit binds its children, and inside a container the group's own path may not be
   * mounted: so every level counts.
   */
  private static OptionalLong smallestUpwards(Path mount, String group, String file) {
    OptionalLong smallest = OptionalLong.empty();
    Path top = mount.normalize();
    Path folder = top.resolve("." + group).normalize();
    while (folder != null && folder.startsWith(top)) {
      smallest = smaller(smallest, limit(folder.resolve(file)));
      folder = folder.getParent();
    }
    return smallest;
  }

  private static OptionalLong limit(Path file) {
    List<String> lines = lines(file);
    // "max" is version 2's word for no limit; version 1 has a number larger than any machine.
    return lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,19}")
        ? OptionalLong.empty()
        : parse(lines.getFirst().strip());
  }

  private static OptionalLong parse(String digits) {
    long value = Long.parseUnsignedLong(digits);
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static OptionalLong smaller(OptionalLong a, OptionalLong b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isPresent() ? a : b;
    }
    return OptionalLong.of(Math.min(a.getAsLong(), b.getAsLong()));
  }

  private static List<String> lines(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
