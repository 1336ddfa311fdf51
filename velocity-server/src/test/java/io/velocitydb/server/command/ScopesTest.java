package io.velocitydb.server.command;

import static io.velocitydb.server.wire.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.BatchKind;
import io.velocitydb.protocol.fbs.BatchOperation;
import io.velocitydb.protocol.fbs.BatchRequest;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.CountRequest;
import io.velocitydb.protocol.fbs.DeleteRangeRequest;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.protocol.fbs.UserCreateRequest;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a scope lets through, command by command; who may send what at all is in {@code
 * OpcodeMatrixTest}.
 */
final class ScopesTest {
  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder);
    server.createUser("operator", Role.OPERATOR);
    server.createDatabase("other");
    server.createUser("tenant", Role.READWRITE, new ScopeOf("default", "t1/"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aScopeLetsItsKeysThroughAndNoOthers() throws Exception {
    try (RawConnection tenant = server.login("tenant")) {
      assertThat(tenant.call(Frames.set("t1/a", "x")).isError()).isFalse();
      assertThat(tenant.call(Frames.get("t1/a")).value()).isEqualTo("x");
      for (byte[] request :
          new byte[][] {
            Frames.get("t2/a"), Frames.set("t2/a", "x"), Frames.get("t"), Frames.delete("t10")
          }) {
        assertThat(tenant.call(request).errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      }
    }
  }

  @Test
  void oneKeyOutsideRefusesAWholeRequest() throws Exception {
    try (RawConnection tenant = server.login("tenant")) {
      Frame mget =
          tenant.call(
              Frames.of(
                  Opcode.MGET,
                  (message, table) -> {
                    int vector = message.reserveTables(table, MgetRequest.KEYS, 2);
                    message.putBytes(
                        message.element(vector, 0, Bytes.TABLE), Bytes.DATA, utf8("t1/a"));
                    message.putBytes(
                        message.element(vector, 1, Bytes.TABLE), Bytes.DATA, utf8("t2/a"));
                  }));
      Frame batch =
          tenant.call(
              Frames.of(
                  Opcode.BATCH,
                  (message, table) -> {
                    int vector = message.reserveTables(table, BatchRequest.OPERATIONS, 2);
                    for (int i = 0; i < 2; i++) {
                      int operation = message.element(vector, i, BatchOperation.TABLE);
                      message.putByte(operation, BatchOperation.KIND, BatchKind.SET);
                      message.putBytes(
                          operation, BatchOperation.KEY, utf8("t" + (i + 1) + "/batched"));
                    }
                  }));
      assertThat(mget.errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(batch.errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(tenant.call(Frames.get("t1/batched")).value()).isEqualTo("(missing)");
    }
  }

  @Test
  void aRangeMustLieInsideAndIsNeverCutDown() throws Exception {
    Map<Opcode, int[]> fields =
        Map.of(
            Opcode.SCAN,
            new int[] {ScanRequest.PREFIX, ScanRequest.START, ScanRequest.END},
            Opcode.COUNT,
            new int[] {CountRequest.PREFIX, CountRequest.START, CountRequest.END},
            Opcode.DELETE_RANGE,
            new int[] {
              DeleteRangeRequest.PREFIX, DeleteRangeRequest.START, DeleteRangeRequest.END
            });
    try (RawConnection tenant = server.login("tenant")) {
      for (Map.Entry<Opcode, int[]> command : fields.entrySet()) {
        int[] field = command.getValue();
        Function<Map<Integer, String>, Boolean> denied =
            values -> isDenied(tenant, command.getKey(), values);
        assertThat(denied.apply(Map.of())).as("everything").isTrue();
        assertThat(denied.apply(Map.of(field[0], "t"))).as("a wider prefix").isTrue();
        assertThat(denied.apply(Map.of(field[1], "t1/"))).as("without an end").isTrue();
        assertThat(denied.apply(Map.of(field[1], "t1/a", field[2], "t2"))).as("beyond").isTrue();
        assertThat(denied.apply(Map.of(field[2], "t1/b"))).as("without a start").isTrue();
        assertThat(denied.apply(Map.of(field[0], "t1/zz"))).as("inside").isFalse();
        assertThat(denied.apply(Map.of(field[1], "t1/y", field[2], "t1/z"))).isFalse();
      }
    }
  }

  private static boolean isDenied(
      RawConnection connection, Opcode opcode, Map<Integer, String> fields) {
    try {
      Frame answer =
          connection.call(
              Frames.of(
                  opcode,
                  (MessageWriter message, Integer table) ->
                      fields.forEach(
                          (field, value) -> message.putBytes(table, field, utf8(value)))));
      return answer.isError() && answer.errorCode() == ErrorCode.PERMISSION_DENIED;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aScopeKeepsOutOfOtherDatabases() throws Exception {
    try (RawConnection tenant = server.login("tenant")) {
      Frame use =
          tenant.call(
              Frames.of(
                  Opcode.USE,
                  (message, table) -> message.putString(table, UseRequest.DATABASE, "other")));
      assertThat(use.errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
  }

  @Test
  void anOperatorCannotMakeAnAdmin() throws Exception {
    try (RawConnection operator = server.login("operator")) {
      Frame answer =
          operator.call(
              Frames.of(
                  Opcode.USER_CREATE,
                  (message, table) -> {
                    message.putString(table, UserCreateRequest.NAME, "mallory");
                    message.putBytes(table, UserCreateRequest.PASSWORD, utf8("secret"));
                    message.putByte(table, UserCreateRequest.ROLE, Role.ADMIN.number());
                  }));
      assertThat(answer.errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
  }
}
