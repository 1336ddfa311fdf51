package io.velocitydb.server.lifecycle;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.velocitydb.config.ConfigException;
import io.velocitydb.config.ConfigLoader;
import io.velocitydb.config.HostPort;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Settings;
import io.velocitydb.server.config.QuarkusSettings;
import org.jspecify.annotations.Nullable;

/**
 * Where the process begins: reads the settings, hands Quarkus its few, and starts it. What can be
 * found wrong before that is said in one line each, and the process ends with 1.
 */
@QuarkusMain
public final class VelocityServerMain {
  static final ProcessExit EXIT = new ProcessExit(Runtime.getRuntime()::halt);

  private VelocityServerMain() {}

  /** Settings come as system properties, environment and file; there are no arguments. */
  public static void main(String... args) {
    QuarkusSettings.withoutTlsSessions();
    try {
      Settings settings = ConfigLoader.load();
      var _ = Ports.check(settings, Keys.BIND_ADDRESS);
      QuarkusSettings.apply(settings, management(settings));
    } catch (ConfigException e) {
      e.problems().forEach(VelocityServerMain::complain);
      System.exit(1);
    } catch (StartProblem e) {
      complain(e.getMessage());
      System.exit(1);
    }
    if (LaunchMode.current() == LaunchMode.NORMAL) {
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(EXIT::told, "velocity-exit"));
      } catch (IllegalStateException endingAlready) {
        return;
      }
    }
    Quarkus.run(ServerApplication.class, VelocityServerMain::exit, args);
  }

  /** In dev mode Quarkus keeps the port open while it takes in changed classes. */
  private static HostPort management(Settings settings) throws StartProblem {
    return LaunchMode.current() == LaunchMode.DEVELOPMENT
        ? settings.get(Keys.MANAGEMENT_BIND_ADDRESS)
        : Ports.check(settings, Keys.MANAGEMENT_BIND_ADDRESS);
  }

  private static void exit(int code, @Nullable Throwable cause) {
    EXIT.end(code);
    System.exit(code);
  }

  static void complain(String problem) {
    System.err.println("velocity: " + problem);
  }
}
