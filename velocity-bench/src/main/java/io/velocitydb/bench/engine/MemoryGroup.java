package io.velocitydb.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Linux control group that holds the memory of a process, its page cache included, below a limit.
 * It is made inside a group that the user names and may change; closing removes it.
 *
 * @param folder of the group, version 1 or 2
 */
record MemoryGroup(Path folder) implements AutoCloseable {
  /**
   * Makes one.
   *
   * @param parent a memory cgroup, or a directory of version 2 whose children have that controller
   * @throws IOException if that is not possible there; the message says what is missing
   */
  static MemoryGroup create(Path parent, long bytes) throws IOException {
    Path folder = parent.resolve("velocity-bench-" + ProcessHandle.current().pid());
    Files.createDirectory(folder);
    MemoryGroup group = new MemoryGroup(folder);
    for (String name : List.of("memory.max", "memory.limit_in_bytes")) {
      Path limit = folder.resolve(name);
      if (Files.exists(limit)) {
        Files.writeString(limit, Long.toString(bytes));
        return group;
      }
    }
    group.close();
    throw new IOException(
        parent
            + " is no cgroup whose children can limit memory (echo +memory >"
            + " cgroup.subtree_control, as its owner)");
  }

  /** A command that runs the command after it inside the group. */
  List<String> enter() {
    return List.of(
        "sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", folder.resolve("cgroup.procs").toString());
  }

  @Override
  public void close() throws IOException {
    Files.delete(folder);
  }
}
