package io.velocitydb.server.lifecycle;

import io.velocitydb.config.ConfigKey;
import io.velocitydb.config.HostPort;
import io.velocitydb.config.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Finds out early, and in one line, whether the server can listen where it is told to. */
final class Ports {
  private Ports() {}

  /**
   * Binds the address of {@code key} and lets go of it at once. Somebody else may still take it
   * before the listener does; then the listener says the same.
   *
   * @return the address, with a free port where the setting left that open
   * @throws StartProblem if it cannot be bound
   */
  static HostPort check(Settings settings, ConfigKey<HostPort> key) throws StartProblem {
    HostPort address = settings.get(key);
    try (ServerSocket probe = new ServerSocket()) {
      // As the listeners do: connections of a former server that linger do not hold the port.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address.host(), address.port()));
      return address.withPort(probe.getLocalPort());
    } catch (UnknownHostException e) {
      throw cannotListen(key, address, "this machine does not know the host", e);
    } catch (IOException e) {
      throw cannotListen(key, address, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      throw cannotListen(key, address, "this machine does not know the host", e);
    }
  }

  /** What to say when {@code address} cannot be bound. */
  static StartProblem cannotListen(
      ConfigKey<?> key, HostPort address, String reason, Throwable cause) {
    return new StartProblem(
        "cannot listen on "
            + address
            + " ("
            + key.name()
            + "): "
            + reason
            + "; stop the program that uses it, or choose another address (port 0 takes any free"
            + " one)",
        cause);
  }
}
