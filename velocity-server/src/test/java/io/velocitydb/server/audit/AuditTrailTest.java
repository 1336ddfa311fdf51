package io.velocitydb.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prometheus.client.CollectorRegistry;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.DbDropRequest;
import io.velocitydb.protocol.fbs.UserDropRequest;
import io.velocitydb.protocol.fbs.UserPasswordRequest;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import io.velocitydb.server.resp.RespConnection;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server's audit log tells, and what it never does. */
final class AuditTrailTest {
  @TempDir Path folder;

  private TestServer start(String... more) throws Exception {
    Map<String, String> flags = new HashMap<>();
    flags.put("server.resp_bind_address", "127.0.0.1:0");
    flags.put("server.enable_tls", "false");
    flags.put("security.allow_plaintext_auth", "true");
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    return TestServer.start(folder, flags);
  }

  private Path path() {
    return folder.resolve("data/audit.log");
  }

  /** Each line as {@code user operation target database status}. */
  private List<String> lines() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(path())) {
      JsonNode event = json.readTree(line);
      assertThat(event.get("time").asText()).matches("\\d{4}-.*T.*\\.\\d{3}Z");
      assertThat(event.get("address").asText()).matches("local|127\\.0\\.0\\.1:\\d+");
      lines.add(
          String.join(
              " ",
              List.of(
                  event.get("user").asText(),
                  event.get("operation").asText(),
                  event.get("target").asText(),
                  event.get("database").asText(),
                  event.get("status").asText())));
    }
    return lines;
  }

  private static byte[] dropDatabase(String name) {
    return Frames.of(
        Opcode.DB_DROP, (message, table) -> message.putString(table, DbDropRequest.NAME, name));
  }

  private static byte[] dropUser(String name) {
    return Frames.of(
        Opcode.USER_DROP, (message, table) -> message.putString(table, UserDropRequest.NAME, name));
  }

  @Test
  void itTellsOfLoginsAdministrationAndDenials() throws Exception {
    try (TestServer server = start()) {
      server.createUser("ann", Role.READONLY, new ScopeOf("default", "ann:"));
      server.createUser("opa", Role.OPERATOR);
      try (RawConnection ann = RawConnection.plain(server.address()).login("ann", "ann");
          RawConnection opa = RawConnection.plain(server.address()).login("opa", "opa");
          RawConnection eve = RawConnection.plain(server.address());
          RespConnection resp = new RespConnection(server.respAddress()).login("ann")) {
        eve.tryLogin("ann", "guess");
        ann.call(Frames.get("ann:1"));
        ann.call(Frames.get("bob:1"));
        ann.call(Frames.set("ann:1", "x"));
        ann.call(dropDatabase("default"));
        resp.call("SET", "ann:1", "v");
        resp.call("AUTH", "bob", "guess");
        opa.call(dropDatabase("ghost"));
        // An operator reads no values, and so manages nobody who does.
        opa.call(dropUser("ann"));
        server.administer(dropUser("ann"));
      }
    }
    assertThat(lines())
        .containsExactlyInAnyOrder(
            "(local) USER_CREATE ann default OK",
            "(local) USER_CREATE opa default OK",
            "ann AUTH  default OK",
            "opa AUTH  default OK",
            "ann AUTH   OK",
            "ann AUTH   INVALID_CREDENTIALS",
            "ann GET  default PERMISSION_DENIED",
            "ann SET  default PERMISSION_DENIED",
            "ann DB_DROP  default PERMISSION_DENIED",
            "ann SET  default PERMISSION_DENIED",
            "bob AUTH  default INVALID_CREDENTIALS",
            "opa DB_DROP ghost default DATABASE_NOT_FOUND",
            "opa USER_DROP ann default PERMISSION_DENIED",
            "(local) USER_DROP ann default OK");
  }

  /** Whoever holds a token cannot have the log name somebody else. */
  @Test
  void aTokenIsToldOfByItsIdWhateverUserItCameWith() throws Exception {
    Token token;
    try (TestServer server = start()) {
      token = server.createToken("tool", Role.READONLY, 0);
      Token wrong = Token.of(token.id(), new byte[Token.SECRET_LENGTH]);
      try (RespConnection resp = new RespConnection(server.respAddress())) {
        assertThat(resp.call("AUTH", "ann", token.format())).isEqualTo("+OK\r\n");
        assertThat(resp.call("AUTH", "ann", wrong.format())).startsWith("-WRONGPASS");
      }
    }
    String name = "token " + Token.idText(token.id());
    assertThat(lines())
        .contains(name + " AUTH   OK", name + " AUTH  default INVALID_CREDENTIALS")
        .noneMatch(line -> line.startsWith("ann"));
  }

  /** What is asked for in vain is told of, but not in its own words. */
  @Test
  void itNeverHoldsKeysValuesOrSecrets() throws Exception {
    try (TestServer server = start()) {
      server.createUser("ann", Role.READONLY, new ScopeOf("default", "ann:"));
      server.administer(
          Frames.of(
              Opcode.USER_PASSWORD,
              (message, table) -> {
                message.putString(table, UserPasswordRequest.NAME, "ann");
                message.putBytes(table, UserPasswordRequest.PASSWORD, Frames.utf8("s3cret-new"));
              }));
      try (RawConnection ann = RawConnection.plain(server.address()).login("ann", "s3cret-new");
          RawConnection eve = RawConnection.plain(server.address());
          RespConnection resp = new RespConnection(server.respAddress())) {
        eve.tryLogin("ann", "s3cret-guess");
        ann.call(Frames.set("s3cret-key", "s3cret-value"));
        ann.call(Frames.get("s3cret-key"));
        assertThat(resp.call("AUTH", "ann", "s3cret-new")).isEqualTo("+OK\r\n");
        resp.call("AUTH", "ann", "s3cret-guess");
        resp.call("SET", "s3cret-key", "s3cret-value");
        resp.call("GET", "s3cret-key");
      }
    }
    assertThat(lines()).hasSizeGreaterThan(6);
    assertThat(Files.readString(path())).doesNotContain("s3cret");
  }

  @Test
  void itCanBeElsewhereOrOff() throws Exception {
    Path elsewhere = folder.resolve("elsewhere.log");
    try (TestServer server = start("security.audit_log_path", elsewhere.toString())) {
      server.createUser("ann", Role.READONLY);
    }
    assertThat(elsewhere).content().contains("USER_CREATE");
    Files.delete(elsewhere);
    try (TestServer server = start("security.audit_logging", "false")) {
      server.createUser("bob", Role.READONLY);
    }
    assertThat(elsewhere).doesNotExist();
    assertThat(path()).doesNotExist();
  }

  @Test
  void aServerThatCannotWriteItDoesNotStartAndSaysWhatToDo() throws Exception {
    Path folderInItsPlace = Files.createDirectory(folder.resolve("taken"));
    assertThatThrownBy(() -> start("security.audit_log_path", folderInItsPlace.toString()))
        .hasMessageContaining("cannot write the audit log " + folderInItsPlace)
        .hasMessageContaining("security.audit_log_path");
  }

  @Test
  void figuresTellHowManyLinesThereAre() throws Exception {
    CollectorRegistry figures = new CollectorRegistry();
    try (TestServer server = TestServer.start(folder, Map.of(), Optional.of(figures))) {
      server.createUser("ann", Role.READONLY);
      org.awaitility.Awaitility.await()
          .until(() -> figures.getSampleValue("velocity_audit_lines_total") == 1.0);
      assertThat(figures.getSampleValue("velocity_audit_lines_dropped_total")).isZero();
    }
  }
}
