package io.velocitydb.cli.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.Scope;
import io.velocitydb.protocol.fbs.TokenCreateRequest;
import io.velocitydb.protocol.fbs.TokenCreateResponse;
import io.velocitydb.protocol.fbs.TokenDropRequest;
import io.velocitydb.protocol.fbs.TokenInfo;
import io.velocitydb.protocol.fbs.TokenListResponse;
import io.velocitydb.protocol.scram.Token;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandsTest {
  private static final Token TOKEN = Token.of(new byte[] {1, 1, 1, 1, 1, 1, 1, 1}, new byte[32]);

  @TempDir Path folder;
  private LocalServer local;
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void aServerThatMakesTokens() throws IOException {
    LocalServer.home(folder.resolve("home"));
    local = LocalServer.over(folder.resolve("data"));
    local.server().answer(Opcode.TOKEN_CREATE, this::create);
    local.server().answer(Opcode.TOKEN_DROP, this::drop);
    local.server().answer(Opcode.TOKEN_LIST, request -> twoTokens());
  }

  @AfterEach
  void stop() {
    local.close();
    LocalServer.restoreHome();
  }

  @Test
  void aTokenIsPrintedOnceWithTheSentenceThatSaysSo() {
    Result result = run("admin", "create-token", "--name", "app");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEqualTo(TOKEN.format() + "\n");
    assertThat(result.err())
        .isEqualTo(
            "created app (readwrite, id AQEBAQEBAQE); keep the token now: it is shown this once and"
                + " cannot be shown again\n");
    assertThat(asked).containsExactly("app 2 [] 0");
    assertThat(run("admin", "create-token", "--name", "app", "-q").err()).isEmpty();
  }

  @Test
  void roleScopesAndEndMayBeSaid() {
    long before = System.currentTimeMillis();
    Result result =
        run(
            "admin",
            "create-token",
            "--name",
            "app",
            "--role",
            "ReadOnly",
            "--scope",
            "orders:2026/",
            "--scope",
            "stock",
            "--scope",
            "*:a:b",
            "--expires",
            "30d",
            "--output",
            "json");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains(
            "\"created\" : \"app\"",
            "\"id\" : \"AQEBAQEBAQE\"",
            "\"role\" : \"readonly\"",
            "\"expires\" : \"20")
        .containsOnlyOnce(TOKEN.format());
    String[] words = asked.getFirst().split(" (?=\\d+$)", -1);
    assertThat(words[0]).isEqualTo("app 1 [orders:2026/, stock:, :a:b]");
    assertThat(Long.parseLong(words[1]) - before).isBetween(2_592_000_000L, 2_592_060_000L);
  }

  @Test
  void whatCannotBeIsWrongUsageAndNothingIsMade() {
    for (String[] wrong :
        new String[][] {
          {"--role", "king"},
          {"--scope", ":prefix"},
          {"--scope", "*"},
          {"--expires", "soon"}
        }) {
      Result result = run("admin", "create-token", "--name", "app", wrong[0], wrong[1]);
      assertThat(result.exitCode()).as(wrong[1]).isEqualTo(2);
      assertThat(result.err()).startsWith("velocity: " + wrong[0] + ": ").hasLineCount(1);
    }
    assertThat(run("admin", "create-token").exitCode()).isEqualTo(2);
    assertThat(asked).isEmpty();
  }

  @Test
  void aTokenIsDroppedByItsIdOrItsName() {
    assertThat(run("admin", "drop-token", "--id", "AQEBAQEBAQE").err())
        .isEqualTo("dropped AQEBAQEBAQE\n");
    assertThat(run("admin", "drop-token", "--name", "job", "--output", "json").out())
        .contains("\"dropped\" : \"AgICAgICAgI\"");
    assertThat(asked).containsExactly("drop AQEBAQEBAQE", "drop AgICAgICAgI");

    Result missing = run("admin", "drop-token", "--name", "other");
    assertThat(missing.exitCode()).isEqualTo(3);
    assertThat(missing.err())
        .isEqualTo(
            "velocity: there is no token other; \"velocity admin list-tokens\" shows what there"
                + " is\n");
    assertThat(run("admin", "drop-token").exitCode()).isEqualTo(2);
    assertThat(run("admin", "drop-token", "--id", "AQEBAQEBAQE", "--name", "job").exitCode())
        .isEqualTo(2);
    assertThat(asked).hasSize(2);
  }

  @Test
  void whoGivesTheWholeTokenForItsIdDoesNotSeeItInTheError() {
    Result result = run("admin", "drop-token", "--id", TOKEN.format());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("11 characters").doesNotContain(TOKEN.format());
  }

  @Test
  void tokensAreListed() {
    assertThat(run("admin", "list-tokens").out())
        .isEqualTo(
            """
            NAME  ID           ROLE      SCOPES         OWNER  CREATED               EXPIRES
            app   AQEBAQEBAQE  readonly  orders:2026/*  anna   1970-01-01T00:00:01Z  1970-01-01T00:00:09Z
            job   AgICAgICAgI  admin     all            -      1970-01-01T00:00:01Z  never
            """);
    assertThat(run("admin", "list-tokens", "--output", "json").out())
        .contains("\"tokens\" : [", "\"id\" : \"AgICAgICAgI\"", "\"owner\" : \"anna\"")
        .contains("\"expires\" : \"1970-01-01T00:00:09Z\"", "\"expires\" : \"\"");
  }

  private ByteBuffer create(ByteBuffer body) {
    TokenCreateRequest request = TokenCreateRequest.getRootAsTokenCreateRequest(body);
    List<String> scopes = new ArrayList<>();
    for (int i = 0; i < request.scopesLength(); i++) {
      Scope scope = request.scopes(i);
      ByteBuffer prefix = scope.prefixAsByteBuffer();
      scopes.add(scope.database() + ":" + (prefix == null ? "" : text(prefix)));
    }
    asked.add(request.name() + " " + request.role() + " " + scopes + " " + request.expiresMs());
    FlatBufferBuilder out = new FlatBufferBuilder();
    int id = out.createByteVector(TOKEN.id());
    int token = out.createByteVector(TOKEN.format().getBytes(StandardCharsets.US_ASCII));
    out.finish(TokenCreateResponse.createTokenCreateResponse(out, id, token));
    return out.dataBuffer();
  }

  private ByteBuffer drop(ByteBuffer body) {
    TokenDropRequest request = TokenDropRequest.getRootAsTokenDropRequest(body);
    byte[] id = new byte[request.tokenIdLength()];
    request.tokenIdAsByteBuffer().get(id);
    asked.add("drop " + Token.idText(id));
    FlatBufferBuilder out = new FlatBufferBuilder();
    out.startTable(0);
    out.finish(out.endTable());
    return out.dataBuffer();
  }

  private static ByteBuffer twoTokens() {
    FlatBufferBuilder out = new FlatBufferBuilder();
    int scope =
        Scope.createScope(
            out,
            out.createString("orders"),
            out.createByteVector("2026/".getBytes(StandardCharsets.UTF_8)));
    int scopes = TokenInfo.createScopesVector(out, new int[] {scope});
    int[] tokens = {
      token(out, 1, "app", Role.READONLY, scopes, 9_000, "anna"),
      token(out, 2, "job", Role.ADMIN, 0, 0, "")
    };
    int list = TokenListResponse.createTokensVector(out, tokens);
    out.finish(TokenListResponse.createTokenListResponse(out, list));
    return out.dataBuffer();
  }

  private static int token(
      FlatBufferBuilder out,
      int number,
      String name,
      Role role,
      int scopes,
      long expires,
      String owner) {
    byte[] id = new byte[Token.ID_LENGTH];
    java.util.Arrays.fill(id, (byte) number);
    int idAt = out.createByteVector(id);
    int nameAt = out.createString(name);
    int ownerAt = owner.isEmpty() ? 0 : out.createString(owner);
    return TokenInfo.createTokenInfo(
        out, idAt, nameAt, role.number(), scopes, 1_000, expires, ownerAt);
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private Result run(String... arguments) {
    return new CommandLineUnderTest(folder).run(arguments);
  }
}
