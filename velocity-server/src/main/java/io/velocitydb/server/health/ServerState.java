package io.velocitydb.server.health;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * How far the server is on its way up or down, for health checks and for those who accept requests.
 * Thread-safe.
 */
@Singleton
public class ServerState implements EngineListener {
  private static final Logger LOG = Logger.getLogger(ServerState.class);

  /** The stations, in their order. */
  public enum Phase {
    /** Not yet so far as to open the data directory. */
    STARTING,
    /** The logs are being replayed. */
    REPLAYING,
    /** Serves. */
    READY,
    /** Told to leave: serves those who are connected until they have their answers. */
    DRAINING,
    /** On its way down. */
    STOPPING,
    /** Down, or never came up. */
    STOPPED
  }

  private record Progress(long done, long total) {}

  private final Map<String, Progress> replays = new ConcurrentHashMap<>();
  private final Map<String, String> notWritable = new ConcurrentHashMap<>();
  private final Set<String> unavailable = ConcurrentHashMap.newKeySet();
  private volatile Phase phase = Phase.STARTING;

  /** The present station. */
  public Phase phase() {
    return phase;
  }

  /** Moves on; never back. */
  public synchronized void enter(Phase next) {
    if (next.compareTo(phase) > 0) {
      phase = next;
    }
  }

  /** Whether the logs are replayed and the listeners open. */
  public boolean isStarted() {
    return phase.compareTo(Phase.READY) >= 0;
  }

  /** Whether requests are served and new connections are welcome. */
  public boolean isReady() {
    return phase == Phase.READY;
  }

  /** How much of the logs is replayed, 0 to 100; of those that are known so far. */
  public int replayedPercent() {
    if (isStarted()) {
      return 100;
    }
    long done = 0;
    long total = 0;
    for (Progress progress : replays.values()) {
      done += progress.done;
      total += progress.total;
    }
    return total == 0 ? 0 : (int) Math.min(99, done * 100 / total);
  }

  /** The databases that take no writes, each with the reason. */
  public Map<String, String> notWritable() {
    return Map.copyOf(notWritable);
  }

  /** The databases whose files could not be opened, while the others serve. */
  public Set<String> unavailable() {
    return Set.copyOf(unavailable);
  }

  @Override
  public void unavailable(String database, EngineException reason) {
    // The engine has logged it already.
    unavailable.add(database);
  }

  @Override
  public void dropped(String database) {
    unavailable.remove(database);
    notWritable.remove(database);
    replays.remove(database);
  }

  @Override
  public void replaying(String database, long bytesDone, long bytesTotal) {
    replays.put(database, new Progress(bytesDone, bytesTotal));
  }

  @Override
  public void replayed(String database, long records, long bytes, Duration took) {
    replays.put(database, new Progress(bytes, bytes));
  }

  @Override
  public void readOnly(String database, String reason) {
    notWritable.put(database, reason);
    LOG.errorf("database %s takes no writes: %s", database, reason);
  }

  @Override
  public void writable(String database) {
    if (notWritable.remove(database) != null) {
      LOG.infof("database %s takes writes again", database);
    }
  }
}
