package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.velocitydb.protocol.Role;
import io.velocitydb.server.lifecycle.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same random commands to a real Redis and to Velocity give the same replies, byte by byte.
 * Left out is what differs on purpose: the time that passes (TTLs are long, and may differ by a
 * second), entries that are over (Redis counts them for a while), SCAN's cursors, and what only one
 * of them has.
 */
final class RespAgainstRedisIT {
  private static final int COMMANDS = 20_000;
  private static final int DEPTH = 50;

  private static final String[] KEYS = {"a", "b", "c", "k:1", "k:2", "k\r\n3", "\u00ff\u0000"};
  private static final String[] VALUES = {
    "",
    "v",
    "some text",
    "0",
    "7",
    "-3",
    "007",
    "+1",
    " 1",
    "1 ",
    "-0",
    "-",
    "1.5",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "\r\n\u0000\u00fe"
  };
  private static final String[] NUMBERS = {
    "1", "-1", "0", "42", "9223372036854775807", "-9223372036854775808", "x", "", "01", "1.0"
  };
  private static final String[] SECONDS = {"1000", "5000", "0", "-5", "x"};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void theSameCommandsGiveTheSameReplies(int protocol) throws Exception {
    assumeTrue(RedisServer.isInstalled("redis-server"), "needs redis-server");
    long seed = Long.getLong("seed", new Random().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    try (RedisServer redis = RedisServer.start(folder);
        TestServer velocity =
            TestServer.start(
                folder,
                new HashMap<>(
                    Map.of(
                        "server.enable_tls", "false",
                        "security.allow_plaintext_auth", "true",
                        "database.durability", "os",
                        "server.resp_bind_address", "127.0.0.1:0")))) {
      velocity.createUser("admin", Role.ADMIN);
      try (RespConnection theirs = new RespConnection(redis.address());
          RespConnection ours = new RespConnection(velocity.respAddress()).login("admin")) {
        assertThat(theirs.call("HELLO", "" + protocol)).isNotEmpty();
        assertThat(ours.call("HELLO", "" + protocol)).isNotEmpty();
        for (int i = 0; i < COMMANDS; i += DEPTH) {
          compare(random, theirs, ours, seed);
        }
      }
    }
  }

  private static void compare(Random random, RespConnection theirs, RespConnection ours, long seed)
      throws Exception {
    List<String[]> commands = new ArrayList<>();
    for (int i = 0; i < DEPTH; i++) {
      commands.add(command(random));
    }
    for (String[] command : commands) {
      byte[] request = RespConnection.request(command);
      theirs.send(request);
      ours.send(request);
    }
    List<String> before = new ArrayList<>();
    for (String[] command : commands) {
      String expected = theirs.reply();
      String actual = ours.reply();
      if (command[0].equals("TTL") && command.length == 2) {
        assertThat(seconds(actual))
            .as("seed %d: %s, after %s", seed, List.of(command), before)
            .isCloseTo(seconds(expected), within(1L));
      } else {
        assertThat(actual)
            .as("seed %d: %s, after %s", seed, List.of(command), before)
            .isEqualTo(expected);
      }
      before.add(List.of(command) + " " + expected.strip());
    }
  }

  /** What a TTL says; those of keys without one lie far apart, as no time passes in them. */
  private static long seconds(String reply) {
    long seconds = Long.parseLong(reply.substring(1).strip());
    return seconds < 0 ? seconds * 100 : seconds;
  }

  private static String[] command(Random random) {
    String key = one(random, KEYS);
    String other = one(random, KEYS);
    String value = one(random, VALUES);
    String number = one(random, NUMBERS);
    String seconds = one(random, SECONDS);
    return switch (random.nextInt(33)) {
      case 0 -> words("GET", key);
      case 1 -> words("SET", key, value);
      case 2 -> words("SET", key, value, one(random, "NX", "XX", "nx", "GET", "KEEPTTL", "WHAT"));
      case 3 ->
          words(
              "SET",
              key,
              value,
              one(random, "NX", "XX"),
              one(random, "GET", "KEEPTTL", "NX", "XX"));
      case 4 -> words("SET", key, value, one(random, "EX", "px"), seconds);
      case 5 ->
          words("SET", key, value, "PX", "5000000", one(random, "NX", "XX", "GET", "KEEPTTL"));
      case 6 -> words("SETNX", key, value);
      case 7 -> words("GETDEL", key);
      case 8 -> words("MGET", key, other, "none", key);
      case 9 -> words("MSET", key, value, other, one(random, VALUES));
      case 10 -> words("MSET", key, value, other);
      case 11 -> words("DEL", key, other, key);
      case 12 -> words("EXISTS", key, other, key);
      case 13 -> words("INCR", key);
      case 14 -> words("INCRBY", key, number);
      case 15 -> words("DECR", key);
      case 16 -> words("DECRBY", key, number);
      case 17 -> words("APPEND", key, value);
      case 18 -> words("STRLEN", key);
      case 19 -> words("EXPIRE", key, seconds);
      case 20 -> words("PEXPIRE", key, one(random, "1000000", "0", "-1", "x"));
      case 21 -> words("PERSIST", key);
      case 22 -> words("TTL", key);
      case 23 -> words("TYPE", key);
      case 24 -> words("DBSIZE");
      case 25 -> random.nextInt(20) == 0 ? words("FLUSHDB") : words("PING");
      case 26 -> words("ECHO", value);
      case 27 -> words("PING", value);
      case 28 -> words(one(random, "GET", "SET", "INCR", "MGET", "DEL", "ECHO", "TTL", "EXPIRE"));
      case 29 -> words("GET", key, other);
      case 30 -> words("NOSUCHCOMMAND", "a", "b");
      case 31 -> words("CLIENT", one(random, "GETNAME", "NOSUCH"));
      default -> words("SELECT", one(random, "x", "99999", "0"));
    };
  }

  private static String[] words(String... words) {
    return words;
  }

  private static String one(Random random, String... of) {
    return of[random.nextInt(of.length)];
  }
}
