package io.velocitydb.server.auth;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.server.audit.AuditEvent;
import io.velocitydb.server.audit.AuditLog;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Watches over logins on every listener and by every mechanism: who may try, what failures cost
 * their address, and what is kept of them. Thread-safe.
 */
public final class LoginWatch {
  private static final Logger LOG = Logger.getLogger(LoginWatch.class);

  private final LoginPenalties penalties;
  private final AuditLog audit;
  private final boolean allowPlaintext;
  private final LongAdder putOff = new LongAdder();

  /**
   * @param allowPlaintext whether logins may be tried on a connection without TLS
   */
  public LoginWatch(LoginPenalties penalties, AuditLog audit, boolean allowPlaintext) {
    this.penalties = penalties;
    this.audit = audit;
    this.allowPlaintext = allowPlaintext;
  }

  /**
   * That somebody may try to log in on a connection now; costs next to nothing. To be asked before
   * anything is worked out, and again right before a proof is checked: many may be on their way at
   * once.
   *
   * @throws RequestException PERMISSION_DENIED without TLS; RATE_LIMITED while the address has to
   *     wait, whoever it wants to be
   */
  public void admit(Session session) {
    if (session.identity().kind() == Session.Kind.PLAIN && !allowPlaintext) {
      throw new RequestException(
          ErrorCode.PERMISSION_DENIED,
          "no login without TLS; connect with TLS, or have security.allow_plaintext_auth set");
    }
    long waitMs = penalties.waitMs(addressOf(session));
    if (waitMs > 0) {
      putOff.increment();
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
   * A login failed.
   *
   * @param user who it was said to be
   * @param answer what the client is told: the same whatever was wrong
   * @return what the client is told, to be thrown
   */
  public RequestException failed(Session session, String user, String answer) {
    penalties.failed(addressOf(session));
    session.countFailedLogin();
    LOG.infof("a login from %s failed", session.identity().address());
    tell(session, user, ErrorCode.INVALID_CREDENTIALS.name(), answer);
    return new RequestException(ErrorCode.INVALID_CREDENTIALS, answer);
  }

  /** A login succeeded. */
  public void succeeded(Session session, String user) {
    penalties.succeeded(addressOf(session));
    tell(session, user, AuditEvent.OK, "");
  }

  /** Logins that were refused because their address had to wait. */
  public long putOff() {
    return putOff.sum();
  }

  private void tell(Session session, String user, String status, String reason) {
    if (!audit.isOn()) {
      return;
    }
    OpenDatabase database = session.database();
    audit.add(
        new AuditEvent(
            Instant.now(),
            session.identity().address(),
            user,
            Opcode.AUTH.name(),
            "",
            database == null ? "" : database.name(),
            status,
            reason));
  }

  private static @Nullable InetAddress addressOf(Session session) {
    return session.context().channel().remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress()
        : null;
  }
}
