package io.velocitydb.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Where a listener binds: a host name or literal address, and a port from 0 (any free one) to
 * 65535.
 *
 * @param host without the brackets of an IPv6 literal
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {

  /** Checks the range of the port and that there is a host. */
  public HostPort {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("the host is missing, as in 127.0.0.1:2005");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("the port must be from 0 to 65535");
    }
  }

  /**
   * Reads {@code host:port} or {@code [ipv6]:port}.
   *
   * @throws IllegalArgumentException saying what is wrong, without naming the setting
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("the port is missing, as in 127.0.0.1:2005");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address needs brackets, as in [::1]:2005");
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the port must be a number from 0 to 65535", e);
    }
    return new HostPort(host, port);
  }

  /**
   * Whether only this machine can reach it. A name other than {@code localhost} counts as reachable
   * from outside.
   */
  public boolean isLoopback() {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    if (!literal) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether it stands for every address of the machine, as {@code 0.0.0.0} and {@code ::} do. */
  public boolean isWildcard() {
    return host.equals("0.0.0.0")
        || host.equals("::")
        || host.toLowerCase(Locale.ROOT).equals("0:0:0:0:0:0:0:0");
  }

  /** The same host with the port that was really bound. */
  public HostPort withPort(int bound) {
    return new HostPort(host, bound);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
