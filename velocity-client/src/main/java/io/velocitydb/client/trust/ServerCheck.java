package io.velocitydb.client.trust;

import io.velocitydb.client.error.InvalidCertificateException;
import io.velocitydb.client.error.ServerKeyChangedException;
import io.velocitydb.client.error.UnknownServerException;
import io.velocitydb.client.error.UntrustedServerException;
import io.velocitydb.protocol.scram.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The check of one server on one connection: makes the TLS engine, judges the certificate, and
 * keeps what was learned.
 *
 * <p>Made off the event loop, since it reads files. One connection uses it, from its event loop.
 */
public final class ServerCheck {

  private final TrustPolicy policy;
  private final String host;
  private final int port;
  private final boolean loopback;
  private final Set<Fingerprint> accepted;
  private final @Nullable X509ExtendedTrustManager authority;
  private final KeyManager @Nullable [] ownKeys;
  private @Nullable X509Certificate certificate;
  private @Nullable UntrustedServerException refusal;

  /**
   * Reads the files of the policy.
   *
   * @param host as the user wrote it
   * @param loopback whether the address connected to is this machine's loopback
   * @param learned fingerprints that a trusted server announced during this client's life
   * @param own what the client shows if the server asks for a certificate
   * @throws java.io.UncheckedIOException if the file of known hosts cannot be read
   * @throws InvalidCertificateException if the file of authorities or the client's certificate
   *     cannot be read
   */
  public ServerCheck(
      TrustPolicy policy,
      String host,
      int port,
      boolean loopback,
      Set<Fingerprint> learned,
      Optional<ClientCertificate> own) {
    this.policy = policy;
    this.host = host;
    this.port = port;
    this.loopback = loopback;
    this.accepted = new LinkedHashSet<>();
    if (policy.usesKnownHosts()) {
      accepted.addAll(policy.knownHosts().find(host, port));
    } else if (!policy.pins().isEmpty()) {
      accepted.addAll(policy.pins());
      accepted.addAll(learned);
    }
    this.authority = policy.authority().map(ServerCheck::authority).orElse(null);
    this.ownKeys = own.map(ClientCertificate::keyManagers).orElse(null);
  }

  /** A TLS 1.3 engine for the client's side, which believes this check alone. */
  public SSLEngine engine() {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(ownKeys, new TrustManager[] {new Judge()}, null);
      SSLEngine engine = context.createSSLEngine(host, port);
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3"});
      if (authority != null) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      engine.setSSLParameters(parameters);
      return engine;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS 1.3", e);
    }
  }

  /** Why the server was refused; empty if it was not, or not for its certificate. */
  public Optional<UntrustedServerException> refusal() {
    return Optional.ofNullable(refusal);
  }

  /**
   * The server's certificate.
   *
   * @throws IllegalStateException before the TLS handshake
   */
  public X509Certificate certificate() {
    if (certificate == null) {
      throw new IllegalStateException("no certificate before the TLS handshake");
    }
    return certificate;
  }

  /**
   * Keeps the server in the file of known hosts, if that is what decided: its key, and the one it
   * announced as the next. Writes a file; call it off the event loop, after the whole handshake.
   *
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public void remember(Optional<Fingerprint> next) {
    if (!policy.usesKnownHosts()) {
      return;
    }
    Set<Fingerprint> all = new LinkedHashSet<>();
    all.add(Fingerprint.of(certificate().getPublicKey()));
    next.ifPresent(all::add);
    policy.knownHosts().keep(host, port, all);
  }

  private void judge(X509Certificate[] chain, String authType, @Nullable SSLEngine engine) {
    certificate = chain[0];
    if (authority != null) {
      try {
        authority.checkServerTrusted(chain, authType, engine);
      } catch (CertificateException e) {
        throw new InvalidCertificateException(
            "the certificate of "
                + name()
                + " is not accepted: "
                + e.getMessage()
                + "; check the file of authorities "
                + policy.authority().map(Path::toString).orElse("")
                + ", the host name and the date");
      }
      if (policy.pins().isEmpty()) {
        return;
      }
    }
    Fingerprint shown = Fingerprint.of(chain[0].getPublicKey());
    if (accepted.contains(shown)) {
      return;
    }
    if (!policy.usesKnownHosts()) {
      throw new ServerKeyChangedException(
          name()
              + " shows the key "
              + shown
              + ", not the pinned "
              + listed()
              + "; if the server's key was replaced on purpose, pin the new fingerprint, else someone else is answering",
          name(),
          shown.toString());
    }
    if (!accepted.isEmpty()) {
      throw new ServerKeyChangedException(
          "the key of "
              + name()
              + " has changed: "
              + policy.knownHosts().file()
              + " has "
              + listed()
              + ", the server shows "
              + shown
              + "; if the server was set up anew, remove the line of "
              + name()
              + " from that file, else someone else is answering",
          name(),
          shown.toString());
    }
    if (!loopback && !policy.acceptsNew()) {
      throw new UnknownServerException(
          name()
              + " is not known here; its key is "
              + shown
              + "; if that is what the server printed at its start, give this fingerprint to the client, or name an authority"
              + " that signed its certificate",
          name(),
          shown.toString());
    }
  }

  private String name() {
    return KnownHosts.name(host, port);
  }

  private String listed() {
    return String.join(" or ", accepted.stream().map(Fingerprint::toString).toList());
  }

  private static X509ExtendedTrustManager authority(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      if (number == 0) {
        throw new InvalidCertificateException(file + " holds no certificate; it must be PEM");
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (IOException | GeneralSecurityException e) {
      throw new InvalidCertificateException(
          "cannot read the file of authorities " + file + ": " + e.getMessage());
    }
  }

  /**
   * Hands the certificate to the check and keeps the refusal, which TLS would wrap in its own
   * words.
   */
  private final class Judge extends X509ExtendedTrustManager {

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      try {
        judge(chain, authType, engine);
      } catch (UntrustedServerException e) {
        refusal = e;
        throw new CertificateException(e.getMessage(), e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw onlyEngines();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw onlyEngines();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }

    private static CertificateException onlyEngines() {
      return new CertificateException("this check is for the client's side of a TLS engine");
    }
  }
}
