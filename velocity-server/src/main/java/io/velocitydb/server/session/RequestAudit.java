package io.velocitydb.server.session;

import io.velocitydb.protocol.Access;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.audit.AuditEvent;
import io.velocitydb.server.audit.AuditLog;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.user.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells the audit log of those requests of a connection that belong there: administration, and what
 * was refused for want of rights. Logins are told of where they happen. Confined to the event loop.
 */
final class RequestAudit {
  private final AuditLog log;
  private final SessionIdentity identity;

  RequestAudit(AuditLog log, SessionIdentity identity) {
    this.log = log;
    this.identity = identity;
  }

  /**
   * A request was answered.
   *
   * @param target the user or database that it names, or empty
   */
  void answered(Opcode opcode, String target) {
    if (isAdministration(opcode) && log.isOn()) {
      tell(opcode, target, AuditEvent.OK, "");
    }
  }

  /** A request was refused, or it failed. */
  void failed(Opcode opcode, String target, RequestException failure) {
    boolean denied = failure.error().number() == ErrorCode.PERMISSION_DENIED.number();
    if ((denied || isAdministration(opcode)) && log.isOn()) {
      String status =
          failure.error().code().map(ErrorCode::name).orElse("error " + failure.error().number());
      // Only of rights it is sure that the words repeat nothing that the client has sent.
      tell(opcode, target, status, denied ? failure.error().message() : "");
    }
  }

  private static boolean isAdministration(Opcode opcode) {
    return opcode.access() == Access.OPERATE || opcode.access() == Access.ADMIN;
  }

  private void tell(Opcode opcode, String target, String status, String reason) {
    Principal principal = identity.principal();
    @Nullable OpenDatabase database = identity.database();
    log.add(
        new AuditEvent(
            Instant.now(),
            identity.address(),
            principal == null ? "" : principal.name(),
            opcode.name(),
            target,
            database == null ? "" : database.name(),
            status,
            reason));
  }
}
