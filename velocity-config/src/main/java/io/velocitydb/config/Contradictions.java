package io.velocitydb.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Values that are right one by one but impossible together. */
final class Contradictions {
  private Contradictions() {}

  /** A line for each contradiction, with where the value came from. */
  static List<String> in(Settings settings) {
    List<String> problems = new ArrayList<>();
    HostPort bind = settings.get(Keys.BIND_ADDRESS);
    if (!settings.get(Keys.ENABLE_TLS) && !bind.isLoopback()) {
      problems.add(
          settings.origin(Keys.ENABLE_TLS)
              + ": server.enable_tls: without TLS the server listens on loopback only, not on "
              + bind
              + "; remove --no-tls, or bind to 127.0.0.1");
    }
    Optional<HostPort> resp = settings.get(Keys.RESP_BIND_ADDRESS);
    if (!settings.get(Keys.ENABLE_TLS) && resp.isPresent() && !resp.get().isLoopback()) {
      problems.add(
          settings.origin(Keys.RESP_BIND_ADDRESS)
              + ": server.resp_bind_address: without TLS the server listens on loopback only, not on "
              + resp.get()
              + "; remove --no-tls, or bind to 127.0.0.1");
    }
    if (settings.get(Keys.TLS_CERT).isPresent() != settings.get(Keys.TLS_KEY).isPresent()) {
      ConfigKey<?> set = settings.get(Keys.TLS_CERT).isPresent() ? Keys.TLS_CERT : Keys.TLS_KEY;
      problems.add(
          settings.origin(set)
              + ": "
              + set.name()
              + ": server.tls_cert and server.tls_key belong together; set both or neither");
    }
    if (settings.get(Keys.TLS_CLIENT_CA).isPresent() && !settings.get(Keys.ENABLE_TLS)) {
      problems.add(
          settings.origin(Keys.TLS_CLIENT_CA)
              + ": server.tls_client_ca: without TLS nobody can show a certificate; remove it, or enable TLS");
    }
    boolean bootstrapUser = !settings.get(Keys.BOOTSTRAP_ADMIN_USER).isEmpty();
    if (bootstrapUser != settings.get(Keys.BOOTSTRAP_ADMIN_PASSWORD_FILE).isPresent()) {
      ConfigKey<?> set =
          bootstrapUser ? Keys.BOOTSTRAP_ADMIN_USER : Keys.BOOTSTRAP_ADMIN_PASSWORD_FILE;
      problems.add(
          settings.origin(set)
              + ": "
              + set.name()
              + ": security.bootstrap_admin_user and security.bootstrap_admin_password_file belong together; set both or neither");
    }
    HostPort management = settings.get(Keys.MANAGEMENT_BIND_ADDRESS);
    if (bind.equals(management) && bind.port() != 0) {
      problems.add(
          settings.origin(Keys.MANAGEMENT_BIND_ADDRESS)
              + ": server.management_bind_address: "
              + management
              + " is taken by server.bind_address; give it another port");
    }
    resp.filter(address -> address.port() != 0)
        .filter(address -> address.equals(bind) || address.equals(management))
        .ifPresent(
            address ->
                problems.add(
                    settings.origin(Keys.RESP_BIND_ADDRESS)
                        + ": server.resp_bind_address: "
                        + address
                        + " is taken by "
                        + (address.equals(bind)
                            ? Keys.BIND_ADDRESS.name()
                            : Keys.MANAGEMENT_BIND_ADDRESS.name())
                        + "; give it another port"));
    return problems;
  }
}
