package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.client.VelocityBuilder;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.VelocityPool;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.Scan;
import io.velocitydb.e2e.process.RunningServer;
import io.velocitydb.e2e.process.Velocity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a new user does, on real input: start a server, create a user, load a large file over TLS;
 * and what then happens to them: the server is killed in the middle of their work. Each
 * acknowledged write must be there afterwards.
 */
final class FirstRunIT {

  /** As the documentation writes it; any text is a password. */
  private static final String PASSWORD = "[secure_password]";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 32;
  private static final int KILLS = 10;

  private static final Pattern REPLAY = Pattern.compile("(?i)replay.*\\b\\d+(\\.\\d+)? ?m?s\\b");

  private static final Pattern STORED = Pattern.compile("the first (\\d+) entries were stored");

  @TempDir Path base;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void nothingAcknowledgedIsLostWhenTheServerIsKilledHalfWayThroughAnImport() throws Exception {
    WordList list = WordList.read();
    say("words: %d from %s".formatted(list.words().size(), list.origin()));
    String address = Velocity.addressAtOrNear2005();
    Velocity owner = Velocity.freshUser(base);
    Velocity velocity =
        owner.with("VELOCITY_URL", "vdb://admin@" + address).with("VELOCITY_PASSWORD", PASSWORD);
    Path first = velocity.folder().resolve("first.tsv");
    list.writeTsv(first, "");
    Path second = velocity.folder().resolve("second.tsv");
    list.writeTsv(second, "second ");

    int acknowledged;
    try (RunningServer server = start(velocity, address)) {
      owner
          .run("admin", "create-user", "--username", "admin", "--password", PASSWORD)
          .mustSucceed();
      long begin = System.nanoTime();
      velocity
          .command("import", first.toString())
          .within(Duration.ofMinutes(2))
          .run()
          .mustSucceed();
      say("first import: %s".formatted(since(begin)));
      assertThat(export(velocity)).isEqualTo(list.numbered(""));
      acknowledged = killHalfWay(velocity, server, second, list);
    }

    assertThat(acknowledged).isPositive().isLessThan(list.words().size());
    say(
        "killed after %d of %d lines were acknowledged"
            .formatted(acknowledged, list.words().size()));
    try (RunningServer server = start(velocity, address)) {
      assertThat(server.log()).containsPattern(REPLAY);
      say(replayLine(server));
      Map<String, String> found = export(velocity);
      checkAgainst(list, acknowledged, found);
      velocity.run("db", "verify").mustSucceed();

      velocity
          .command("import", second.toString())
          .within(Duration.ofMinutes(2))
          .run()
          .mustSucceed();
      assertThat(export(velocity)).isEqualTo(list.numbered("second "));
      assertThat(offsetFile(second)).doesNotExist();
      assertThat(server.terminate()).isZero();
    }
    velocity.run("db", "verify", "--data-dir", "./data").mustSucceed();
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void nothingAcknowledgedIsLostInTenKillsUnderLoadFrom32Connections() throws Exception {
    long seed = Long.getLong("velocity.seed", System.nanoTime());
    say("seed %d; -Dvelocity.seed=%d draws the same values and pauses again".formatted(seed, seed));
    SplittableRandom random = new SplittableRandom(seed);
    Oracle oracle = new Oracle();
    String address = Velocity.addressAtOrNear2005();
    Velocity velocity = Velocity.freshUser(base);

    RunningServer server = start(velocity, address);
    try {
      velocity
          .run("admin", "create-user", "--username", "admin", "--password", PASSWORD)
          .mustSucceed();
      writeWhatNobodyTouches(server, oracle);
      for (int kill = 1; kill <= KILLS; kill++) {
        long writes = loadUntilKilled(server, oracle, random);
        server = start(velocity, address);
        assertThat(server.log()).containsPattern(REPLAY);
        checkAll(server, oracle);
        say("kill %d: %d writes acknowledged; %s".formatted(kill, writes, replayLine(server)));
        assertThat(writes).as("writes in one life of the server").isGreaterThan(CONNECTIONS);
      }
      velocity.run("db", "verify").mustSucceed();
    } finally {
      server.close();
    }
    say("%d writes acknowledged in all, none lost".formatted(oracle.acknowledgedWrites()));
  }

  private static RunningServer start(Velocity velocity, String address) {
    return velocity.startServer("data", "db", "server", "--bind", address, "--data-dir", "./data");
  }

  /**
   * Starts an import in the background, and kills the server as soon as the line in the middle is
   * there. Answers how many lines were acknowledged, as the import itself says when it gives up.
   */
  private static int killHalfWay(Velocity velocity, RunningServer server, Path file, WordList list)
      throws IOException {
    String middle = list.words().get(list.words().size() / 2);
    Path log = velocity.folder().resolve("import.log");
    Process running = velocity.command("import", file.toString()).start(log.toFile());
    try (VelocityClient client = client(server)) {
      Awaitility.await("half of the import")
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(2))
          .until(
              () ->
                  !running.isAlive() || client.getText(middle).orElseThrow().startsWith("second "));
      assertThat(running.isAlive()).as("ended before the kill: %s", Files.readString(log)).isTrue();
      server.kill();
      Awaitility.await("the import to give up")
          .atMost(Duration.ofSeconds(30))
          .until(() -> !running.isAlive());
    } finally {
      running.destroyForcibly();
    }
    String said = Files.readString(log);
    assertThat(running.exitValue()).as(said).isEqualTo(4);
    assertThat(said.lines().filter(line -> !line.isBlank())).as("lines of the import").hasSize(1);
    Matcher stored = STORED.matcher(said);
    assertThat(stored.find()).as(said).isTrue();
    return Integer.parseInt(stored.group(1));
  }

  /** Lines that were acknowledged are new; the others are new or old; nothing else is there. */
  private static void checkAgainst(WordList list, int acknowledged, Map<String, String> found) {
    Map<String, String> old = list.numbered("");
    int line = 0;
    int unacknowledgedButThere = 0;
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, String> expected : list.numbered("second ").entrySet()) {
      line++;
      String value = found.get(expected.getKey());
      boolean isNew = expected.getValue().equals(value);
      boolean isOld = old.get(expected.getKey()).equals(value);
      if (!isNew && (line <= acknowledged || !isOld)) {
        wrong.add(expected.getKey() + " is " + value + ", line " + line);
      } else if (isNew && line > acknowledged) {
        unacknowledgedButThere++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(found).hasSameSizeAs(old);
    say("%d lines beyond were written, but not yet acknowledged".formatted(unacknowledgedButThere));
  }

  private static Map<String, String> export(Velocity velocity) {
    String out = velocity.command("export").within(Duration.ofMinutes(2)).run().mustSucceed().out();
    Map<String, String> entries = new HashMap<>();
    out.lines()
        .forEach(
            line -> {
              int tab = line.indexOf('\t');
              assertThat(entries.put(line.substring(0, tab), line.substring(tab + 1))).isNull();
            });
    return entries;
  }

  private static Path offsetFile(Path imported) {
    return imported.resolveSibling(imported.getFileName() + ".velocity-import");
  }

  private static void writeWhatNobodyTouches(RunningServer server, Oracle oracle) {
    try (VelocityClient client = client(server)) {
      for (int i = 0; i < 2_000; i++) {
        String key = "untouched/" + i;
        Optional<String> value = Optional.of("value " + i);
        oracle.attempt(key, value);
        client.set(key, value.get());
        oracle.acknowledge(key, value);
      }
    }
  }

  /**
   * Lets all connections write, kills the server after a moment, and answers how many writes it
   * acknowledged.
   */
  private static long loadUntilKilled(RunningServer server, Oracle oracle, SplittableRandom random)
      throws Exception {
    try (VelocityPool pool = pool(server);
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<LoadWorker> workers = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        var connection = pool.getConnection();
        String name = "worker-" + i;
        long count = connection.getText(name + LoadWorker.COUNTER).map(Long::parseLong).orElse(0L);
        workers.add(new LoadWorker(connection, oracle, name, count, random.split()));
      }
      List<Future<Long>> running = new ArrayList<>();
      for (LoadWorker worker : workers) {
        running.add(threads.submit(worker));
      }
      long before = oracle.acknowledgedWrites();
      int enough = 20 * CONNECTIONS + random.nextInt(100 * CONNECTIONS);
      Awaitility.await("enough acknowledged writes")
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(1))
          .until(
              () ->
                  oracle.acknowledgedWrites() - before >= enough
                      || running.stream().anyMatch(Future::isDone));
      server.kill();
      long writes = 0;
      for (Future<Long> worker : running) {
        writes += worker.get(30, TimeUnit.SECONDS);
      }
      return writes;
    }
  }

  /**
   * Reads the whole database and asks the oracle about every key of it, and about every key it
   * should have.
   */
  private static void checkAll(RunningServer server, Oracle oracle) {
    Map<String, String> found = new HashMap<>();
    try (VelocityClient client = client(server)) {
      for (Entry entry : client.scan(Scan.all())) {
        found.put(entry.key().text(), entry.value().text());
      }
    }
    Set<String> all = new TreeSet<>(oracle.keys());
    all.addAll(found.keySet());
    List<String> objections =
        all.stream()
            .flatMap(key -> oracle.objection(key, Optional.ofNullable(found.get(key))).stream())
            .toList();
    assertThat(objections).isEmpty();
    for (int i = 0; i < CONNECTIONS; i++) {
      String name = "worker-" + i;
      assertThat(found.get(name + LoadWorker.LEFT))
          .as("both halves of a batch")
          .isEqualTo(found.get(name + LoadWorker.RIGHT));
    }
    oracle.keys().forEach(key -> oracle.settle(key, Optional.ofNullable(found.get(key))));
  }

  private static VelocityClient client(RunningServer server) {
    return settings(server).build();
  }

  private static VelocityPool pool(RunningServer server) {
    return settings(server).poolSize(CONNECTIONS).automaticRepeat(false).buildPool();
  }

  private static VelocityBuilder settings(RunningServer server) {
    return VelocityClient.builder()
        .endpoint("vdb://" + server.address())
        .user("admin")
        .password(PASSWORD)
        .fingerprint(server.fingerprint())
        // Whether an answer is right is under test here, not how soon it comes from a busy machine.
        .connectTimeout(PATIENCE)
        .handshakeTimeout(PATIENCE)
        .requestTimeout(PATIENCE);
  }

  private static String replayLine(RunningServer server) {
    return server
        .log()
        .lines()
        .filter(line -> REPLAY.matcher(line).find())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no replay in the log:\n" + server.log()));
  }

  private static String since(long begin) {
    return "%.1f s".formatted((System.nanoTime() - begin) / 1e9);
  }

  private static void say(String line) {
    System.out.println("FirstRunIT: " + line);
  }
}
