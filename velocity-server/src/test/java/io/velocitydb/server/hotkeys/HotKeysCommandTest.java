package io.velocitydb.server.hotkeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.HotkeysRequest;
import io.velocitydb.protocol.fbs.HotkeysResponse;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import io.velocitydb.server.resp.RespConnection;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HOTKEYS of a server. */
final class HotKeysCommandTest {
  private static final Map<String, String> FLAGS =
      Map.of(
          "server.enable_tls", "false",
          "security.allow_plaintext_auth", "true",
          "server.resp_bind_address", "127.0.0.1:0");

  @TempDir Path folder;

  @Test
  void keysThatAreTouchedMostComeFirstWhicheverWayTheyAreTouched() throws Exception {
    try (TestServer server = TestServer.start(folder, FLAGS)) {
      server.createDatabase("other");
      server.createUser("ann", Role.READWRITE);
      try (RawConnection ann = RawConnection.plain(server.address()).login("ann", "ann");
          RespConnection resp = new RespConnection(server.respAddress()).login("ann")) {
        for (int i = 0; i < 30; i++) {
          ann.call(Frames.get("read"));
          resp.call("MGET", "read", "seldom" + i);
        }
        for (int i = 0; i < 10; i++) {
          resp.call("INCR", "counter");
          ann.call(Frames.get("counter"));
        }
        for (int i = 0; i < 5; i++) {
          ann.call(Frames.set("large", "v".repeat(100_000)));
        }

        Frame answer = server.administer(hotKeys("default", 3));
        assertThat(names(answer)).containsExactly("read", "counter", "large");
        HotkeysResponse hot = HotkeysResponse.getRootAsHotkeysResponse(answer.table());
        assertThat(hot.keys(0).readsPerSecond()).isPositive();
        assertThat(hot.keys(0).writesPerSecond()).isZero();
        assertThat(hot.keys(1).readsPerSecond()).isEqualTo(hot.keys(1).writesPerSecond());
        assertThat(hot.keys(2).readsPerSecond()).isZero();
        assertThat(hot.keys(2).keyBytes()).isEqualTo(5);
      }
      assertThat(names(server.administer(hotKeys("", 0)))).as("the one in use").hasSize(20);
      assertThat(names(server.administer(hotKeys("other", 0)))).isEmpty();
    }
  }

  @Test
  void keysOutsideOfTheScopesOfWhoAskedForThemAreNotCounted() throws Exception {
    try (TestServer server = TestServer.start(folder, FLAGS)) {
      server.createUser("ann", Role.READONLY, new ScopeOf("default", "a/"));
      try (RawConnection ann = RawConnection.plain(server.address()).login("ann", "ann")) {
        assertThat(ann.call(Frames.get("a/1")).isError()).isFalse();
        assertThat(ann.call(Frames.get("b/1")).errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      }
      assertThat(names(server.administer(hotKeys("default", 0)))).containsExactly("a/1");
    }
  }

  @Test
  void namesAreForThoseOnlyWhoseScopeHasTheWholeDatabase() throws Exception {
    try (TestServer server = TestServer.start(folder, FLAGS)) {
      server.createUser("whole", Role.OPERATOR, new ScopeOf("default", ""));
      server.createUser("part", Role.ADMIN, new ScopeOf("default", "a/"));
      try (RawConnection local = server.local();
          RawConnection whole = RawConnection.plain(server.address()).login("whole", "whole");
          RawConnection part = RawConnection.plain(server.address()).login("part", "part")) {
        local.call(Frames.get("b/1"));
        assertThat(names(whole.call(hotKeys("default", 0)))).containsExactly("b/1");
        assertThat(part.call(hotKeys("default", 0)).errorCode())
            .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(part.call(hotKeys("", 0)).errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(whole.call(hotKeys("ghost", 0)).errorCode())
            .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(local.call(hotKeys("ghost", 0)).errorCode())
            .isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
      }
    }
  }

  private static byte[] hotKeys(String database, int limit) {
    return Frames.of(
        Opcode.HOTKEYS,
        (message, table) -> {
          message.putString(table, HotkeysRequest.DATABASE, database);
          message.putInt(table, HotkeysRequest.LIMIT, limit);
        });
  }

  private static List<String> names(Frame answer) {
    HotkeysResponse response = HotkeysResponse.getRootAsHotkeysResponse(answer.table());
    List<String> names = new ArrayList<>();
    for (int i = 0; i < response.keysLength(); i++) {
      names.add(Frame.text(response.keys(i).keyAsByteBuffer()));
    }
    return names;
  }
}
