package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.admin.ApiToken;
import io.velocitydb.client.admin.CompactReport;
import io.velocitydb.client.admin.ConnectionInfo;
import io.velocitydb.client.admin.DatabaseInfo;
import io.velocitydb.client.admin.DatabaseStats;
import io.velocitydb.client.admin.FlushReport;
import io.velocitydb.client.admin.HotKey;
import io.velocitydb.client.admin.NewToken;
import io.velocitydb.client.admin.Scope;
import io.velocitydb.client.admin.ServerStats;
import io.velocitydb.client.admin.Setting;
import io.velocitydb.client.admin.SlowOperation;
import io.velocitydb.client.admin.User;
import io.velocitydb.client.admin.VelocityAdmin;
import io.velocitydb.client.admin.VerifyReport;
import io.velocitydb.client.error.DatabaseNotFoundException;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.client.value.Key;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.CompactRequest;
import io.velocitydb.protocol.fbs.CompactResponse;
import io.velocitydb.protocol.fbs.ConfigGetRequest;
import io.velocitydb.protocol.fbs.ConfigGetResponse;
import io.velocitydb.protocol.fbs.ConfigItem;
import io.velocitydb.protocol.fbs.ConnectionsResponse;
import io.velocitydb.protocol.fbs.DbCreateRequest;
import io.velocitydb.protocol.fbs.DbDropRequest;
import io.velocitydb.protocol.fbs.DbLimitRequest;
import io.velocitydb.protocol.fbs.DbListResponse;
import io.velocitydb.protocol.fbs.DbStatsRequest;
import io.velocitydb.protocol.fbs.DbStatsResponse;
import io.velocitydb.protocol.fbs.DrainRequest;
import io.velocitydb.protocol.fbs.DrainResponse;
import io.velocitydb.protocol.fbs.FlushRequest;
import io.velocitydb.protocol.fbs.FlushResponse;
import io.velocitydb.protocol.fbs.HotkeysRequest;
import io.velocitydb.protocol.fbs.HotkeysResponse;
import io.velocitydb.protocol.fbs.LevelInfo;
import io.velocitydb.protocol.fbs.SlowlogRequest;
import io.velocitydb.protocol.fbs.SlowlogResponse;
import io.velocitydb.protocol.fbs.Stat;
import io.velocitydb.protocol.fbs.StatsResponse;
import io.velocitydb.protocol.fbs.TokenCreateRequest;
import io.velocitydb.protocol.fbs.TokenCreateResponse;
import io.velocitydb.protocol.fbs.TokenDropRequest;
import io.velocitydb.protocol.fbs.TokenInfo;
import io.velocitydb.protocol.fbs.TokenListResponse;
import io.velocitydb.protocol.fbs.UserCreateRequest;
import io.velocitydb.protocol.fbs.UserCreateResponse;
import io.velocitydb.protocol.fbs.UserDropRequest;
import io.velocitydb.protocol.fbs.UserGrantRequest;
import io.velocitydb.protocol.fbs.UserInfo;
import io.velocitydb.protocol.fbs.UserListResponse;
import io.velocitydb.protocol.fbs.UserPasswordRequest;
import io.velocitydb.protocol.fbs.UserRevokeRequest;
import io.velocitydb.protocol.fbs.VerifyRequest;
import io.velocitydb.protocol.fbs.VerifyResponse;
import io.velocitydb.protocol.scram.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The messages of administration, against a server that notes what was asked and answers what the
 * test says.
 */
class AdministrationTest {

  private final FakeServer server = FakeServer.builder().plaintext().start();
  private final VelocityClient client =
      VelocityClient.builder().endpoint(server.endpoint()).build();
  private final VelocityAdmin admin = client.admin();
  private final AtomicReference<String> asked = new AtomicReference<>("");

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private void answer(
      Opcode opcode, Function<ByteBuffer, String> note, ToIntFunction<FlatBufferBuilder> response) {
    server.answer(
        opcode,
        body -> {
          asked.set(note.apply(body));
          FlatBufferBuilder out = new FlatBufferBuilder();
          out.finish(response.applyAsInt(out));
          return out.dataBuffer();
        });
  }

  /** An answer without fields, which all tables without content share. */
  private void answerEmpty(Opcode opcode, Function<ByteBuffer, String> note) {
    answer(
        opcode,
        note,
        out -> {
          out.startTable(0);
          return out.endTable();
        });
  }

  private static String utf8(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static int info(FlatBufferBuilder out, String name) {
    return io.velocitydb.protocol.fbs.DatabaseInfo.createDatabaseInfo(
        out, out.createString(name), 1_000, 5, 6, 7);
  }

  private static int stat(FlatBufferBuilder out, String name, double value) {
    return Stat.createStat(out, out.createString(name), value);
  }

  @Test
  void theStateOfTheServer() {
    answer(
        Opcode.STATS,
        body -> "",
        out -> {
          int stats = StatsResponse.createStatsVector(out, new int[] {stat(out, "gets", 2.5)});
          int version = out.createString("0.1.0");
          return StatsResponse.createStatsResponse(
              out, version, 60_000, 3, 2, true, 10, 20, 30, 40, stats);
        });
    assertThat(admin.stats())
        .isEqualTo(
            new ServerStats(
                "0.1.0", Duration.ofMinutes(1), 3, 2, true, 10, 20, 30, 40, Map.of("gets", 2.5)));
  }

  @Test
  void databasesAreCreatedListedLimitedAndDropped() {
    answerEmpty(
        Opcode.DB_CREATE,
        body -> {
          var request = DbCreateRequest.getRootAsDbCreateRequest(body);
          return request.name() + " " + request.maxDiskBytes();
        });
    admin.createDatabase("orders", 9);
    assertThat(asked).hasValue("orders 9");
    admin.createDatabase("plain");
    assertThat(asked).hasValue("plain 0");

    answerEmpty(
        Opcode.DB_LIMIT,
        body -> {
          var request = DbLimitRequest.getRootAsDbLimitRequest(body);
          return request.name() + " " + request.maxDiskBytes();
        });
    admin.limitDatabase("orders", 11);
    assertThat(asked).hasValue("orders 11");

    answerEmpty(Opcode.DB_DROP, body -> DbDropRequest.getRootAsDbDropRequest(body).name());
    admin.dropDatabase("orders");
    assertThat(asked).hasValue("orders");

    answer(
        Opcode.DB_LIST,
        body -> "",
        out ->
            DbListResponse.createDbListResponse(
                out,
                DbListResponse.createDatabasesVector(
                    out, new int[] {info(out, "a"), info(out, "b")})));
    assertThat(admin.databases())
        .containsExactly(
            new DatabaseInfo("a", Optional.of(Instant.ofEpochMilli(1_000)), 5, 6, 7),
            new DatabaseInfo("b", Optional.of(Instant.ofEpochMilli(1_000)), 5, 6, 7));
  }

  @Test
  void theInsideOfADatabase() {
    answer(
        Opcode.DB_STATS,
        body -> DbStatsRequest.getRootAsDbStatsRequest(body).name(),
        out -> {
          int levels =
              DbStatsResponse.createLevelsVector(
                  out, new int[] {LevelInfo.createLevelInfo(out, 1, 2, 3, 4, 5)});
          int stats = DbStatsResponse.createStatsVector(out, new int[] {stat(out, "x", 1)});
          int info = info(out, "a");
          return DbStatsResponse.createDbStatsResponse(out, info, 100, 200, levels, stats);
        });
    DatabaseStats stats = admin.databaseStats("a");
    assertThat(asked).hasValue("a");
    assertThat(stats.info().name()).isEqualTo("a");
    assertThat(stats.memtableBytes()).isEqualTo(100);
    assertThat(stats.walBytes()).isEqualTo(200);
    assertThat(stats.levels()).containsExactly(new DatabaseStats.Level(1, 2, 3, 4, 5));
    assertThat(stats.numbers()).isEqualTo(Map.of("x", 1.0));
  }

  @Test
  void maintenance() {
    answer(
        Opcode.VERIFY,
        body -> {
          var request = VerifyRequest.getRootAsVerifyRequest(body);
          return request.database() + " " + request.meta().timeoutMs();
        },
        out -> {
          int problems =
              VerifyResponse.createProblemsVector(out, new int[] {out.createString("bad block")});
          return VerifyResponse.createVerifyResponse(out, 1, 2, 3, problems, 4);
        });
    VerifyReport report = admin.verify("a");
    assertThat(asked).hasValue("a 3600000");
    assertThat(report)
        .isEqualTo(new VerifyReport(1, 2, 3, List.of("bad block"), Duration.ofMillis(4)));
    assertThat(report.clean()).isFalse();
    assertThat(admin.timeout(Duration.ofSeconds(2)).verify("a").clean()).isFalse();
    assertThat(asked).hasValue("a 2000");

    answer(
        Opcode.COMPACT,
        body -> CompactRequest.getRootAsCompactRequest(body).database(),
        out -> CompactResponse.createCompactResponse(out, 10, 5, 7));
    assertThat(admin.compact("b")).isEqualTo(new CompactReport(10, 5, Duration.ofMillis(7)));
    assertThat(asked).hasValue("b");

    answer(
        Opcode.FLUSH,
        body -> FlushRequest.getRootAsFlushRequest(body).database(),
        out -> FlushResponse.createFlushResponse(out, 10, 7));
    assertThat(admin.flush("c")).isEqualTo(new FlushReport(10, Duration.ofMillis(7)));
    assertThat(asked).hasValue("c");

    answer(
        Opcode.DRAIN,
        body -> "" + DrainRequest.getRootAsDrainRequest(body).graceMs(),
        out -> DrainResponse.createDrainResponse(out, 12));
    assertThat(admin.drain(Duration.ofSeconds(3))).isEqualTo(12);
    assertThat(asked).hasValue("3000");
  }

  @Test
  void usersAreCreatedGrantedRevokedAndDropped() {
    answer(
        Opcode.USER_CREATE,
        body -> {
          var request = UserCreateRequest.getRootAsUserCreateRequest(body);
          return request.name()
              + " "
              + utf8(request.passwordAsByteBuffer())
              + " "
              + request.role()
              + " "
              + request.scopesLength();
        },
        out -> UserCreateResponse.createUserCreateResponse(out, Role.READWRITE.number()));
    assertThat(admin.createUser("anna", "sécret")).isEqualTo(Role.READWRITE);
    assertThat(asked).hasValue("anna sécret 0 0");
    List<Scope> scopes = List.of(Scope.prefix("orders", "a:"), Scope.database("logs"));
    assertThat(admin.createUser("anna", "x", Role.ADMIN, scopes)).isEqualTo(Role.READWRITE);
    assertThat(asked).hasValue("anna x 4 2");

    answerEmpty(
        Opcode.USER_GRANT,
        body -> {
          var request = UserGrantRequest.getRootAsUserGrantRequest(body);
          var scope = request.scopes(0);
          return request.name()
              + " "
              + request.role()
              + " "
              + scope.database()
              + " "
              + utf8(scope.prefixAsByteBuffer());
        });
    admin.grant("anna", Role.READONLY, scopes);
    assertThat(asked).hasValue("anna 1 orders a:");
    admin.grant("anna", scopes);
    assertThat(asked).hasValue("anna 0 orders a:");

    answerEmpty(
        Opcode.USER_REVOKE,
        body -> {
          var request = UserRevokeRequest.getRootAsUserRevokeRequest(body);
          return request.name() + " " + request.scopes(1).database();
        });
    admin.revoke("anna", scopes);
    assertThat(asked).hasValue("anna logs");

    answerEmpty(Opcode.USER_DROP, body -> UserDropRequest.getRootAsUserDropRequest(body).name());
    admin.dropUser("anna");
    assertThat(asked).hasValue("anna");

    answerEmpty(
        Opcode.USER_PASSWORD,
        body -> {
          var request = UserPasswordRequest.getRootAsUserPasswordRequest(body);
          return request.name()
              + " "
              + utf8(request.passwordAsByteBuffer())
              + " "
              + request.keepPreviousMs();
        });
    admin.setPassword("anna", "new", Duration.ofHours(24));
    assertThat(asked).hasValue("anna new 86400000");
  }

  @Test
  void tokensAreMadeAndDropped() {
    Token made = Token.of(new byte[] {1, 1, 1, 1, 1, 1, 1, 1}, new byte[32]);
    answer(
        Opcode.TOKEN_CREATE,
        body -> {
          var request = TokenCreateRequest.getRootAsTokenCreateRequest(body);
          return request.name()
              + " "
              + request.role()
              + " "
              + request.scopesLength()
              + " "
              + request.expiresMs();
        },
        out -> {
          int id = out.createByteVector(made.id());
          int token = out.createByteVector(made.format().getBytes(StandardCharsets.US_ASCII));
          return TokenCreateResponse.createTokenCreateResponse(out, id, token);
        });
    NewToken answer = admin.createToken("app", Role.READONLY, List.of(Scope.database("orders")));
    assertThat(asked).hasValue("app 1 1 0");
    assertThat(answer.token()).isEqualTo(made.format());
    assertThat(answer.id()).isEqualTo("AQEBAQEBAQE");
    assertThat(answer.toString()).contains(answer.id()).doesNotContain(made.format());
    admin.createToken("app", Role.ADMIN, List.of(), Instant.ofEpochMilli(9));
    assertThat(asked).hasValue("app 4 0 9");

    answerEmpty(
        Opcode.TOKEN_DROP,
        body -> {
          byte[] id = new byte[8];
          TokenDropRequest.getRootAsTokenDropRequest(body).tokenIdAsByteBuffer().get(id);
          return Token.idText(id);
        });
    admin.dropToken(answer.id());
    assertThat(asked).hasValue("AQEBAQEBAQE");
    assertThatThrownBy(() -> admin.dropToken(made.format()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tokensAreListed() {
    answer(
        Opcode.TOKEN_LIST,
        body -> "",
        out -> {
          int id = out.createByteVector(new byte[] {1, 1, 1, 1, 1, 1, 1, 1});
          int app = out.createString("app");
          int anna = out.createString("anna");
          int one = TokenInfo.createTokenInfo(out, id, app, Role.READONLY.number(), 0, 1, 9, anna);
          int two = TokenInfo.createTokenInfo(out, id, app, 99, 0, 1, 0, 0);
          return TokenListResponse.createTokenListResponse(
              out, TokenListResponse.createTokensVector(out, new int[] {one, two}));
        });
    assertThat(admin.tokens())
        .containsExactly(
            new ApiToken(
                "AQEBAQEBAQE",
                "app",
                Optional.of(Role.READONLY),
                List.of(),
                Instant.ofEpochMilli(1),
                Optional.of(Instant.ofEpochMilli(9)),
                Optional.of("anna")),
            new ApiToken(
                "AQEBAQEBAQE",
                "app",
                Optional.empty(),
                List.of(),
                Instant.ofEpochMilli(1),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void usersAreListed() {
    answer(
        Opcode.USER_LIST,
        body -> "",
        out -> {
          int prefix = out.createByteVector(new byte[] {'a'});
          int scope =
              io.velocitydb.protocol.fbs.Scope.createScope(out, out.createString("db"), prefix);
          int scopes = UserInfo.createScopesVector(out, new int[] {scope});
          int name = out.createString("anna");
          int anna = UserInfo.createUserInfo(out, name, Role.OPERATOR.number(), scopes, 1, 2, 3, 4);
          int other = UserInfo.createUserInfo(out, out.createString("new"), 99, 0, 1, 2, 0, 0);
          return UserListResponse.createUserListResponse(
              out, UserListResponse.createUsersVector(out, new int[] {anna, other}));
        });
    assertThat(admin.users())
        .containsExactly(
            new User(
                "anna",
                Optional.of(Role.OPERATOR),
                List.of(new Scope("db", Optional.of(Key.of("a")))),
                Instant.ofEpochMilli(1),
                Instant.ofEpochMilli(2),
                Optional.of(Instant.ofEpochMilli(3)),
                4),
            new User(
                "new",
                Optional.empty(),
                List.of(),
                Instant.ofEpochMilli(1),
                Instant.ofEpochMilli(2),
                Optional.empty(),
                0));
  }

  @Test
  void settingsAndConnections() {
    answer(
        Opcode.CONFIG_GET,
        body -> String.valueOf(ConfigGetRequest.getRootAsConfigGetRequest(body).key()),
        out -> {
          int item =
              ConfigItem.createConfigItem(
                  out,
                  out.createString("server.data_dir"),
                  out.createString("./x"),
                  out.createString("file"),
                  true);
          return ConfigGetResponse.createConfigGetResponse(
              out, ConfigGetResponse.createItemsVector(out, new int[] {item}));
        });
    assertThat(admin.settings("server"))
        .containsExactly(new Setting("server.data_dir", "./x", "file", true));
    assertThat(asked).hasValue("server");
    assertThat(admin.settings()).hasSize(1);
    assertThat(asked).hasValue("null");

    answer(
        Opcode.CONNECTIONS,
        body -> "",
        out -> {
          int connection =
              io.velocitydb.protocol.fbs.ConnectionInfo.createConnectionInfo(
                  out,
                  1,
                  out.createString("127.0.0.1:5"),
                  out.createString("anna"),
                  Role.ADMIN.number(),
                  out.createString("db"),
                  out.createString("client"),
                  out.createString("9"),
                  out.createString("V-Proto 2.4"),
                  true,
                  1_000,
                  20,
                  30);
          return ConnectionsResponse.createConnectionsResponse(
              out, ConnectionsResponse.createConnectionsVector(out, new int[] {connection}), 1);
        });
    assertThat(admin.connections())
        .containsExactly(
            new ConnectionInfo(
                1,
                "127.0.0.1:5",
                "anna",
                Optional.of(Role.ADMIN),
                "db",
                "client",
                "9",
                "V-Proto 2.4",
                true,
                Instant.ofEpochMilli(1_000),
                Duration.ofMillis(20),
                30));
  }

  @Test
  void slowOperationsAndHotKeys() {
    answer(
        Opcode.SLOWLOG,
        body -> {
          SlowlogRequest request = SlowlogRequest.getRootAsSlowlogRequest(body);
          return request.limit() + " " + request.reset();
        },
        out -> {
          int operation =
              io.velocitydb.protocol.fbs.SlowOperation.createSlowOperation(
                  out,
                  1_000,
                  20_500,
                  Opcode.MGET.number(),
                  out.createString("db"),
                  io.velocitydb.protocol.fbs.SlowOperation.createKeyVector(out, new byte[] {'k'}),
                  out.createString("anna"),
                  out.createString("127.0.0.1:5"),
                  200,
                  3);
          return SlowlogResponse.createSlowlogResponse(
              out, SlowlogResponse.createOperationsVector(out, new int[] {operation}));
        });
    assertThat(admin.slowLog(7))
        .containsExactly(
            new SlowOperation(
                Instant.ofEpochMilli(1_000),
                Duration.ofNanos(20_500_000),
                "MGET",
                "db",
                Optional.of(Key.of("k")),
                200,
                3,
                "anna",
                "127.0.0.1:5"));
    assertThat(asked).hasValue("7 false");
    assertThat(admin.resetSlowLog()).hasSize(1);
    assertThat(asked).hasValue("0 true");
    assertThatThrownBy(() -> admin.slowLog(-1)).isInstanceOf(IllegalArgumentException.class);

    answer(
        Opcode.HOTKEYS,
        body -> {
          HotkeysRequest request = HotkeysRequest.getRootAsHotkeysRequest(body);
          return request.database() + " " + request.limit();
        },
        out -> {
          int key =
              io.velocitydb.protocol.fbs.HotKey.createHotKey(
                  out,
                  io.velocitydb.protocol.fbs.HotKey.createKeyVector(out, new byte[] {'k'}),
                  2.5,
                  0.5,
                  1);
          return HotkeysResponse.createHotkeysResponse(
              out, HotkeysResponse.createKeysVector(out, new int[] {key}));
        });
    assertThat(admin.hotKeys("orders", 5)).containsExactly(new HotKey(Key.of("k"), 1, 2.5, 0.5));
    assertThat(asked).hasValue("orders 5");
  }

  @Test
  void administrationHasAConnectionOfItsOwn() {
    client.ping();
    answer(
        Opcode.STATS,
        body -> "",
        out -> StatsResponse.createStatsResponse(out, 0, 0, 0, 0, false, 0, 0, 0, 0, 0));
    admin.stats();
    assertThat(server.connectionsAccepted()).isEqualTo(2);
  }

  @Test
  void theLocalSocketNeedsNeitherTlsNorCredentials(@TempDir Path folder) {
    Path socket = folder.resolve("admin.sock");
    try (FakeServer local = FakeServer.builder().adminSocket(socket).start();
        VelocityClient owner = VelocityClient.builder().adminSocket(socket).build()) {
      local.createDatabase("orders");
      owner.set("k", "1");
      assertThat(owner.getText("k")).contains("1");
      assertThat(owner.connect().role()).contains(Role.ADMIN);
      owner.use("orders").set("k", "2");
      assertThat(owner.getText("k")).contains("1");
      assertThat(owner.use("orders").getText("k")).contains("2");
      assertThatThrownBy(() -> owner.use("missing").get("k"))
          .isInstanceOf(DatabaseNotFoundException.class);
      assertThat(local.received()).doesNotContain("HELLO");
    }
  }

  @Test
  void aSocketThatIsNotThereIsSaidSo(@TempDir Path folder) {
    Path socket = folder.resolve("none.sock");
    try (VelocityClient owner = VelocityClient.builder().adminSocket(socket).build()) {
      assertThatThrownBy(owner::connect)
          .hasMessageContaining(socket.toString())
          .hasMessageContaining("is the server running?");
    }
  }
}
