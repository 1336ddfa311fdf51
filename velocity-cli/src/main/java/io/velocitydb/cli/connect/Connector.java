package io.velocitydb.cli.connect;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.VelocityBuilder;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.error.InvalidCredentialsException;
import io.velocitydb.client.error.UnknownServerException;
import io.velocitydb.client.trust.ClientCertificate;
import io.velocitydb.config.ServerFile;
import io.velocitydb.config.VelocityHome;
import io.velocitydb.protocol.url.VelocityUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Connects: shows who is asking, and decides whether the server is the right one. */
final class Connector {
  private static final String FINGERPRINT_VARIABLE = "VELOCITY_FINGERPRINT";
  private static final String[] TOKEN_VARIABLES = {"VDB_TOKEN", "VELOCITY_TOKEN"};
  private static final String TOKEN_WARNING =
      "velocity: warning: others on this machine can see a token on the command line; better is VDB_TOKEN";

  private final Console console;
  private final ConnectionOptions options;
  private final PasswordSource login;
  private final Optional<String> database;
  private final boolean quiet;

  Connector(
      Console console,
      ConnectionOptions options,
      PasswordSource login,
      Optional<String> database,
      boolean quiet) {
    this.console = console;
    this.options = options;
    this.login = login;
    this.database = database;
    this.quiet = quiet;
  }

  /**
   * A client that is connected; throws the client's own exceptions, and {@link CommandFailure} for
   * what the command line lacks.
   */
  VelocityClient connect(Target target) throws IOException {
    return switch (target) {
      case Target.Local local
          when options.token().isPresent() || options.certificate().isPresent() ->
          remote(local.throughItsPort());
      case Target.Local local ->
          connect(builder().adminSocket(local.server().file().adminSocket()));
      case Target.Remote remote -> remote(remote);
    };
  }

  private VelocityClient remote(Target.Remote target) throws IOException {
    VelocityBuilder builder = builder();
    Optional<String> ifRefused;
    try {
      builder.endpoint(target.text());
      ifRefused = authenticate(builder, target);
      trust(builder, target);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
    }
    try {
      return connectTrusting(builder);
    } catch (InvalidCredentialsException e) {
      throw ifRefused.isEmpty()
          ? e
          : new CommandFailure(ExitCode.NO_PERMISSION, ifRefused.get(), e);
    }
  }

  private VelocityClient connectTrusting(VelocityBuilder builder) throws IOException {
    try {
      return connect(builder);
    } catch (UnknownServerException e) {
      if (!isTrustedBySomebodyAsked(e)) {
        throw e;
      }
      // Pinned for this connection to the key that was shown and confirmed, and remembered by the
      // policy for new servers.
      return connect(builder.fingerprint(e.fingerprint()).acceptNewServers(true));
    }
  }

  private VelocityBuilder builder() {
    VelocityBuilder builder =
        VelocityClient.builder()
            .clientName("velocity-cli")
            .knownHosts(VelocityHome.path().resolve("known_hosts"));
    database.ifPresent(builder::database);
    return builder;
  }

  private static VelocityClient connect(VelocityBuilder builder) {
    VelocityClient client;
    try {
      client = builder.build();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
    }
    try {
      client.connect();
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /** What to say if the server refuses it; empty for a password. */
  private Optional<String> authenticate(VelocityBuilder builder, Target.Remote target) {
    VelocityUrl url = target.url();
    Optional<String> given = login.given(console, quiet);
    Optional<ClientCertificate> certificate = options.certificate();
    certificate.ifPresent(own -> builder.clientCertificate(own.chain(), own.key()));
    if (options.token().isPresent()) {
      if (given.isPresent()) {
        throw new CommandFailure(ExitCode.USAGE, "give --token or a password, not both");
      }
      if (!quiet) {
        console.err().println(TOKEN_WARNING);
      }
      return byToken(builder, options.token().get(), target);
    }
    if (certificate.isPresent() && given.or(url::password).isEmpty()) {
      return Optional.of(
          "the certificate "
              + certificate.get().chain()
              + " lets nobody in at "
              + target.hosts()
              + ": there is no user of the name in its CN");
    }
    if (url.user().isEmpty()) {
      String token =
          token()
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          ExitCode.USAGE,
                          "the URL names no user; write vdb://USER@"
                              + target.hosts()
                              + ", or set VDB_TOKEN"));
      return byToken(builder, token, target);
    }
    String user = url.user().get();
    String password =
        given
            .or(url::password)
            .or(() -> console.variable(PasswordSource.VARIABLE))
            .or(
                () ->
                    PasswordSource.ask(
                        console, "Password of " + user + " at " + target.hosts() + ": "))
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.USAGE,
                        "no password for "
                            + user
                            + "; set VELOCITY_PASSWORD, or give --password-file"));
    builder.user(user).password(password);
    return Optional.empty();
  }

  private static Optional<String> byToken(
      VelocityBuilder builder, String token, Target.Remote target) {
    builder.token(token.strip());
    return Optional.of(
        "the token does not let anybody in at "
            + target.hosts()
            + ": it is wrong, has expired or was dropped; an admin can make another: velocity admin"
            + " create-token");
  }

  private Optional<String> token() {
    for (String variable : TOKEN_VARIABLES) {
      Optional<String> token = console.variable(variable);
      if (token.isPresent()) {
        return token;
      }
    }
    return Optional.empty();
  }

  private void trust(VelocityBuilder builder, Target.Remote target) {
    Optional<String> fingerprint =
        options.fingerprint().or(() -> console.variable(FINGERPRINT_VARIABLE));
    Optional<Path> authority = options.authority();
    fingerprint.ifPresent(builder::fingerprint);
    authority.ifPresent(builder::authority);
    builder.acceptNewServers(options.acceptNew());
    if (fingerprint.isEmpty() && authority.isEmpty()) {
      // Who can write the server's own record could as well answer in its place: nothing is gained
      // by asking.
      target
          .local()
          .map(server -> server.file())
          .flatMap(ServerFile::fingerprint)
          .ifPresent(builder::fingerprint);
    }
  }

  private boolean isTrustedBySomebodyAsked(UnknownServerException unknown) throws IOException {
    if (!console.canAsk()) {
      return false;
    }
    console
        .err()
        .println(
            "The server "
                + unknown.server()
                + " was never seen before. Its key is "
                + unknown.fingerprint()
                + ".");
    console
        .err()
        .print("Is that what the server printed at its start? Type yes to trust it from now on: ");
    console.err().flush();
    String answer =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8)).readLine();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).equals("yes");
  }
}
