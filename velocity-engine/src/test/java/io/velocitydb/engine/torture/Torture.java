package io.velocitydb.engine.torture;

import io.velocitydb.engine.faults.FailingVfs.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Runs the worlds of the random tests with seeds that nobody has tried before, on all processors,
 * and kills real processes, for as long as one likes: {@code velocity-engine/torture --help}.
 *
 * <p>Ends with 0 when nothing was found, with 1 after a finding, with 2 for an impossible argument.
 */
public final class Torture {
  private static final long REPORT_NANOS = 10_000_000_000L;
  private static final long KILL_NANOS = 60_000_000_000L;
  private static final int KILLS = 5;
  private static final int MOST_THREADS = 1_024;
  private static final String USAGE =
      """
      Tortures the engine with random operations, options and faults.

        velocity-engine/torture [--minutes N] [--seed S] [--threads T]
        velocity-engine/torture --replay WORLD:SEED

        --minutes N   how long; 60 if not said
        --seed S      the first seed; random if not said
        --threads T   how many seeds at a time; as many as there are processors if not said
        --replay W:S  one seed of one world, as a finding prints it

      Ends with 0 when nothing was found, with 1 after a finding, with 2 for impossible arguments.
      """;

  private static final Coverage COVERAGE = new Coverage();

  /** What a seed decides about. */
  @SuppressWarnings("ImmutableEnumChecker") // each counts its own runs
  private enum World {
    CALM(Runs.worlds(Act.Profile.CALM, 150, COVERAGE)),
    CRASH(Runs.worlds(Act.Profile.CRASH, 50, COVERAGE)),
    FULL(Runs.worlds(Act.Profile.FULL, 50, COVERAGE)),
    FAILURE(seed -> FailureTest.everyOperationFails(seed, Fault.IO_ERROR, false)),
    FAILURES(seed -> FailureTest.everyOperationFails(seed, Fault.IO_ERROR, true)),
    FULL_ONCE(seed -> FailureTest.everyOperationFails(seed, Fault.DISK_FULL, false)),
    DAMAGE(CorruptionTest::randomDamage),
    KILL(Torture::kill);

    private final Runs.Check check;
    private final LongAdder seeds = new LongAdder();

    World(Runs.Check check) {
      this.check = check;
    }

    String title() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The next of them: the quick ones most of the time. */
    static World of(long seed) {
      return switch ((int) Math.floorMod(seed, 200L)) {
        case 0 -> FAILURE;
        case 67 -> FAILURES;
        case 133 -> FULL_ONCE;
        case 33, 100, 166 -> DAMAGE;
        default ->
            switch ((int) Math.floorMod(seed, 4L)) {
              case 0 -> CALM;
              case 1 -> FULL;
              default -> CRASH;
            };
      };
    }
  }

  private final long first;
  private final int threads;
  private final long start = System.nanoTime();
  private final long end;
  private final AtomicLong next;
  private final AtomicLong nextKill = new AtomicLong(start);
  private final AtomicReference<String> finding = new AtomicReference<>();

  private Torture(long first, double minutes, int threads) {
    this.first = first;
    this.threads = threads;
    this.next = new AtomicLong(first);
    this.end = start + (long) (minutes * 60e9);
  }

  private static void kill(long seed) throws Exception {
    Path directory = Files.createTempDirectory("velocity-torture");
    try {
      new Kills(directory).run(seed, KILLS);
    } finally {
      remove(directory);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void work() {
    while (finding.get() == null && System.nanoTime() < end) {
      long seed = next.getAndIncrement();
      long killAt = nextKill.get();
      boolean kills =
          System.nanoTime() >= killAt && nextKill.compareAndSet(killAt, killAt + KILL_NANOS);
      run(kills ? World.KILL : World.of(seed), seed);
    }
  }

  private void run(World world, long seed) {
    try {
      world.check.run(seed);
      world.seeds.increment();
    } catch (Throwable e) {
      finding.compareAndSet(
          null,
          "%s, seed %d: %s%nreplay: velocity-engine/torture --replay %s:%d"
              .formatted(world.title(), seed, what(e), world.title(), seed));
    }
  }

  private static String what(Throwable e) {
    return e instanceof AssertionError && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  private String progress() {
    long seeds = 0;
    StringBuilder worlds = new StringBuilder();
    for (World world : World.values()) {
      long done = world.seeds.sum();
      seeds += done;
      worlds.append(' ').append(world.title()).append(' ').append(done);
    }
    long seconds = (System.nanoTime() - start) / 1_000_000_000L;
    Runtime runtime = Runtime.getRuntime();
    return "%02d:%02d:%02d %,d seeds (%,d/s):%s; heap %d MiB%n  %s"
        .formatted(
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            seeds,
            seeds / Math.max(1, seconds),
            worlds,
            (runtime.totalMemory() - runtime.freeMemory()) >> 20,
            COVERAGE);
  }

  private int run() throws InterruptedException {
    System.out.println("first seed " + first + ", " + threads + " threads");
    List<Thread> working = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      working.add(Thread.ofPlatform().name("torture-" + t).start(this::work));
    }
    long report = start + REPORT_NANOS;
    for (Thread thread : working) {
      while (!thread.join(java.time.Duration.ofMillis(200))) {
        if (System.nanoTime() >= report) {
          report += REPORT_NANOS;
          System.out.println(progress());
        }
      }
    }
    System.out.println(progress());
    String found = finding.get();
    System.out.println(found == null ? "no finding" : "FINDING: " + found);
    return found == null ? 0 : 1;
  }

  private static int replay(String what) {
    String[] parts = what.split(":", 2);
    World world = World.valueOf(parts[0].toUpperCase(Locale.ROOT).replace('-', '_'));
    Torture torture = new Torture(Long.parseLong(parts[1]), 0, 1);
    torture.run(world, torture.first);
    String found = torture.finding.get();
    System.out.println(found == null ? "no finding" : "FINDING: " + found);
    return found == null ? 0 : 1;
  }

  /** See {@link #USAGE}. */
  public static void main(String[] arguments) throws InterruptedException {
    double minutes = 60;
    int threads = Runtime.getRuntime().availableProcessors();
    long seed = System.nanoTime() & ((1L << 40) - 1);
    try {
      for (int i = 0; i < arguments.length; i += 2) {
        switch (arguments[i]) {
          case "--minutes" -> minutes = Double.parseDouble(arguments[i + 1]);
          case "--seed" -> seed = Long.parseLong(arguments[i + 1]);
          case "--threads" -> threads = Integer.parseInt(arguments[i + 1]);
          case "--replay" -> System.exit(replay(arguments[i + 1]));
          case "--help" -> {
            System.out.print(USAGE);
            System.exit(0);
          }
          default -> throw new IllegalArgumentException(arguments[i]);
        }
      }
      if (minutes < 0 || threads < 1 || threads > MOST_THREADS) {
        throw new IllegalArgumentException("out of range");
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.print("torture: impossible arguments\n" + USAGE);
      System.exit(2);
    }
    System.exit(new Torture(seed, minutes, threads).run());
  }
}
