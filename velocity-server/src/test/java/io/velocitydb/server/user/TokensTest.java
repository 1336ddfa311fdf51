package io.velocitydb.server.user;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.StoredKeys;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.user.UserProblem.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of tokens, whose rights they have, and what of it is there after a restart. */
final class TokensTest {
  private static final long NEVER = 0;

  @TempDir Path folder;
  private Engine engine;
  private Database system;
  private Users users;
  private Tokens tokens;
  private long now = 1_000;

  @BeforeEach
  void open() {
    engine = Engine.open(folder, EngineOptions.defaults().withMemoryLimit(16 << 20));
    system = engine.openOrCreate("system");
    users = Users.open(system, () -> now);
    tokens = users.tokens();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private Principal user(String name, Role role, Scope... scopes) {
    User created =
        users.create(
            name, name.getBytes(UTF_8), Optional.of(role), List.of(scopes), 0, Principal.LOCAL);
    return users.login(created).orElseThrow();
  }

  private Tokens.Created create(String name, Role role, Principal creator, Scope... scopes) {
    return tokens.create(name, Optional.of(role), List.of(scopes), NEVER, creator);
  }

  private static Scope scope(String database, String prefix) {
    return new Scope(database, prefix.getBytes(UTF_8));
  }

  private static void assertRefused(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UserProblem.class, problem -> assertThat(problem.kind()).isEqualTo(kind));
  }

  @Test
  void everythingIsThereAfterARestartButTheSecret() {
    Principal anna = user("anna", Role.ADMIN);
    Tokens.Created made =
        tokens.create("app", Optional.of(Role.READONLY), List.of(scope("d", "t1/")), 9_000, anna);

    engine.close();
    open();

    ApiToken stored = tokens.find(made.token().id()).orElseThrow();
    assertThat(stored.name()).isEqualTo("app");
    assertThat(stored.owner()).isEqualTo("anna");
    assertThat(stored.role()).isEqualTo(Role.READONLY);
    assertThat(stored.scopes()).containsExactly(scope("d", "t1/"));
    assertThat(stored.createdMs()).isEqualTo(1_000);
    assertThat(stored.expiresMs()).isEqualTo(9_000);
    byte[] message = {1, 2, 3};
    byte[] proof = ClientKeys.ofToken(made.token()).proof(message);
    assertThat(stored.keys().verify(message, proof)).isTrue();
    assertThat(tokens.login(stored)).isPresent();
    assertThat(recordsWith(made.token().secret())).isZero();
    assertThat(recordsWith(stored.keys().storedKey())).isOne();
  }

  private int recordsWith(byte[] part) {
    int found = 0;
    try (Cursor cursor = system.cursor(KeyRange.all(), false)) {
      while (cursor.next()) {
        ByteBuffer value = ByteBuffer.wrap(cursor.value());
        for (int i = 0; i + part.length <= value.limit(); i++) {
          if (value.slice(i, part.length).equals(ByteBuffer.wrap(part))) {
            found++;
            break;
          }
        }
      }
    }
    return found;
  }

  @Test
  void noTextTellsASecret() {
    Tokens.Created made = create("app", Role.READONLY, Principal.LOCAL);
    String whole = made.token().format();
    String secret = whole.substring(whole.length() - 40);
    String login = tokens.login(made.stored()).orElseThrow().toString();
    assertThat(made + " " + made.stored() + " " + login)
        .contains(made.stored().id())
        .doesNotContain(secret);
  }

  @Test
  void namesExpiriesAndScopesThatCannotBeAreRefused() {
    for (String name : List.of("", "with blank", "line\nbreak", "x".repeat(129))) {
      assertRefused(Kind.INVALID, () -> create(name, Role.ADMIN, Principal.LOCAL));
    }
    for (long expiry : new long[] {-1, 1, 1_000, 1_001 + Limits.MAX_TTL_MS, Long.MIN_VALUE}) {
      assertRefused(
          Kind.INVALID,
          () -> tokens.create("app", Optional.empty(), List.of(), expiry, Principal.LOCAL));
    }
    Scope[] many = new Scope[1_001];
    Arrays.fill(many, scope("d", ""));
    assertRefused(Kind.INVALID, () -> create("app", Role.ADMIN, Principal.LOCAL, many));
    assertThat(tokens.all()).isEmpty();
    tokens.create("app", Optional.empty(), List.of(), now + Limits.MAX_TTL_MS, Principal.LOCAL);
    assertThat(tokens.all()).hasSize(1);
  }

  @Test
  void aNameIsTakenOnceUntilItsTokenIsDropped() {
    Tokens.Created first = create("app", Role.READONLY, Principal.LOCAL);
    assertRefused(Kind.EXISTS, () -> create("app", Role.READONLY, Principal.LOCAL));
    assertThat(tokens.drop(first.token().id(), Principal.LOCAL).name()).isEqualTo("app");
    assertRefused(Kind.NOT_FOUND, () -> tokens.drop(first.token().id(), Principal.LOCAL));
    create("app", Role.READONLY, Principal.LOCAL);
    assertThat(tokens.login(first.stored())).isEmpty();
  }

  @Test
  void thereIsABoundToHowManyThereMayBe() {
    StoredKeys keys = new StoredKeys(new byte[32], new byte[32]);
    try (WriteBatch batch = system.newBatch()) {
      for (int i = 0; i < Tokens.TOKENS_MAX; i++) {
        String id = Token.idText(ByteBuffer.allocate(8).putLong(i).array());
        ApiToken token =
            new ApiToken(id, "t" + i, "", 0, Role.READONLY, List.of(), keys, now, NEVER);
        batch.put(
            ("token/" + id).getBytes(UTF_8),
            TokenRecord.encode(token),
            (byte) 0,
            Expiry.NONE,
            Condition.ALWAYS,
            false);
      }
      system.write(batch, Durability.ALWAYS);
    }
    engine.close();
    open();

    assertThat(tokens.all()).hasSize(Tokens.TOKENS_MAX);
    assertRefused(Kind.INVALID, () -> create("one-more", Role.READONLY, Principal.LOCAL));
    assertRefused(Kind.INVALID, () -> create("another", Role.READONLY, Principal.LOCAL));
    tokens.drop(ByteBuffer.allocate(8).putLong(7).array(), Principal.LOCAL);
    create("another", Role.READONLY, Principal.LOCAL);
  }

  @Test
  void nobodyHandsOutOrTakesAwayMoreThanItHas() {
    Principal operator = user("op", Role.OPERATOR);
    assertRefused(Kind.NOT_ALLOWED, () -> create("app", Role.ADMIN, operator));
    assertRefused(Kind.NOT_ALLOWED, () -> create("app", Role.READWRITE, operator));
    Tokens.Created admin = create("root", Role.ADMIN, Principal.LOCAL);
    assertRefused(Kind.NOT_ALLOWED, () -> tokens.drop(admin.token().id(), operator));
    assertThat(create("app", Role.OPERATOR, operator).stored().owner()).isEqualTo("op");
  }

  @Test
  void aTokenCanDoNoMoreThanItsOwnerCanDoNow() {
    Principal anna = user("anna", Role.ADMIN);
    ApiToken writer =
        create("writer", Role.READWRITE, anna, scope("a", "x"), scope("b", "")).stored();
    ApiToken admin = create("admin", Role.ADMIN, anna).stored();
    Principal known = tokens.login(writer).orElseThrow();
    assertThat(known.role()).isEqualTo(Role.READWRITE);

    users.grant("anna", Optional.of(Role.READONLY), List.of(scope("a", "")), Principal.LOCAL);

    assertThat(users.isCurrent(known)).isFalse();
    assertThat(users.refresh(known).orElseThrow().role()).isEqualTo(Role.READONLY);
    assertThat(users.refresh(known).orElseThrow().scopes()).containsExactly(scope("a", "x"));
    assertThat(tokens.login(admin).orElseThrow().role()).isEqualTo(Role.READONLY);
    assertThat(tokens.login(admin).orElseThrow().scopes()).containsExactly(scope("a", ""));

    users.grant("anna", Optional.of(Role.OPERATOR), List.of(), Principal.LOCAL);
    assertThat(users.refresh(known)).as("nothing in common with an operator").isEmpty();
    assertThat(tokens.login(admin).orElseThrow().role()).isEqualTo(Role.OPERATOR);
  }

  @Test
  void scopesWithoutAnythingInCommonAreNotEverything() {
    Principal anna = user("anna", Role.ADMIN);
    ApiToken token = create("app", Role.READONLY, anna, scope("a", "")).stored();
    users.grant("anna", Optional.empty(), List.of(scope("b", "")), Principal.LOCAL);
    assertThat(tokens.login(token)).isEmpty();
  }

  @Test
  void whatTwoListsOfScopesHaveInCommon() {
    assertThat(common(List.of(), List.of())).isEmpty();
    assertThat(common(List.of(scope("a", "x")), List.of())).containsExactly(scope("a", "x"));
    assertThat(common(List.of(scope("", "x")), List.of(scope("a", "xy"), scope("b", ""))))
        .containsExactlyInAnyOrder(scope("a", "xy"), scope("b", "x"));
    assertThat(common(List.of(scope("a", "x")), List.of(scope("a", "y")))).isEmpty();
    assertThat(common(List.of(scope("a", "")), List.of(scope("b", "")))).isEmpty();
  }

  private static List<Scope> common(List<Scope> one, List<Scope> other) {
    List<Scope> there = Scope.intersection(one, other);
    assertThat(Scope.intersection(other, one)).containsExactlyInAnyOrderElementsOf(there);
    return there;
  }

  @Test
  void aTokenGoesWithItsOwnerAndOneWithoutStays() {
    Principal anna = user("anna", Role.ADMIN);
    ApiToken hers = create("hers", Role.READONLY, anna).stored();
    ApiToken nobodys = create("nobodys", Role.READONLY, Principal.LOCAL).stored();
    Principal known = tokens.login(hers).orElseThrow();

    users.drop("anna", Principal.LOCAL);
    assertThat(users.refresh(known)).isEmpty();
    now++;
    user("anna", Role.ADMIN);
    assertThat(users.refresh(known)).as("the new user of that name is another").isEmpty();
    assertThat(tokens.all()).extracting(ApiToken::name).containsExactly("nobodys");

    engine.close();
    open();
    assertThat(tokens.all()).extracting(ApiToken::name).containsExactly("nobodys");
    assertThat(tokens.login(nobodys).orElseThrow().role()).isEqualTo(Role.READONLY);
  }

  @Test
  void aTokenExpiresToTheMillisecondAlsoForWhoIsInAlready() {
    ApiToken token =
        tokens
            .create("app", Optional.of(Role.READONLY), List.of(), 5_000, Principal.LOCAL)
            .stored();
    now = 4_999;
    Principal known = tokens.login(token).orElseThrow();
    assertThat(users.isCurrent(known)).isTrue();
    now = 5_000;
    assertThat(users.isCurrent(known)).isFalse();
    assertThat(users.refresh(known)).isEmpty();
    assertThat(tokens.login(token)).isEmpty();
  }

  @Test
  void aTokenMadeByATokenIsItsOwnersAndDoesNotOutliveIt() {
    Principal anna = user("anna", Role.ADMIN);
    ApiToken first =
        tokens.create("first", Optional.of(Role.ADMIN), List.of(), 5_000, anna).stored();
    Principal holder = tokens.login(first).orElseThrow();

    for (long expiry : new long[] {NEVER, 5_001}) {
      assertRefused(
          Kind.NOT_ALLOWED,
          () -> tokens.create("second", Optional.empty(), List.of(), expiry, holder));
    }
    ApiToken second = tokens.create("second", Optional.empty(), List.of(), 5_000, holder).stored();
    assertThat(second.owner()).isEqualTo("anna");
    users.drop("anna", Principal.LOCAL);
    assertThat(tokens.login(second)).isEmpty();
    assertRefused(
        Kind.NOT_ALLOWED, () -> tokens.create("third", Optional.empty(), List.of(), 5_000, holder));
  }

  @Test
  void theKeysOfATokenThatDoesNotExistAreAlwaysTheSameAndNobodys() {
    byte[] id = {1, 2, 3, 4, 5, 6, 7, 8};
    byte[] other = {1, 2, 3, 4, 5, 6, 7, 9};
    byte[] stored = tokens.ofUnknown(id).storedKey();
    assertThat(stored).isEqualTo(tokens.ofUnknown(id).storedKey());
    assertThat(stored).isNotEqualTo(tokens.ofUnknown(other).storedKey());
  }

  @Test
  void aPasswordCannotLookLikeAToken() {
    String shape = "vdb_" + "A".repeat(54);
    assertRefused(
        Kind.INVALID,
        () ->
            users.create(
                "anna", shape.getBytes(UTF_8), Optional.empty(), List.of(), 0, Principal.LOCAL));
  }

  @Test
  void aRecordThatIsCutShortIsNotAToken() {
    ApiToken token = create("app", Role.ADMIN, Principal.LOCAL, scope("d", "prefix")).stored();
    byte[] record = TokenRecord.encode(token);
    assertThat(TokenRecord.decode(token.id(), record).scopes()).isEqualTo(token.scopes());
    for (int length = 0; length < record.length; length++) {
      byte[] cut = Arrays.copyOf(record, length);
      assertThatThrownBy(() -> TokenRecord.decode("id", cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    record[0] = 2;
    assertThatThrownBy(() -> TokenRecord.decode("id", record)).hasMessageContaining("format 2");
  }
}
