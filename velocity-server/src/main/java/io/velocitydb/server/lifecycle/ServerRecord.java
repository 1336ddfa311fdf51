package io.velocitydb.server.lifecycle;

import io.velocitydb.config.RunningServers;
import io.velocitydb.config.ServerFile;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * {@code server.json} of a server that runs, by which commands on the same machine find and trust
 * it: written when it is ready, removed when it stops. Thread-safe.
 */
final class ServerRecord implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ServerRecord.class);

  private final RunningServers servers = RunningServers.ofThisUser();
  private final DataDirectory dataDir;
  private volatile ServerFile file;

  private ServerRecord(DataDirectory dataDir, ServerFile file) {
    this.dataDir = dataDir;
    this.file = file;
  }

  /**
   * Writes it.
   *
   * @throws StartProblem if that is not possible
   */
  static ServerRecord publish(DataDirectory dataDir, ServerFile file) throws StartProblem {
    ServerRecord published = new ServerRecord(dataDir, file);
    try {
      published.write(file);
    } catch (IOException e) {
      throw new StartProblem(
          "cannot write " + ServerFile.pathIn(dataDir.path()) + ": " + DataDirectory.reason(e), e);
    }
    return published;
  }

  /** What it says. */
  ServerFile file() {
    return file;
  }

  /**
   * Has it say another fingerprint.
   *
   * @throws IOException if it cannot be written
   */
  synchronized void fingerprint(String fingerprint) throws IOException {
    if (file.fingerprint().filter(fingerprint::equals).isPresent()) {
      return;
    }
    ServerFile changed = file.withFingerprint(fingerprint);
    write(changed);
    file = changed;
  }

  private void write(ServerFile content) throws IOException {
    servers.publish(dataDir.path(), content);
  }

  @Override
  public void close() {
    try {
      servers.withdraw(dataDir.path(), ProcessHandle.current().pid());
    } catch (IOException e) {
      LOG.warnf("cannot remove the record of this server in %s: %s", dataDir, e);
    }
  }
}
