package io.velocitydb.cli.connect;

import io.velocitydb.config.HostPort;
import io.velocitydb.config.RunningServers.Running;
import io.velocitydb.protocol.url.Endpoint;
import io.velocitydb.protocol.url.VelocityUrl;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which server a command talks to. */
public sealed interface Target {

  /** For error messages. */
  String name();

  /**
   * A running server of this machine, through its administration socket: whoever may open that is
   * an admin.
   */
  record Local(Running server) implements Target {
    @Override
    public String name() {
      return "the server over " + server.dataDir();
    }

    /** The same server through its port, for who does not come as its owner. */
    Remote throughItsPort() {
      HostPort bound = server.file().vproto();
      String host =
          bound.isWildcard() ? (bound.host().contains(":") ? "::1" : "127.0.0.1") : bound.host();
      String scheme = server.file().fingerprint().isPresent() ? "vdb://" : "vdb+plain://";
      String url = scheme + new HostPort(host, bound.port());
      return new Remote(url, VelocityUrl.parseLenient(url), Optional.of(server));
    }
  }

  /**
   * A server by its URL.
   *
   * @param text the URL as given, with the password if it has one: never print it
   * @param url what it says
   * @param local the running server of this user that listens there, if there is one
   */
  record Remote(String text, VelocityUrl url, Optional<Running> local) implements Target {
    @Override
    public String name() {
      return hosts();
    }

    /** {@code host:port}, several with commas between. */
    String hosts() {
      return url.endpoints().stream().map(Endpoint::toString).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
      return url.toString();
    }
  }
}
