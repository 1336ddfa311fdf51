package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Kills a real process on a real disk again and again while it writes or while it recovers; what it
 * told this process before must be there. Each life of the process has other options.
 */
final class Kills {
  private static final int SECONDS_TO_OPEN = 60;

  /** Of so many lives one is to end while the directory is being opened. */
  private static final int EARLY_ONE_IN = 4;

  /** Batches of a life that is not to end early, before its last moments begin. */
  private static final int LEAST_BATCHES = 6;

  private final Path directory;
  private final long[] attempted = new long[KillChild.THREADS];
  private final long[] acknowledged = new long[KillChild.THREADS];
  private long total;

  /** How the life that is checked ran; for messages. */
  private String when = "";

  Kills(Path directory) {
    this.directory = directory;
  }

  /** Kills again and again; {@code seed} chooses the options and the moments. */
  void run(long seed, int kills) throws Exception {
    Random random = new Random(seed);
    int lives = 0;
    for (int life = 1; life <= kills; life++) {
      EngineOptions options = KillOptions.of(seed, life);
      when = "after kill %d (%s)".formatted(life, options);
      boolean early = random.nextInt(EARLY_ONE_IN) == 0;
      if (!early) {
        lives++;
      }
      runAndKill(seed, life, early, early ? random.nextInt(60) : 50 + random.nextInt(600));
      // Else the next life recovers, and may be killed while it does.
      if (life == kills || random.nextBoolean()) {
        check(options, KillOptions.databases(seed));
      }
    }
    assertThat(total)
        .as("acknowledged batches")
        .isGreaterThanOrEqualTo(lives * (long) LEAST_BATCHES);
  }

  private void runAndKill(long seed, int life, boolean early, int millis) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(KillChild.class.getName());
    command.add(directory.toString());
    command.add(Long.toString(seed));
    command.add(Integer.toString(life));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread watchdog = killLater(process, millis);
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      boolean opened = false;
      long before = total;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        opened |= line.equals("open");
        note(line);
        // However slow the machine is: who is killed while writing has written something.
        boolean ripe = early ? line.equals("begin") : total - before >= LEAST_BATCHES;
        if (ripe && watchdog.getState() == Thread.State.NEW) {
          watchdog.start();
        }
      }
      assertThat(opened || early).as("%s: the process opened the directory", when).isTrue();
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
                process.waitFor(millis, TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              // Not by the Process itself, which would close the pipe with what was still told.
              process.toHandle().destroyForcibly();
            });
  }

  private void note(String line) throws IOException {
    String[] words = line.split(" ", -1);
    if (words.length == 1) {
      return;
    }
    int thread = Integer.parseInt(words[1]);
    long n = Long.parseLong(words[2]);
    switch (words[0]) {
      case "found" -> found(thread, n);
      case "try" -> attempted[thread] = n;
      case "done" -> {
        acknowledged[thread] = n;
        total++;
      }
      default -> throw new IOException("the process says: " + line);
    }
  }

  /** All that was acknowledged is there, and nothing that was not attempted. */
  private void found(int thread, long n) {
    assertThat(n)
        .as("%s: thread %d", when, thread)
        .isBetween(acknowledged[thread], Math.max(acknowledged[thread], attempted[thread]));
    acknowledged[thread] = n;
    attempted[thread] = n;
  }

  private void check(EngineOptions options, int count) {
    try (Engine engine = Engine.open(directory, options)) {
      for (int d = 0; d < count; d++) {
        String name = KillChild.database(d, count);
        if (!engine.databases().contains(name)) {
          assertThat(acknowledged[d]).as("%s: %s is not there", when, name).isZero();
          continue;
        }
        Database database = engine.database(name);
        assertThat(database.verify().problems()).as(when).isEmpty();
        long batches = 0;
        for (int t = d; t < KillChild.THREADS; t += count) {
          batches += check(database, t);
        }
        assertThat(shared(database))
            .as("%s: one increment for each batch", when)
            .isEqualTo(batches);
      }
    }
  }

  private long check(Database database, int thread) {
    long n = KillChild.number(database, thread, 'a');
    found(thread, n);
    assertThat(KillChild.number(database, thread, 'b'))
        .as("%s: both keys of thread %d", when, thread)
        .isEqualTo(n);
    assertThat(KillChild.number(database, thread, 'c'))
        .as("%s: the third key of thread %d, which each second batch deletes", when, thread)
        .isEqualTo(n % 2 == 0 ? n : 0);
    return n;
  }

  private static long shared(Database database) {
    return database
        .get(KillChild.sharedKey())
        .map(e -> Long.parseLong(new String(e.value(), StandardCharsets.UTF_8)))
        .orElse(0L);
  }
}
