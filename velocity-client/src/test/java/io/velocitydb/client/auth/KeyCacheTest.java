package io.velocitydb.client.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.protocol.scram.Argon2Parameters;
import io.velocitydb.protocol.scram.ClientKeys;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyCacheTest {

  private static final byte[] SALT = new byte[16];
  private static final byte[] OTHER_SALT = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  private final KeyCache cache = new KeyCache();

  private ClientKeys keys(String user, byte[] salt, Argon2Parameters parameters) {
    return cache.keys(new Credentials.Password(user, "password"), salt, parameters).join();
  }

  @Test
  void keysAreDerivedOncePerUserSaltAndParameters() {
    ClientKeys first = keys("user", SALT, Argon2Parameters.DEFAULT);
    assertThat(keys("user", SALT.clone(), Argon2Parameters.DEFAULT)).isSameAs(first);
    assertThat(keys("user", OTHER_SALT, Argon2Parameters.DEFAULT)).isNotSameAs(first);
    assertThat(keys("other", SALT, Argon2Parameters.DEFAULT)).isNotSameAs(first);
    assertThat(keys("user", SALT, new Argon2Parameters(19_456, 3, 1))).isNotSameAs(first);
  }

  @Test
  void aPasswordThatIsNoneFailsEachTime() {
    var none = new Credentials.Password("user", "a\0b");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> cache.keys(none, SALT, Argon2Parameters.DEFAULT).join())
          .hasRootCauseInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aServerThatChangesItsSaltWithoutEndDoesNotFillTheMemory() {
    for (int i = 0; i < 40; i++) {
      byte[] salt = new byte[16];
      salt[0] = (byte) i;
      keys("user", salt, Argon2Parameters.DEFAULT);
    }
    assertThat(cache.size()).isLessThanOrEqualTo(16);
  }

  @Test
  void credentialsTellNoSecret() {
    String token = "vdb_" + "A".repeat(54);
    assertThat(new Credentials.Password("user", "hidden").toString()).isEqualTo("password of user");
    assertThat(Credentials.token(token).toString()).doesNotContain("A".repeat(20));
    assertThatThrownBy(() -> Credentials.token("vdb_short"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("short");
  }

  @Test
  void theEnvironmentMayNameAToken() {
    String token = "vdb_" + "A".repeat(54);
    assertThat(Credentials.fromEnvironment(Map.of())).isEmpty();
    assertThat(Credentials.fromEnvironment(Map.of("VELOCITY_TOKEN", token + "\n"))).isPresent();
    assertThatThrownBy(
            () ->
                Credentials.fromEnvironment(Map.of("VDB_TOKEN", "wrong", "VELOCITY_TOKEN", token)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
