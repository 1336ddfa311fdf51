package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.Entry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Kills a real process on a real disk again and again while it writes; what it told this process
 * before must be there.
 */
final class Kills {
  private static final int SECONDS_TO_OPEN = 60;

  private final Path directory;
  private final long[] attempted = new long[KillChild.THREADS];
  private final long[] acknowledged = new long[KillChild.THREADS];
  private long total;

  Kills(Path directory) {
    this.directory = directory;
  }

  /** Kills again and again; {@code seed} chooses the moments. */
  void run(long seed, int kills) throws Exception {
    Random random = new Random(seed);
    for (int kill = 1; kill <= kills; kill++) {
      runAndKill(random.nextInt(600));
      check("after kill " + kill);
    }
    assertThat(total).as("acknowledged batches").isGreaterThan(kills * 10L);
  }

  private void runAndKill(int millis) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(KillChild.class.getName());
    command.add(directory.toString());
    for (int t = 0; t < KillChild.THREADS; t++) {
      command.add(Long.toString(attempted[t]));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread watchdog = killLater(process, millis);
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      boolean opened = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("open")) {
          opened = true;
          watchdog.start();
        } else {
          note(line);
        }
      }
      assertThat(opened).as("the process opened the directory").isTrue();
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(SECONDS_TO_OPEN, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(process.exitValue()).as("killed, not ended by itself").isEqualTo(128 + 9);
  }

  private static Thread killLater(Process process, int millis) {
    return Thread.ofPlatform()
        .daemon()
        .unstarted(
            () -> {
              try {
                process.waitFor(50L + millis, TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              // Not by the Process itself, which would close the pipe with what was still told.
              process.toHandle().destroyForcibly();
            });
  }

  private void note(String line) throws IOException {
    String[] words = line.split(" ", -1);
    if (words.length != 3) {
      throw new IOException("the process says: " + line);
    }
    int thread = Integer.parseInt(words[1]);
    long n = Long.parseLong(words[2]);
    if (words[0].equals("try")) {
      attempted[thread] = n;
    } else {
      acknowledged[thread] = n;
      total++;
    }
  }

  private void check(String when) {
    try (Engine engine = Engine.open(directory, KillChild.options())) {
      Database database = engine.database(KillChild.DATABASE);
      assertThat(database.verify().problems()).as(when).isEmpty();
      long batches = 0;
      for (int t = 0; t < KillChild.THREADS; t++) {
        long a = number(database.get(KillChild.key(t, 'a')));
        long b = number(database.get(KillChild.key(t, 'b')));
        assertThat(a).as("%s: both keys of thread %d", when, t).isEqualTo(b);
        assertThat(a)
            .as("%s: thread %d", when, t)
            .isBetween(acknowledged[t], Math.max(acknowledged[t], attempted[t]));
        acknowledged[t] = a;
        attempted[t] = a;
        batches += a;
      }
      Optional<Entry> shared = database.get(KillChild.sharedKey());
      long increments =
          shared.map(e -> Long.parseLong(new String(e.value(), StandardCharsets.UTF_8))).orElse(0L);
      assertThat(increments).as("%s: one increment for each batch", when).isEqualTo(batches);
    }
  }

  private static long number(Optional<Entry> entry) {
    return entry.map(e -> KillChild.number(e.value())).orElse(0L);
  }
}
