package io.velocitydb.cli.connect;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.trust.ClientCertificate;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * Which server, whether to trust it, and with which token or certificate to come. The options may
 * stand behind the command or, all of them, in front of it.
 */
public final class ConnectionOptions {
  /** The name under which commands mix this in. */
  public static final String MIXIN = "connection";

  @ArgGroup(
      validate = false,
      heading = "%nConnection (without any: the one server of yours that runs):%n")
  private Given given = new Given();

  /** What was given; its own class so that help shows it under a heading. */
  static final class Given {
    @Option(
        names = "--url",
        paramLabel = "URL",
        description = "vdb://user@host:2005/database (or VELOCITY_URL).")
    private @Nullable String url;

    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "The server on this machine that owns this folder.")
    private @Nullable Path dataDir;

    @Option(
        names = "--fingerprint",
        paramLabel = "SHA256:...",
        description = "The server's key, as it prints it at its start (or VELOCITY_FINGERPRINT).")
    private @Nullable String fingerprint;

    @Option(
        names = "--ca",
        paramLabel = "FILE",
        description = "Certificates (PEM) of the authority that vouches for the server.")
    private @Nullable Path authority;

    @Option(
        names = "--token",
        paramLabel = "TOKEN",
        description =
            "A token in place of user and password; others on this machine can see it, better is VDB_TOKEN (or VELOCITY_TOKEN).")
    private @Nullable String token;

    @Option(
        names = "--cert",
        paramLabel = "FILE",
        description = "A certificate (PEM) whose CN is the user, in place of a password.")
    private @Nullable Path certificate;

    @Option(
        names = "--cert-key",
        paramLabel = "FILE",
        description = "The private key (PKCS#8 PEM) of --cert.")
    private @Nullable Path certificateKey;

    @Option(
        names = "--accept-new",
        description =
            "Trust a server never seen before and remember it; a changed one is refused all the same.")
    private boolean acceptNew;
  }

  Optional<String> url() {
    return Optional.ofNullable(given.url);
  }

  /** The folder whose server is meant. */
  public Optional<Path> dataDir() {
    return Optional.ofNullable(given.dataDir);
  }

  Optional<String> fingerprint() {
    return Optional.ofNullable(given.fingerprint);
  }

  Optional<Path> authority() {
    return Optional.ofNullable(given.authority);
  }

  /** The token in place of user and password, as it was given. */
  Optional<String> token() {
    return Optional.ofNullable(given.token);
  }

  /** The certificate to come with, and its key. */
  Optional<ClientCertificate> certificate() {
    if ((given.certificate == null) != (given.certificateKey == null)) {
      throw new CommandFailure(
          ExitCode.USAGE, "--cert and --cert-key belong together; give both or neither");
    }
    return given.certificate == null || given.certificateKey == null
        ? Optional.empty()
        : Optional.of(new ClientCertificate(given.certificate, given.certificateKey));
  }

  boolean acceptNew() {
    return given.acceptNew;
  }

  private boolean isEmpty() {
    return given.url == null
        && given.dataDir == null
        && given.fingerprint == null
        && given.authority == null
        && given.token == null
        && given.certificate == null
        && given.certificateKey == null
        && !given.acceptNew;
  }

  /** These, or if none was given behind the command, those given in front of it. */
  ConnectionOptions orInFrontOf(CommandSpec command) {
    CommandSpec mixin = command.root().mixins().get(MIXIN);
    return isEmpty() && mixin != null && mixin.userObject() instanceof ConnectionOptions inFront
        ? inFront
        : this;
  }
}
