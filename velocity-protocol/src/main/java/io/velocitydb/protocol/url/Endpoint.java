package io.velocitydb.protocol.url;

import java.util.regex.Pattern;

/**
 * A host and the port of V-Proto on it.
 *
 * @param host a name or an address; IPv6 without its brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
  /** The port of V-Proto unless said otherwise. */
  public static final int DEFAULT_PORT = 2005;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9.])?");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,32})?");

  public Endpoint {
    if (!NAME.matcher(host).matches() && !isIpv6(host)) {
      throw new IllegalArgumentException("\"" + host + "\" is not the name or address of a host");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  /**
   * Reads {@code host}, {@code host:port}, {@code [IPv6]} or {@code [IPv6]:port}.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  public static Endpoint parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a host is missing: write it like localhost:2005");
    }
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      if (close < 0 || !isIpv6(text.substring(1, close))) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is no IPv6 address in brackets: write it like [::1]:2005");
      }
      return new Endpoint(text.substring(1, close), port(text, text.substring(close + 1)));
    }
    int colon = text.indexOf(':');
    if (colon != text.lastIndexOf(':')) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" has more than one colon: write an IPv6 address in brackets, like"
              + " [::1]:2005");
    }
    return colon < 0
        ? new Endpoint(text, DEFAULT_PORT)
        : new Endpoint(text.substring(0, colon), port(text, text.substring(colon)));
  }

  private static boolean isIpv6(String text) {
    return text.indexOf(':') >= 0 && IPV6.matcher(text).matches();
  }

  private static int port(String text, String withColon) {
    if (withColon.isEmpty()) {
      return DEFAULT_PORT;
    }
    if (!withColon.matches(":[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" has no valid port: write a number from 1 to 65535 after the host, like"
              + " localhost:2005");
    }
    return Integer.parseInt(withColon.substring(1));
  }

  /** {@code host:port}, IPv6 in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
