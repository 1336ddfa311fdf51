package io.velocitydb.server.lifecycle;

import io.velocitydb.config.Keys;
import io.velocitydb.config.Settings;
import io.velocitydb.server.audit.AuditLog;
import io.velocitydb.server.auth.LoginPenalties;
import io.velocitydb.server.auth.LoginWatch;
import io.velocitydb.server.limit.RateLimits;
import io.velocitydb.server.session.SessionEnvironment.Guards;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What watches over logins and requests, as the settings have it.
 *
 * @param requests over requests
 * @param logins over logins
 */
record Guard(Guards requests, LoginWatch logins) implements AutoCloseable {

  /**
   * Opens the audit log.
   *
   * @throws StartProblem if it cannot be written
   */
  static Guard open(Settings settings, DataDirectory dataDir, ServerTime time) throws StartProblem {
    AuditLog audit =
        settings.get(Keys.AUDIT_LOGGING) ? auditLog(settings, dataDir) : AuditLog.off();
    RateLimits rates =
        new RateLimits(
            settings.get(Keys.RATE_LIMIT_PER_SECOND),
            settings.get(Keys.RATE_LIMIT_PER_ADDRESS),
            time.nanoTime());
    LoginPenalties penalties =
        new LoginPenalties(
            settings.get(Keys.MAX_AUTH_FAILURES),
            settings.get(Keys.AUTH_BAN_DURATION),
            time.nanoTime());
    return new Guard(
        new Guards(rates, audit),
        new LoginWatch(penalties, audit, settings.get(Keys.ALLOW_PLAINTEXT_AUTH)));
  }

  private static AuditLog auditLog(Settings settings, DataDirectory dataDir) throws StartProblem {
    Path path =
        settings.get(Keys.AUDIT_LOG_PATH).orElseGet(() -> dataDir.path().resolve("audit.log"));
    try {
      return AuditLog.open(
          path, settings.get(Keys.LOG_MAX_FILE_SIZE), settings.get(Keys.LOG_MAX_FILES));
    } catch (IOException e) {
      throw new StartProblem(
          "cannot write the audit log "
              + path
              + " ("
              + DataDirectory.reason(e)
              + "); name another file with security.audit_log_path, or turn it off with"
              + " security.audit_logging = false",
          e);
    }
  }

  @Override
  public void close() {
    requests.audit().close();
  }
}
