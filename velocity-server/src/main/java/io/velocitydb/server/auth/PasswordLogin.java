package io.velocitydb.server.auth;

import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Password;
import io.velocitydb.protocol.scram.PasswordRecord;
import io.velocitydb.protocol.scram.StoredKeys;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;
import io.velocitydb.server.user.ApiToken;
import io.velocitydb.server.user.Principal;
import io.velocitydb.server.user.Tokens;
import io.velocitydb.server.user.User;
import io.velocitydb.server.user.Users;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Logs in by a password or token that travels, for listeners whose clients know nothing else. First
 * {@link #admit}, on the event loop; then {@link #verify}, on the bounded pool for passwords.
 * Thread-safe.
 */
public final class PasswordLogin {
  private final Users users;
  private final LoginWatch watch;

  public PasswordLogin(Users users, LoginWatch watch) {
    this.users = users;
    this.watch = watch;
  }

  /**
   * Whether a login may be tried at all; costs next to nothing.
   *
   * @throws RequestException PERMISSION_DENIED without TLS, RATE_LIMITED for an address that has to
   *     wait
   */
  public void admit(Session session) {
    watch.admit(session);
  }

  /**
   * Checks a password: tens of milliseconds of Argon2id, the same for a user who does not exist.
   * What has the form of a token is one, and never a password.
   *
   * @param name of the user; a token needs none
   * @param password as it came; the caller wipes it
   * @throws RequestException INVALID_CREDENTIALS; RATE_LIMITED when others from that address failed
   *     while this one waited for its turn
   */
  public Principal verify(Session session, String name, byte[] password) {
    watch.admit(session);
    Optional<Token> token = Token.read(password);
    Optional<Principal> principal =
        token.isPresent() ? checkToken(token.get()) : checkPassword(name, password);
    if (principal.isEmpty()) {
      // Whoever shows a token is told of by that, not by a name that it may choose.
      String who = token.map(shown -> Principal.tokenName(Token.idText(shown.id()))).orElse(name);
      throw watch.failed(session, who, "invalid username-password pair or user is disabled.");
    }
    watch.succeeded(session, principal.get().name());
    return principal.get();
  }

  /** A token names its owner itself, whatever user it came with. It costs no Argon2id. */
  private Optional<Principal> checkToken(Token shown) {
    Tokens tokens = users.tokens();
    Optional<ApiToken> stored = tokens.find(shown.id());
    // Both are worked out for every id, as for names below.
    StoredKeys ofUnknown = tokens.ofUnknown(shown.id());
    ClientKeys keys = ClientKeys.ofToken(shown);
    StoredKeys derived = keys.stored();
    keys.wipe();
    boolean matches = matches(derived, stored.map(ApiToken::keys).orElse(ofUnknown));
    return matches ? stored.flatMap(tokens::login) : Optional.empty();
  }

  private Optional<Principal> checkPassword(String name, byte[] password) {
    Optional<User> user = users.find(name);
    // Both are worked out for every name, so that none can be told from another by time.
    PasswordRecord ofUnknown = users.ofUnknown(name);
    PasswordRecord present = user.map(User::password).orElse(ofUnknown);
    boolean kept =
        user.map(known -> known.previousUntilMs() > System.currentTimeMillis()).orElse(false);
    // Derived with the same salt as the present one.
    PasswordRecord former = user.flatMap(User::previous).orElse(present);
    byte[] prepared;
    try {
      prepared = Password.prepare(password);
    } catch (IllegalArgumentException noPassword) {
      return Optional.empty();
    }
    StoredKeys derived;
    try {
      ClientKeys keys = ClientKeys.ofPassword(prepared, present.salt(), present.parameters());
      derived = keys.stored();
      keys.wipe();
    } finally {
      Arrays.fill(prepared, (byte) 0);
    }
    boolean byPresent = matches(derived, present.keys());
    boolean byFormer = matches(derived, former.keys()) && kept;
    return byPresent || byFormer ? user.flatMap(users::login) : Optional.empty();
  }

  /** In constant time. */
  private static boolean matches(StoredKeys derived, StoredKeys stored) {
    return MessageDigest.isEqual(derived.storedKey(), stored.storedKey());
  }
}
