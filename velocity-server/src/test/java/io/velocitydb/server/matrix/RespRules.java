package io.velocitydb.server.matrix;

import io.velocitydb.server.matrix.Matrix.Needs;
import io.velocitydb.server.matrix.Matrix.Place;
import io.velocitydb.server.matrix.Matrix.Reach;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The rule of every command of RESP, and a request to try it with. */
final class RespRules {
  /**
   * One rule.
   *
   * @param beforeLogin whether it is for strangers, too
   */
  record Rule(Needs needs, Reach reach, boolean beforeLogin, Function<Place, String[]> request) {}

  private final Map<String, Rule> rules = new HashMap<>();

  private RespRules() {}

  /** By their names in lower case. */
  static Map<String, Rule> all() {
    RespRules table = new RespRules();
    table.connection();
    table.data();
    return table.rules;
  }

  private void connection() {
    rules.put("hello", new Rule(Needs.ANYBODY, Reach.NOTHING, true, words("HELLO")));
    rules.put("auth", new Rule(Needs.ANYBODY, Reach.NOTHING, true, words("AUTH a b c")));
    rules.put("quit", new Rule(Needs.ANYBODY, Reach.NOTHING, true, words("QUIT")));
    for (String request :
        new String[] {"PING", "ECHO a", "CLIENT ID", "INFO", "CONFIG GET *", "COMMAND COUNT"}) {
      add(Needs.ANYBODY, Reach.NOTHING, request);
    }
    rules.put(
        "select",
        new Rule(
            Needs.ANYBODY,
            Reach.PART_OF_DATABASE,
            false,
            place ->
                new String[] {
                  "SELECT", place.database().equals(Matrix.OTHER_DATABASE) ? "1" : "0"
                }));
  }

  private void data() {
    for (String request :
        new String[] {
          "GET key",
          "STRLEN key",
          "TYPE key",
          "TTL key",
          "PTTL key",
          "EXISTS inside key",
          "MGET inside key",
          "SCAN 0 MATCH key*"
        }) {
      add(Needs.READING, Reach.KEYS, request);
    }
    add(Needs.READING, Reach.DATABASE, "DBSIZE");
    for (String request :
        new String[] {
          "SET key 1",
          "SETNX key 1",
          "MSET inside 1 key 1",
          "GETDEL key",
          "DEL inside key",
          "INCR key",
          "INCRBY key 1",
          "DECR key",
          "DECRBY key 1",
          "APPEND key 1",
          "EXPIRE key 1",
          "PEXPIRE key 1",
          "PERSIST key"
        }) {
      add(Needs.WRITING, Reach.KEYS, request);
    }
    add(Needs.WRITING, Reach.DATABASE, "FLUSHDB");
  }

  /** One rule; {@code key} stands for the key of a place, {@code inside} for one in every scope. */
  private void add(Needs needs, Reach reach, String request) {
    String name = request.split(" ", 2)[0].toLowerCase(java.util.Locale.ROOT);
    rules.put(name, new Rule(needs, reach, false, words(request)));
  }

  private static Function<Place, String[]> words(String request) {
    return place -> {
      String[] words = request.split(" ", -1);
      for (int i = 1; i < words.length; i++) {
        words[i] =
            switch (words[i]) {
              case "key" -> place.key();
              case "key*" -> place.key() + "*";
              case "inside" -> Place.INSIDE.key();
              default -> words[i];
            };
      }
      return words;
    };
  }
}
