package io.velocitydb.e2e.process;

import io.velocitydb.e2e.checkout.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged {@code velocity} command as a new user has it: the launcher at the root of the
 * repository, run in a fresh working folder with a home of its own. Ports that are not given are
 * free ones. A value: {@link #with} answers a changed copy.
 *
 * @param folder where commands run
 * @param environment what they see besides {@code PATH} and {@code HOME}
 */
public record Velocity(Path folder, Map<String, String> environment) {

  private static final String LAUNCHER = Repository.root().resolve("velocity").toString();

  public Velocity {
    environment = Map.copyOf(environment);
  }

  /** A fresh user whose home and working folder are below {@code base}. */
  public static Velocity freshUser(Path base) {
    try {
      Files.createDirectories(base.resolve("home"));
      Path folder = Files.createDirectories(base.resolve("work"));
      Map<String, String> environment = new HashMap<>();
      environment.put("HOME", base.resolve("home").toString());
      environment.put("VELOCITY_BUILD", "no");
      environment.put("VELOCITY_SERVER_MANAGEMENT_BIND_ADDRESS", "127.0.0.1:0");
      String java = System.getenv("JAVA_HOME");
      if (java != null) {
        environment.put("JAVA_HOME", java);
      }
      return new Velocity(folder, environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same user with a further environment variable. */
  public Velocity with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Velocity(folder, more);
  }

  /** The command with these arguments, to be run. */
  public Command command(String... arguments) {
    List<String> words = new ArrayList<>(List.of(LAUNCHER));
    words.addAll(List.of(arguments));
    return inFolder(words);
  }

  /** Any other program, in the same folder and environment. */
  public Command inFolder(List<String> words) {
    Command command = Command.of(folder, words);
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      command = command.with(variable.getKey(), variable.getValue());
    }
    return command;
  }

  /** Runs the command with these arguments to its end. */
  public Command.Result run(String... arguments) {
    return command(arguments).run();
  }

  /**
   * Starts the command with these arguments as a server, and waits until it is ready.
   *
   * @param dataDir where these arguments put the data, relative to {@link #folder()}
   */
  public RunningServer startServer(String dataDir, String... arguments) {
    return RunningServer.start(command(arguments), folder.resolve(dataDir).normalize());
  }

  /** {@code 127.0.0.1:2005}, or a free port of loopback where that one is taken. */
  public static String addressAtOrNear2005() {
    for (int port : new int[] {2005, 0}) {
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return "127.0.0.1:" + probe.getLocalPort();
      } catch (IOException taken) {
        if (port == 0) {
          throw new UncheckedIOException(taken);
        }
      }
    }
    throw new AssertionError("unreachable");
  }
}
