package io.velocitydb.server.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.Access;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.matrix.Matrix.Place;
import io.velocitydb.server.matrix.Matrix.Reach;
import io.velocitydb.server.matrix.Matrix.Scoping;
import io.velocitydb.server.matrix.Matrix.Visitor;
import io.velocitydb.server.matrix.OpcodeRules.Rule;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every opcode of V-Proto by every role, within its scopes and beyond. */
final class OpcodeMatrixTest {
  @TempDir static Path folder;
  private static TestServer server;
  private static final Map<Opcode, Rule> RULES = OpcodeRules.all();

  /**
   * Connections that selected the other database while they still might, and those that did not.
   */
  private static final Map<Visitor, RawConnection> OWN = new HashMap<>();

  private static final Map<Visitor, RawConnection> OTHER = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder);
    Matrix.prepare(server);
    for (Visitor visitor : Matrix.visitors()) {
      OWN.put(visitor, server.login(visitor.name()));
      OTHER.put(visitor, use(server.login(visitor.name()), Matrix.OTHER_DATABASE));
    }
    Matrix.narrow(server);
  }

  private static RawConnection use(RawConnection connection, String database) throws IOException {
    Frame answer =
        connection.call(
            Frames.of(
                Opcode.USE,
                (message, table) -> message.putString(table, UseRequest.DATABASE, database)));
    assertThat(answer.isError()).as("%s", answer).isFalse();
    return connection;
  }

  @AfterAll
  static void stop() throws IOException {
    for (Map<Visitor, RawConnection> connections : List.of(OWN, OTHER)) {
      for (RawConnection connection : connections.values()) {
        connection.close();
      }
    }
    server.close();
  }

  static Stream<Opcode> withoutHandshake() {
    return Stream.of(Opcode.values()).filter(opcode -> opcode.access() != Access.HANDSHAKE);
  }

  @ParameterizedTest
  @MethodSource("withoutHandshake")
  void everyOpcodeIsForItsRolesAndWithinTheirScopesOnly(Opcode opcode) throws Exception {
    Rule rule = RULES.get(opcode);
    assertThat(rule)
        .as("OpcodeRules must say who may send %s, and what it reaches", opcode)
        .isNotNull();
    for (Visitor visitor : Matrix.visitors()) {
      for (Place place : Place.values()) {
        check(opcode, rule, visitor, place);
      }
    }
  }

  private static void check(Opcode opcode, Rule rule, Visitor visitor, Place place)
      throws IOException {
    Frame answer = answer(opcode, rule, visitor, place);
    String what = opcode + " by " + visitor.name() + ", " + place + ": " + answer;
    if (!visitor.may(rule.needs(), rule.reach(), place)) {
      assertThat(answer.isError()).as(what).isTrue();
      assertThat(answer.errorCode()).as(what).isEqualTo(ErrorCode.PERMISSION_DENIED);
    } else if (!rule.implemented()) {
      assertThat(answer.isError()).as(what).isTrue();
      assertThat(answer.errorCode()).as(what).isEqualTo(ErrorCode.UNSUPPORTED);
    } else if (answer.isError()) {
      // It was let through to the command, which looked at what is there.
      assertThat(answer.errorCode())
          .as(what)
          .isIn(
              ErrorCode.NOT_FOUND,
              ErrorCode.ALREADY_EXISTS,
              ErrorCode.DATABASE_EXISTS,
              ErrorCode.DATABASE_NOT_FOUND,
              opcode == Opcode.DRAIN ? ErrorCode.INVALID_COMMAND : ErrorCode.NOT_AN_INTEGER);
    }
  }

  private static Frame answer(Opcode opcode, Rule rule, Visitor visitor, Place place)
      throws IOException {
    byte[] request = rule.request().apply(place);
    if (opcode == Opcode.QUIT) {
      try (RawConnection leaving = server.login(visitor.name())) {
        return leaving.call(request);
      }
    }
    boolean elsewhere = place == Place.ANOTHER_DATABASE && rule.reach() == Reach.KEYS;
    RawConnection connection = (elsewhere ? OTHER : OWN).get(visitor);
    Frame answer = connection.call(request);
    if (opcode == Opcode.USE) {
      use(connection, Place.INSIDE.database());
    }
    return answer;
  }

  /** Its header tells who may not send it: nobody waits for the body, and none is kept for it. */
  @ParameterizedTest
  @MethodSource("withoutHandshake")
  void aLargeFrameIsRefusedByItsHeader(Opcode opcode) throws Exception {
    Rule rule = RULES.get(opcode);
    int body = 200_000;
    byte[] frame = Frames.raw(opcode.number(), 0, new byte[body]);
    int there = 100;
    for (Visitor visitor : Matrix.visitors()) {
      if (visitor.scoping() != Scoping.NONE
          || visitor.may(rule.needs(), Reach.NOTHING, Place.INSIDE)) {
        continue;
      }
      RawConnection connection = OWN.get(visitor);
      Frame answer = connection.send(java.util.Arrays.copyOf(frame, there)).read();
      assertThat(answer.errorCode())
          .as("%s by %s", opcode, visitor.name())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
      // The rest is passed over, and the connection goes on.
      connection.send(java.util.Arrays.copyOfRange(frame, there, frame.length));
      assertThat(connection.call(Frames.ping("on")).payload()).isEqualTo("on");
    }
  }

  @ParameterizedTest
  @EnumSource(Opcode.class)
  void beforeLoginThereIsNothingButTheHandshake(Opcode opcode) throws Exception {
    try (RawConnection stranger = server.tls()) {
      Frame answer = stranger.call(Frames.empty(opcode.number()));
      assertThat(answer.isError()).isTrue();
      if (opcode == Opcode.HELLO) {
        assertThat(answer.errorCode()).isNotEqualTo(ErrorCode.UNAUTHENTICATED);
      } else {
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.UNAUTHENTICATED);
      }
    }
  }

  @Test
  void afterLoginThereIsNoSecondHandshake() throws Exception {
    for (RawConnection connection : OWN.values()) {
      assertThat(connection.call(Frames.empty(Opcode.HELLO.number())).errorCode())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(connection.call(Frames.empty(Opcode.AUTH.number())).errorCode())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
  }

  /** What a scope hides from a list is not in it. */
  @Test
  void aListOfDatabasesHasThoseWithinTheScopes() throws Exception {
    for (Visitor visitor : Matrix.visitors()) {
      if (!visitor.may(RULES.get(Opcode.DB_LIST).needs(), Reach.NOTHING, Place.INSIDE)) {
        continue;
      }
      var list =
          io.velocitydb.protocol.fbs.DbListResponse.getRootAsDbListResponse(
              OWN.get(visitor).call(Frames.empty(Opcode.DB_LIST.number())).table());
      List<String> names =
          java.util.stream.IntStream.range(0, list.databasesLength())
              .mapToObj(i -> list.databases(i).name())
              .toList();
      assertThat(names).contains("default");
      for (String hidden : List.of(Matrix.OTHER_DATABASE, "system")) {
        assertThat(names.contains(hidden)).isEqualTo(visitor.scoping() == Scoping.NONE);
      }
    }
  }
}
