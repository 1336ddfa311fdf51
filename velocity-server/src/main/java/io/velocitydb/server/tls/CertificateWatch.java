package io.velocitydb.server.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * The certificate that the server shows, its key, and who vouches for clients: from files that are
 * looked at again and again, so that a renewed certificate is used without a restart. New
 * connections get the new one, open ones keep theirs. What cannot be used, a certificate without
 * its key for example, is said in the log once, and the one before stays.
 *
 * <p>Thread-safe.
 */
public final class CertificateWatch {
  /** Between two looks at the files. */
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final String CLIENT_AUTHORITY = "server.tls_client_ca";
  private static final Logger LOG = Logger.getLogger(CertificateWatch.class);

  /**
   * Where they are.
   *
   * @param certificate the chain, the leaf first
   * @param key of the leaf
   * @param clientAuthority empty: clients are not asked for certificates
   */
  public record Files(Path certificate, Path key, Optional<Path> clientAuthority) {}

  /** Who uses them. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Uses these from now on.
     *
     * @throws IOException if that is not possible: then everything is as before
     */
    void use(ServerCertificate certificate, Optional<ClientAuthority> clients) throws IOException;
  }

  private final LongSupplier nowMs;
  private final WatchedFiles<ServerCertificate> certificateFiles;
  private final Optional<WatchedFiles<ClientAuthority>> authorityFiles;
  private final List<Listener> listeners = new ArrayList<>();
  private volatile ServerCertificate certificate;
  private volatile Optional<ClientAuthority> clients;
  private boolean owed;

  /**
   * Reads them for the first time.
   *
   * @param nowMs as {@link System#currentTimeMillis}
   * @throws CertificateProblem if they cannot be used
   */
  public CertificateWatch(Files files, LongSupplier nowMs) {
    this.nowMs = nowMs;
    certificateFiles =
        new WatchedFiles<>(
            List.of(files.certificate(), files.key()),
            texts -> PemFiles.pair(texts.getFirst(), texts.getLast()));
    authorityFiles = files.clientAuthority().map(CertificateWatch::authorities);
    certificate = certificateFiles.latest();
    clients = authorityFiles.map(WatchedFiles::latest);
  }

  private static WatchedFiles<ClientAuthority> authorities(Path file) {
    try {
      return new WatchedFiles<>(List.of(file), texts -> ClientAuthority.of(texts.getFirst()));
    } catch (CertificateProblem e) {
      throw new CertificateProblem(CLIENT_AUTHORITY + ": " + e.getMessage(), e);
    }
  }

  /** What clients are shown. */
  public ServerCertificate certificate() {
    return certificate;
  }

  /** Who vouches for clients; empty: they are not asked for certificates. */
  public Optional<ClientAuthority> clients() {
    return clients;
  }

  /** Tells a listener when they have changed. It has those of now already. */
  public synchronized void add(Listener listener) {
    listeners.add(listener);
  }

  /** Looks at the files, and has what is new used. Throws nothing. */
  public synchronized void check() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.errorf(e, "the TLS certificates could not be looked at");
    }
  }

  private void look() {
    boolean changed = owed;
    try {
      changed |= certificateFiles.changed(this::checkTime).isPresent();
    } catch (CertificateProblem e) {
      LOG.warnf(
          "the new TLS certificate cannot be used: %s. Certificate %s stays in use until %s. Put a"
              + " certificate and its key into these files; they are looked at every %d s",
          e.getMessage(), certificate.fingerprint(), certificate.expires(), INTERVAL.toSeconds());
    }
    try {
      changed |= authorityFiles.flatMap(files -> files.changed(_ -> {})).isPresent();
    } catch (CertificateProblem e) {
      LOG.warnf(
          "the new certificates of %s cannot be used: %s. Those from before stay in use. Mend the"
              + " file; it is looked at every %d s",
          CLIENT_AUTHORITY, e.getMessage(), INTERVAL.toSeconds());
    }
    if (changed) {
      use(certificateFiles.latest(), authorityFiles.map(WatchedFiles::latest));
    }
  }

  /** At a start there is no better one, but here there is. */
  private void checkTime(ServerCertificate renewed) {
    Instant now = Instant.ofEpochMilli(nowMs.getAsLong());
    if (renewed.expires().isBefore(now)) {
      throw new CertificateProblem("it was valid until " + renewed.expires() + " only");
    }
    Instant begins = renewed.leaf().getNotBefore().toInstant();
    if (begins.isAfter(now)) {
      throw new CertificateProblem("it is not valid before " + begins);
    }
  }

  private void use(ServerCertificate renewed, Optional<ClientAuthority> authority) {
    owed = false;
    for (Listener listener : listeners) {
      try {
        listener.use(renewed, authority);
      } catch (IOException e) {
        owed = true;
        LOG.errorf(
            "the new TLS certificate is not in use everywhere: %s; tried again in %d s",
            e.getMessage(), INTERVAL.toSeconds());
      }
    }
    if (owed) {
      return;
    }
    tell(certificate, renewed);
    if (!authority.equals(clients)) {
      LOG.infof("new certificates of %s are in use for new connections", CLIENT_AUTHORITY);
    }
    certificate = renewed;
    clients = authority;
  }

  private static void tell(ServerCertificate before, ServerCertificate now) {
    if (now.equals(before)) {
      return;
    }
    LOG.infof(
        "a new TLS certificate is in use for new connections: %s, until %s",
        now.fingerprint(), now.expires());
    if (!now.fingerprint().equals(before.fingerprint())) {
      LOG.warnf(
          "the new TLS certificate has another key: clients that know this server by the fingerprint"
              + " %s refuse it until they are told %s. To keep the fingerprint, renew certificates"
              + " with the same key",
          before.fingerprint(), now.fingerprint());
    }
  }
}
