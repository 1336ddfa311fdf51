package io.velocitydb.server.matrix;

import static io.velocitydb.server.v1.V1Connection.command;
import static io.velocitydb.server.v1.V1Connection.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.matrix.Matrix.Place;
import io.velocitydb.server.matrix.Matrix.Reach;
import io.velocitydb.server.matrix.Matrix.Scoping;
import io.velocitydb.server.matrix.Matrix.Visitor;
import io.velocitydb.server.matrix.OpcodeRules.Rule;
import io.velocitydb.server.v1.V1Connection;
import io.velocitydb.server.v1.V1Connection.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every opcode that version 1 has a word for, by every role, within its scopes and beyond. */
final class V1MatrixTest {
  private static final int LARGE_BYTES = 200_000;
  private static final int COMMAND_INDEX = 10;

  @TempDir static Path folder;
  private static TestServer server;
  private static final Map<Opcode, Rule> RULES = OpcodeRules.all();
  private static final Map<Opcode, Function<Place, byte[]>> REQUESTS = V1Rules.all();

  /**
   * Connections that selected the other database while they still might, and those that did not.
   */
  private static final Map<Visitor, V1Connection> OWN = new HashMap<>();

  private static final Map<Visitor, V1Connection> OTHER = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, Map.of("server.enable_v1", "true"));
    Matrix.prepare(server);
    for (Visitor visitor : Matrix.visitors()) {
      OWN.put(visitor, login(visitor));
      OTHER.put(visitor, use(login(visitor), Matrix.OTHER_DATABASE));
    }
    Matrix.narrow(server);
  }

  private static V1Connection login(Visitor visitor) throws Exception {
    return V1Connection.open(server.address()).login(visitor.name(), visitor.name());
  }

  private static V1Connection use(V1Connection connection, String database) throws IOException {
    Frame answer = connection.call(command(V1Command.USE, database));
    assertThat(answer.isError()).as("%s", answer).isFalse();
    return connection;
  }

  @AfterAll
  static void stop() throws IOException {
    for (Map<Visitor, V1Connection> connections : List.of(OWN, OTHER)) {
      for (V1Connection connection : connections.values()) {
        connection.close();
      }
    }
    server.close();
  }

  static Set<Opcode> opcodes() {
    return REQUESTS.keySet();
  }

  @ParameterizedTest
  @MethodSource("opcodes")
  void everyRequestIsForItsRolesAndWithinTheirScopesOnly(Opcode opcode) throws Exception {
    Rule rule = RULES.get(opcode);
    assertThat(rule).as("OpcodeRules must say who may send %s", opcode).isNotNull();
    for (Visitor visitor : Matrix.visitors()) {
      for (Place place : Place.values()) {
        check(opcode, rule, visitor, place);
      }
    }
  }

  private static void check(Opcode opcode, Rule rule, Visitor visitor, Place place)
      throws Exception {
    String what = opcode + " by " + visitor.name() + ", " + place;
    if (opcode == Opcode.QUIT) {
      try (V1Connection leaving = login(visitor)) {
        leaving.send(REQUESTS.get(opcode).apply(place));
        assertThat(leaving.isClosedByServer()).as(what).isTrue();
      }
      return;
    }
    Frame answer = answer(opcode, rule, visitor, place);
    if (!visitor.may(rule.needs(), rule.reach(), place)) {
      assertThat(answer.isError()).as("%s: %s", what, answer).isTrue();
      assertThat(answer.error()).as(what).isEqualTo(ErrorCode.PERMISSION_DENIED);
    } else if (answer.isError()) {
      // It was let through to the command, which looked at what is there.
      assertThat(opcode).as("%s: %s", what, answer).isEqualTo(Opcode.GET);
      assertThat(answer.error()).as(what).isEqualTo(ErrorCode.KEY_NOT_FOUND);
    }
  }

  private static Frame answer(Opcode opcode, Rule rule, Visitor visitor, Place place)
      throws IOException {
    boolean elsewhere = place == Place.ANOTHER_DATABASE && rule.reach() == Reach.KEYS;
    V1Connection connection = (elsewhere ? OTHER : OWN).get(visitor);
    Frame answer = connection.call(REQUESTS.get(opcode).apply(place));
    if (opcode == Opcode.USE) {
      use(connection, Place.INSIDE.database());
    }
    return answer;
  }

  /** Nobody waits for the rest of it, and none of it is kept. */
  @ParameterizedTest
  @EnumSource(V1Command.class)
  void aLargeCommandIsRefusedByItsFirstByte(V1Command command) throws Exception {
    byte[] payload = new byte[LARGE_BYTES];
    payload[0] = (byte) command.number();
    byte[] frame = frame(V1Type.COMMAND, payload);
    for (Visitor visitor : Matrix.visitors()) {
      if (visitor.scoping() == Scoping.NONE
          && !visitor.may(RULES.get(command.opcode()).needs(), Reach.NOTHING, Place.INSIDE)) {
        V1Connection connection = OWN.get(visitor);
        connection.send(Arrays.copyOf(frame, COMMAND_INDEX));
        connection.send(Arrays.copyOfRange(frame, COMMAND_INDEX, COMMAND_INDEX + 1));
        assertThat(connection.read().error())
            .as("%s by %s", command, visitor.name())
            .isEqualTo(ErrorCode.PERMISSION_DENIED);
        // The rest is passed over, and the connection goes on.
        connection.send(Arrays.copyOfRange(frame, COMMAND_INDEX + 1, frame.length));
        assertThat(connection.call(frame(V1Type.PING)).type()).isEqualTo(V1Type.PONG);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("opcodes")
  void beforeLoginThereIsNothingButTheHandshake(Opcode opcode) throws Exception {
    try (V1Connection stranger = V1Connection.open(server.address())) {
      stranger.send(REQUESTS.get(opcode).apply(Place.INSIDE));
      if (opcode == Opcode.QUIT) {
        assertThat(stranger.isClosedByServer()).isTrue();
      } else {
        assertThat(stranger.read().error()).isEqualTo(ErrorCode.UNAUTHENTICATED);
      }
    }
  }

  /** Also of those types that only a server sends, and of what is no type at all. */
  @Test
  void whatIsNoRequestIsUnsupportedForEverybody() throws Exception {
    Set<Integer> requests =
        Set.of(
            V1Type.HELLO,
            V1Type.AUTH_REQUEST,
            V1Type.DISCONNECT,
            V1Type.COMMAND,
            V1Type.PING,
            V1Type.STATS);
    for (V1Connection connection : OWN.values()) {
      for (int type = 0; type < 256; type++) {
        if (!requests.contains(type)) {
          assertThat(connection.call(frame(type)).error())
              .as("type %d", type)
              .isEqualTo(ErrorCode.UNSUPPORTED);
        }
      }
      for (int command = 0; command < 256; command++) {
        if (V1Command.of(command).isEmpty()) {
          assertThat(connection.call(frame(V1Type.COMMAND, (byte) command)).error())
              .as("command %d", command)
              .isEqualTo(ErrorCode.UNSUPPORTED);
        }
      }
    }
  }

  @Test
  void afterLoginThereIsNoSecondHandshake() throws Exception {
    for (V1Connection connection : OWN.values()) {
      assertThat(connection.call(frame(V1Type.HELLO)).error()).isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(connection.call(frame(V1Type.AUTH_REQUEST)).error())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
  }
}
