package io.velocitydb.server.user;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.protocol.Role;
import io.velocitydb.server.user.UserProblem.Kind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of users, and what of it is there after a restart. */
final class UsersTest {
  @TempDir Path folder;
  private Engine engine;
  private Users users;

  @BeforeEach
  void open() {
    engine = Engine.open(folder, EngineOptions.defaults().withMemoryLimit(16 << 20));
    users = Users.open(engine.openOrCreate("system"), () -> 1_000);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private User create(String name, Role role, Scope... scopes) {
    return users.create(
        name, name.getBytes(UTF_8), Optional.of(role), List.of(scopes), 0, Principal.LOCAL);
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
  void theFirstUserIsAnAdminAndLaterOnesAreNot() {
    User first =
        users.create("a", "pw".getBytes(UTF_8), Optional.empty(), List.of(), 0, Principal.LOCAL);
    User second =
        users.create("b", "pw".getBytes(UTF_8), Optional.empty(), List.of(), 0, Principal.LOCAL);
    assertThat(first.role()).isEqualTo(Role.ADMIN);
    assertThat(second.role()).isEqualTo(Role.READWRITE);
  }

  @Test
  void everythingIsThereAfterARestart() {
    create("anna", Role.READONLY, scope("default", "t1/"), scope("", ""));
    users.changePassword("anna", "new".getBytes(UTF_8), 60_000, Principal.LOCAL);
    String cluster = users.clusterId();
    byte[] ghost = users.ofUnknown("ghost").salt();
    User before = users.find("anna").orElseThrow();

    engine.close();
    open();

    User after = users.find("anna").orElseThrow();
    assertThat(after.role()).isEqualTo(Role.READONLY);
    assertThat(after.scopes()).isEqualTo(before.scopes());
    assertThat(after.password().encode()).isEqualTo(before.password().encode());
    assertThat(after.previous().orElseThrow().encode())
        .isEqualTo(before.previous().orElseThrow().encode());
    assertThat(after.previousUntilMs()).isEqualTo(61_000);
    assertThat(after.createdMs()).isEqualTo(1_000);
    assertThat(users.clusterId()).isEqualTo(cluster);
    assertThat(users.ofUnknown("ghost").salt()).isEqualTo(ghost);
  }

  @Test
  void namesAndPasswordsThatCannotBeAreRefused() {
    for (String name : List.of("", "with blank", "line\nbreak", "x".repeat(129))) {
      assertRefused(Kind.INVALID, () -> create(name, Role.ADMIN));
    }
    assertRefused(
        Kind.INVALID,
        () -> users.create("ok", new byte[0], Optional.empty(), List.of(), 0, Principal.LOCAL));
    assertRefused(
        Kind.INVALID,
        () -> users.create("ok", new byte[1_025], Optional.empty(), List.of(), 0, Principal.LOCAL));
    assertThat(users.isEmpty()).isTrue();
  }

  @Test
  void aNameIsTakenOnce() {
    create("anna", Role.ADMIN);
    assertRefused(Kind.EXISTS, () -> create("anna", Role.READONLY));
  }

  @Test
  void nobodyHandsOutMoreThanItHas() {
    create("root", Role.ADMIN);
    create("op", Role.OPERATOR);
    Principal operator = users.login(users.find("op").orElseThrow()).orElseThrow();
    assertRefused(
        Kind.NOT_ALLOWED,
        () ->
            users.create(
                "x", "x".getBytes(UTF_8), Optional.of(Role.ADMIN), List.of(), 0, operator));
    assertRefused(Kind.NOT_ALLOWED, () -> users.drop("root", operator));
    assertRefused(
        Kind.NOT_ALLOWED,
        () -> users.changePassword("root", "mine now".getBytes(UTF_8), 0, operator));
    assertRefused(
        Kind.NOT_ALLOWED, () -> users.grant("op", Optional.of(Role.ADMIN), List.of(), operator));
    assertThat(users.find("root")).isPresent();
  }

  @Test
  void rightsComeAndGoByScope() {
    create("anna", Role.READWRITE, scope("a", ""));
    users.grant("anna", Optional.of(Role.READONLY), List.of(scope("b", "x")), Principal.LOCAL);
    assertThat(users.find("anna").orElseThrow().scopes())
        .containsExactly(scope("a", ""), scope("b", "x"));
    users.revoke("anna", List.of(scope("a", "")), Principal.LOCAL);
    assertThat(users.find("anna").orElseThrow().role()).isEqualTo(Role.READONLY);
    assertThat(users.find("anna").orElseThrow().scopes()).containsExactly(scope("b", "x"));
    assertRefused(
        Kind.NOT_FOUND, () -> users.revoke("anna", List.of(scope("a", "")), Principal.LOCAL));
    assertRefused(
        Kind.INVALID, () -> users.revoke("anna", List.of(scope("b", "x")), Principal.LOCAL));
  }

  @Test
  void aDroppedUserIsGoneAndItsNamesakeIsAnother() {
    User anna = create("anna", Role.ADMIN);
    Principal known = users.login(anna).orElseThrow();
    users.drop("anna", Principal.LOCAL);
    assertThat(users.refresh(known)).isEmpty();
    assertThat(users.login(anna)).isEmpty();
    assertRefused(Kind.NOT_FOUND, () -> users.drop("anna", Principal.LOCAL));
  }

  @Test
  void aRecordThatIsCutShortIsNotAUser() {
    byte[] record = UserRecord.encode(create("anna", Role.ADMIN, scope("d", "prefix")));
    assertThat(UserRecord.decode("anna", record).scopes()).containsExactly(scope("d", "prefix"));
    for (int length = 0; length < record.length; length++) {
      byte[] cut = Arrays.copyOf(record, length);
      assertThatThrownBy(() -> UserRecord.decode("anna", cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    record[0] = 2;
    assertThatThrownBy(() -> UserRecord.decode("anna", record)).hasMessageContaining("format 2");
  }
}
