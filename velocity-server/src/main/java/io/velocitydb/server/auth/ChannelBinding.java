package io.velocitydb.server.auth;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.velocitydb.protocol.scram.AuthMessage;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * What ties a handshake to its TLS connection, so that it cannot be relayed over another one.
 *
 * @param type its name in HELLO
 * @param data its bytes, which both sides know without sending them
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once and never compared
record ChannelBinding(String type, byte[] data) {
  private static final String EXPORTER_LABEL = "EXPORTER-Channel-Binding";
  private static final int EXPORTER_BYTES = 32;

  /**
   * The first of the wished types that this connection has.
   *
   * @param wished by the client, most wanted first
   * @return empty when there is none
   */
  static Optional<ChannelBinding> choose(ChannelPipeline pipeline, List<String> wished) {
    SslHandler tls = pipeline.get(SslHandler.class);
    for (String type : wished) {
      Optional<ChannelBinding> found =
          tls == null ? plain(type) : overTls(type, tls.engine().getSession());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<ChannelBinding> plain(String type) {
    return type.equals(AuthMessage.BINDING_NONE)
        ? Optional.of(new ChannelBinding(type, new byte[0]))
        : Optional.empty();
  }

  private static Optional<ChannelBinding> overTls(String type, SSLSession session) {
    return switch (type) {
      case AuthMessage.BINDING_CERTIFICATE -> certificate(session);
      case AuthMessage.BINDING_EXPORTER -> exporter(session);
      default -> Optional.empty();
    };
  }

  private static Optional<ChannelBinding> certificate(SSLSession session) {
    Certificate[] chain = session.getLocalCertificates();
    if (chain == null || chain.length == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ChannelBinding(
              AuthMessage.BINDING_CERTIFICATE,
              AuthMessage.certificateBinding(chain[0].getEncoded())));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate in use has no encoding", e);
    }
  }

  private static Optional<ChannelBinding> exporter(SSLSession session) {
    if (!(session instanceof ExtendedSSLSession extended)) {
      return Optional.empty();
    }
    try {
      byte[] data = extended.exportKeyingMaterialData(EXPORTER_LABEL, new byte[0], EXPORTER_BYTES);
      return Optional.of(new ChannelBinding(AuthMessage.BINDING_EXPORTER, data));
    } catch (SSLException | UnsupportedOperationException e) {
      // Not every TLS engine can; the certificate always binds.
      return Optional.empty();
    }
  }
}
