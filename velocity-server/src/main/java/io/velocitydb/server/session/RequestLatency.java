package io.velocitydb.server.session;

import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.metrics.CommandMetrics;
import io.velocitydb.server.slowlog.SlowLog;
import io.velocitydb.server.slowlog.SlowOperation;
import io.velocitydb.server.user.Principal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells metrics and slow log how long the requests of a connection took. Confined to the event
 * loop.
 */
final class RequestLatency {
  private final SessionEnvironment environment;
  private final CommandMetrics.Recorder metrics;
  private final SlowLog slowLog;
  private final SessionIdentity identity;

  RequestLatency(
      SessionEnvironment environment, CommandMetrics.Recorder metrics, SessionIdentity identity) {
    this.environment = environment;
    this.metrics = metrics;
    slowLog = environment.observation().slowLog();
    this.identity = identity;
  }

  /**
   * A request has its reply.
   *
   * @param keys that it names; null when it got to none
   */
  void answered(Opcode opcode, long startNanos, @Nullable RequestKeys keys) {
    long took = environment.nanoTime() - startNanos;
    metrics.answered(opcode, took);
    if (slowLog.isSlow(took)) {
      slow(opcode, took, keys);
    }
  }

  /** That reply was an error. */
  void failed(Opcode opcode, boolean timeout) {
    metrics.failed(opcode, timeout);
  }

  private void slow(Opcode opcode, long took, @Nullable RequestKeys keys) {
    Principal principal = identity.principal();
    slowLog.add(
        new SlowOperation(
            System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(took),
            took,
            opcode,
            keys == null ? "" : keys.database(),
            keys == null ? new byte[0] : keys.first(),
            keys == null ? 0 : keys.firstLength(),
            keys == null ? 0 : keys.count(),
            principal == null ? "" : principal.name(),
            identity.address()));
  }
}
