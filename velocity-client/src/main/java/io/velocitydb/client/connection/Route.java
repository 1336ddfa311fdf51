package io.velocitydb.client.connection;

import io.velocitydb.protocol.url.Endpoint;
import java.nio.file.Path;
import java.util.List;

/** Where a client connects to. */
public sealed interface Route {

  /**
   * A server by TCP.
   *
   * @param hosts tried in this order, beginning with the one that answered last
   * @param tls false only for servers that listen in plaintext
   */
  record Tcp(List<Endpoint> hosts, boolean tls) implements Route {

    /** Takes a copy of the list. */
    public Tcp {
      hosts = List.copyOf(hosts);
      if (hosts.isEmpty()) {
        throw new IllegalArgumentException("a route needs a host");
      }
    }

    @Override
    public String address() {
      return String.join(",", hosts.stream().map(Endpoint::toString).toList());
    }
  }

  /** The local administration socket, without TLS and without credentials. */
  record Socket(Path path) implements Route {
    @Override
    public String address() {
      return path.toString();
    }
  }

  /** For people and metrics. */
  String address();
}
