package io.velocitydb.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folder of a benchmark, which goes when this process ends. */
public final class WorkFolder {
  private WorkFolder() {}

  /**
   * Makes one.
   *
   * @param parent where it is made; null for velocity-bench/target
   * @param prefix of its name
   * @param kill ends the processes that use it, also when this one is interrupted
   */
  public static Path create(@Nullable Path parent, String prefix, Runnable kill)
      throws IOException {
    Path above =
        parent == null
            ? Path.of(System.getProperty("velocity.repository", "."), "velocity-bench", "target")
            : parent;
    Files.createDirectories(above);
    Path work = Files.createTempDirectory(above.toAbsolutePath(), prefix);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  kill.run();
                  Folders.delete(work);
                }));
    return work;
  }
}
