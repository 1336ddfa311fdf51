package io.velocitydb.server.auth;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Password;
import io.velocitydb.protocol.scram.PasswordRecord;
import io.velocitydb.protocol.scram.StoredKeys;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;
import io.velocitydb.server.user.Principal;
import io.velocitydb.server.user.User;
import io.velocitydb.server.user.Users;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs in by a password that travels, for listeners whose clients know nothing else. First {@link
 * #admit}, on the event loop; then {@link #verify}, on the bounded pool for passwords. Thread-safe.
 */
public final class PasswordLogin {
  private static final Logger LOG = Logger.getLogger(PasswordLogin.class);

  private final Users users;
  private final LoginPenalties penalties;
  private final boolean allowPlaintext;

  /**
   * @param allowPlaintext whether passwords may travel on a connection without TLS
   */
  public PasswordLogin(Users users, LoginPenalties penalties, boolean allowPlaintext) {
    this.users = users;
    this.penalties = penalties;
    this.allowPlaintext = allowPlaintext;
  }

  /**
   * Whether a login may be tried at all; costs next to nothing.
   *
   * @throws RequestException PERMISSION_DENIED without TLS, RATE_LIMITED for an address that has to
   *     wait
   */
  public void admit(Session session) {
    if (session.identity().kind() == Session.Kind.PLAIN && !allowPlaintext) {
      throw new RequestException(
          ErrorCode.PERMISSION_DENIED,
          "no login without TLS; connect with TLS, or have security.allow_plaintext_auth set");
    }
    long waitMs = penalties.waitMs(addressOf(session));
    if (waitMs > 0) {
      throw new RequestException(
          ErrorMessage.of(
                  ErrorCode.RATE_LIMITED,
                  "too many logins from this address failed; try again in "
                      + Math.ceilDiv(waitMs, 1_000L)
                      + " s",
                  Outcome.NOT_APPLIED)
              .retryAfter(waitMs));
    }
  }

  /**
   * Checks a password: tens of milliseconds of Argon2id, the same for a user who does not exist.
   *
   * @param password as it came; the caller wipes it
   * @throws RequestException INVALID_CREDENTIALS
   */
  public Principal verify(Session session, String name, byte[] password) {
    Optional<Principal> principal = check(name, password);
    if (principal.isEmpty()) {
      penalties.failed(addressOf(session));
      session.countFailedLogin();
      LOG.infof("a login from %s failed", session.identity().address());
      throw new RequestException(
          ErrorCode.INVALID_CREDENTIALS, "invalid username-password pair or user is disabled.");
    }
    penalties.succeeded(addressOf(session));
    return principal.get();
  }

  private Optional<Principal> check(String name, byte[] password) {
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
    boolean byPresent = matches(derived, present);
    boolean byFormer = matches(derived, former) && kept;
    return byPresent || byFormer ? user.flatMap(users::login) : Optional.empty();
  }

  private static boolean matches(StoredKeys derived, PasswordRecord record) {
    return MessageDigest.isEqual(derived.storedKey(), record.keys().storedKey());
  }

  private static @Nullable InetAddress addressOf(Session session) {
    return session.context().channel().remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress()
        : null;
  }
}
