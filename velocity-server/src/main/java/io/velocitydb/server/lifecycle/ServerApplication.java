package io.velocitydb.server.lifecycle;

import io.prometheus.client.CollectorRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.ShutdownEvent;
import io.velocitydb.config.ConfigException;
import io.velocitydb.config.ConfigLoader;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Settings;
import io.velocitydb.server.health.EventLoopWatch;
import io.velocitydb.server.health.ServerState;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The server inside Quarkus. Quarkus opens the management port first, so that health can be asked
 * while the logs are replayed; then the server starts, and goes down when Quarkus is told to.
 */
@ApplicationScoped
public class ServerApplication implements QuarkusApplication {
  private static final Logger LOG = Logger.getLogger(ServerApplication.class);

  private final Vertx vertx;
  private final ServerState state;
  private final EventLoopWatch loopWatch;
  private final Instance<CollectorRegistry> prometheus;
  private final String version;
  private final int managementPort;
  private volatile @Nullable VelocityServer server;
  private volatile int exitCode;

  @Inject
  ServerApplication(
      Vertx vertx,
      ServerState state,
      EventLoopWatch loopWatch,
      Instance<CollectorRegistry> prometheus,
      @ConfigProperty(name = "quarkus.application.version") String version,
      @ConfigProperty(name = "quarkus.management.port") int managementPort) {
    this.vertx = vertx;
    this.state = state;
    this.loopWatch = loopWatch;
    this.prometheus = prometheus;
    this.version = version;
    this.managementPort = managementPort;
  }

  @Override
  public int run(String... args) {
    if (!VelocityServerMain.EXIT.begin()) {
      return 0;
    }
    if (!starts()) {
      exitCode = 1;
      return 1;
    }
    Quarkus.waitForExit();
    return 0;
  }

  /** Whether the server starts, or was told to stop before it did; a problem is said. */
  private boolean starts() {
    try {
      start(ConfigLoader.load());
      return true;
    } catch (ConfigException e) {
      e.problems().forEach(VelocityServerMain::complain);
    } catch (StartProblem e) {
      LOG.debug("the server does not start", e);
      VelocityServerMain.complain(e.getMessage());
    } catch (StoppedWhileStarting e) {
      LOG.info(e.getMessage());
      return true;
    } catch (RuntimeException e) {
      LOG.error("the server does not start", e);
      VelocityServerMain.complain("internal error: " + e + "; the log tells more");
    }
    return false;
  }

  VelocityServer start(Settings settings) throws StartProblem {
    settings.warnings().forEach(LOG::warn);
    VelocityServer made =
        new VelocityServer(
            settings,
            vertx,
            state,
            loopWatch,
            prometheus.stream().findFirst(),
            version,
            ServerTime.system());
    server = made;
    made.start(Optional.of(settings.get(Keys.MANAGEMENT_BIND_ADDRESS).withPort(managementPort)));
    return made;
  }

  /** First of all that Quarkus closes, so that health still answers meanwhile. */
  void stop(@Observes ShutdownEvent event) {
    try {
      VelocityServer running = server;
      if (running != null) {
        running.close();
      }
    } catch (RuntimeException e) {
      exitCode = 1;
      throw e;
    } finally {
      VelocityServerMain.EXIT.end(exitCode);
    }
  }
}
