package io.velocitydb.client;

import io.velocitydb.client.testing.TestCertificate;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLHandshakeException;

/** TLS handshakes in memory, against a server with a given certificate. */
final class TlsHandshakes {

  private static final int ROUNDS_MAX = 100;

  private TlsHandshakes() {}

  /** Whether the client's engine accepts a server with that certificate. */
  static boolean succeeds(SSLEngine client, TestCertificate certificate) throws Exception {
    SSLEngine server = server(certificate);
    ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 17);
    client.beginHandshake();
    server.beginHandshake();
    try {
      for (int round = 0; round < ROUNDS_MAX; round++) {
        step(client, toServer, toClient);
        step(server, toClient, toServer);
        if (client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
            && client.getSession().getProtocol().startsWith("TLS")) {
          return true;
        }
      }
    } catch (SSLHandshakeException refused) {
      return false;
    }
    throw new IllegalStateException("the handshake does not end: " + client.getHandshakeStatus());
  }

  private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws Exception {
    switch (engine.getHandshakeStatus()) {
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      case NEED_UNWRAP -> {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(1 << 17));
        in.compact();
      }
      case NEED_TASK -> engine.getDelegatedTask().run();
      default -> {}
    }
  }

  private static SSLEngine server(TestCertificate certificate) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    char[] secret = "secret".toCharArray();
    store.setKeyEntry(
        "key", certificate.key(), secret, certificate.chain().toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, secret);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), null, null);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    return engine;
  }
}
