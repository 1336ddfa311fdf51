package io.velocitydb.cli.server;

import io.velocitydb.config.ConfigLoader;
import io.velocitydb.config.MemoryPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments with which Java becomes the server. A value; making one has no effect.
 *
 * @param arguments everything after {@code java}
 */
public record ServerPlan(List<String> arguments) {

  /** Copies the list. */
  public ServerPlan {
    arguments = List.copyOf(arguments);
  }

  /**
   * Puts the arguments together.
   *
   * @param serverJar Quarkus' {@code quarkus-run.jar}
   * @param memory how much each part may take
   * @param flags settings from the command line, key to value
   * @param config the settings file somebody named
   * @param javaOptions further options of the user ({@code VELOCITY_JAVA_OPTS}), which win over
   *     ours
   */
  public static ServerPlan of(
      Path serverJar,
      MemoryPlan memory,
      Map<String, String> flags,
      Optional<Path> config,
      List<String> javaOptions) {
    List<String> java = new ArrayList<>();
    java.add("-Xmx" + memory.heap());
    java.add("-XX:MaxDirectMemorySize=" + memory.network());
    java.add("-Dio.netty.maxDirectMemory=" + memory.network());
    // Named, because the JVM would else choose by the machine's size; the data is off the heap, so
    // what matters is short pauses.
    if (javaOptions.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      java.add("-XX:+UseG1GC");
    }
    java.add("-XX:+UseCompactObjectHeaders");
    // A server that cannot allocate is better dead and restarted than half alive: the log keeps
    // what was acknowledged.
    java.add("-XX:+ExitOnOutOfMemoryError");
    // The shared file of performance counters would let a slow disk stop all threads.
    java.add("-XX:+PerfDisableSharedMem");
    java.add("--enable-native-access=ALL-UNNAMED");
    // Netty's direct buffers are much slower without it; it says nothing when this is given
    // explicitly.
    java.add("--sun-misc-unsafe-memory-access=allow");
    java.addAll(javaOptions);
    config.ifPresent(file -> java.add("-D" + ConfigLoader.FILE_PROPERTY + "=" + file));
    flags.forEach((key, value) -> java.add("-D" + ConfigLoader.FLAG_PREFIX + key + "=" + value));
    java.add("-jar");
    java.add(serverJar.toString());
    return new ServerPlan(java);
  }

  /** Writes the arguments, each ended by a NUL, for the launcher to read. */
  public void write(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String argument : arguments) {
      bytes.writeBytes(argument.getBytes(StandardCharsets.UTF_8));
      bytes.write(0);
    }
    Files.write(file, bytes.toByteArray());
  }
}
