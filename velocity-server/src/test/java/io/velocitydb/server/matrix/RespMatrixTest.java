package io.velocitydb.server.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.Role;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.matrix.Matrix.Place;
import io.velocitydb.server.matrix.Matrix.Reach;
import io.velocitydb.server.matrix.Matrix.Scoping;
import io.velocitydb.server.matrix.Matrix.Visitor;
import io.velocitydb.server.matrix.RespRules.Rule;
import io.velocitydb.server.resp.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command of RESP by every role, within its scopes and beyond. */
final class RespMatrixTest {
  private static final int LARGE_BYTES = 200_000;

  @TempDir static Path folder;
  private static TestServer server;
  private static final Map<String, Rule> RULES = RespRules.all();

  /**
   * Connections that selected the other database while they still might, and those that did not.
   */
  private static final Map<Visitor, RespConnection> OWN = new HashMap<>();

  private static final Map<Visitor, RespConnection> OTHER = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder,
            Map.of(
                "server.enable_tls", "false",
                "security.allow_plaintext_auth", "true",
                "server.resp_bind_address", "127.0.0.1:0",
                "server.resp_databases", "default,other"));
    Matrix.prepare(server);
    for (Visitor visitor : Matrix.visitors()) {
      OWN.put(visitor, login(visitor));
      OTHER.put(visitor, login(visitor));
      assertThat(OTHER.get(visitor).call("SELECT", "1")).isEqualTo("+OK\r\n");
    }
    Matrix.narrow(server);
  }

  private static RespConnection login(Visitor visitor) throws IOException {
    return new RespConnection(server.respAddress()).login(visitor.name());
  }

  @AfterAll
  static void stop() throws IOException {
    for (Map<Visitor, RespConnection> connections : List.of(OWN, OTHER)) {
      for (RespConnection connection : connections.values()) {
        connection.close();
      }
    }
    server.close();
  }

  /** What the server itself says that it has. */
  private static List<String> commands() throws IOException {
    RespConnection connection = OWN.get(new Visitor(Role.ADMIN, Scoping.NONE));
    String[] lines = connection.call("COMMAND", "LIST").split("\r\n", -1);
    List<String> names = new ArrayList<>();
    for (int i = 2; i < lines.length; i += 2) {
      names.add(lines[i]);
    }
    return names;
  }

  @Test
  void everyCommandHasARuleAndEveryRuleACommand() throws Exception {
    assertThat(commands()).hasSizeGreaterThan(30);
    assertThat(RULES.keySet())
        .as("RespRules must say who may send each command, and what it reaches")
        .containsExactlyInAnyOrderElementsOf(commands());
  }

  @Test
  void everyCommandIsForItsRolesAndWithinTheirScopesOnly() throws Exception {
    for (String command : commands()) {
      Rule rule = RULES.get(command);
      for (Visitor visitor : Matrix.visitors()) {
        for (Place place : Place.values()) {
          String answer = answer(command, rule, visitor, place);
          String what = command + " by " + visitor.name() + ", " + place + ": " + answer;
          if (visitor.may(rule.needs(), rule.reach(), place)) {
            // What the command itself finds wrong comes after the question of rights.
            assertThat(answer)
                .as(what)
                .doesNotStartWith("-NOPERM")
                .doesNotStartWith("-NOAUTH")
                .doesNotContain("no database");
          } else {
            assertThat(answer).as(what).startsWith("-NOPERM");
          }
        }
      }
    }
  }

  private static String answer(String command, Rule rule, Visitor visitor, Place place)
      throws IOException {
    String[] request = rule.request().apply(place);
    if (command.equals("quit")) {
      try (RespConnection leaving = login(visitor)) {
        return leaving.call(request);
      }
    }
    boolean inData = rule.reach() == Reach.KEYS || rule.reach() == Reach.DATABASE;
    RespConnection connection =
        (place == Place.ANOTHER_DATABASE && inData ? OTHER : OWN).get(visitor);
    String answer = connection.call(request);
    if (command.equals("select")) {
      assertThat(connection.call("SELECT", "0")).isEqualTo("+OK\r\n");
    }
    return answer;
  }

  @Test
  void beforeLoginThereIsNothingButTheLogin() throws Exception {
    for (Map.Entry<String, Rule> rule : RULES.entrySet()) {
      try (RespConnection stranger = new RespConnection(server.respAddress())) {
        String answer = stranger.call(rule.getValue().request().apply(Place.INSIDE));
        String refusal = "-NOAUTH Authentication required.\r\n";
        if (rule.getValue().beforeLogin()) {
          assertThat(answer).as(rule.getKey()).isNotEqualTo(refusal);
        } else {
          assertThat(answer).as(rule.getKey()).isEqualTo(refusal);
        }
      }
    }
  }

  /** Nobody waits for a large request, or keeps it, that its sender may not send. */
  @Test
  void aLargeRequestIsRefusedByItsFirstWord() throws Exception {
    for (Map.Entry<String, Rule> rule : RULES.entrySet()) {
      for (Visitor visitor : Matrix.visitors()) {
        if (visitor.scoping() == Scoping.NONE
            && !visitor.may(rule.getValue().needs(), Reach.NOTHING, Place.INSIDE)) {
          refusedAtOnce(OWN.get(visitor), rule.getKey(), 2);
          refusedAtOnce(OWN.get(visitor), rule.getKey(), 9);
        }
      }
    }
  }

  private static void refusedAtOnce(RespConnection connection, String command, int arguments)
      throws IOException {
    connection.send(
        "*" + arguments + "\r\n$" + command.length() + "\r\n" + command + "\r\n$" + LARGE_BYTES);
    connection.send("\r\nabc");
    assertThat(connection.reply()).as(command).startsWith("-NOPERM the role");
    // The rest is passed over, piece by piece, and the connection goes on.
    connection.send("x".repeat(LARGE_BYTES - 3) + "\r\n");
    for (int i = 2; i < arguments; i++) {
      connection.send(i % 2 == 0 ? "$1\r" : "$" + LARGE_BYTES + "\r");
      connection.send("\n" + (i % 2 == 0 ? "b" : "y".repeat(LARGE_BYTES)) + "\r\n");
    }
    assertThat(connection.call("PING")).as(command).isEqualTo("+PONG\r\n");
  }
}
