package io.velocitydb.client.auth;

import io.velocitydb.protocol.scram.AuthMessage;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLSession;

/**
 * What ties the proof of the password to this very connection, so that nobody in between can pass
 * it on.
 *
 * <p>Over TLS the keying material of RFC 9266 where the runtime gives it out, else and always the
 * server's certificate; never {@code none}. Immutable.
 */
public final class ChannelBinding {

  private static final String EXPORTER_LABEL = "EXPORTER-Channel-Binding";
  private static final int EXPORTER_BYTES = 32;

  private final Map<String, byte[]> data;

  private ChannelBinding(Map<String, byte[]> data) {
    this.data = data;
  }

  /** For a connection without TLS. */
  public static ChannelBinding plaintext() {
    return new ChannelBinding(Map.of(AuthMessage.BINDING_NONE, new byte[0]));
  }

  /** For a TLS 1.3 connection to the server with that certificate. */
  public static ChannelBinding tls(X509Certificate certificate, SSLSession session) {
    Map<String, byte[]> data = new LinkedHashMap<>();
    if (session instanceof ExtendedSSLSession extended) {
      try {
        data.put(
            AuthMessage.BINDING_EXPORTER,
            extended.exportKeyingMaterialData(EXPORTER_LABEL, null, EXPORTER_BYTES));
      } catch (UnsupportedOperationException | SSLKeyException notHere) {
        // The certificate's binding serves; the server is not offered this one.
        data.remove(AuthMessage.BINDING_EXPORTER);
      }
    }
    try {
      data.put(
          AuthMessage.BINDING_CERTIFICATE,
          AuthMessage.certificateBinding(certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that TLS accepted has no encoding", e);
    }
    return new ChannelBinding(data);
  }

  /** The types on offer, the most wanted first. */
  public List<String> types() {
    return List.copyOf(data.keySet());
  }

  /**
   * The data of a type.
   *
   * @throws IllegalArgumentException if it was not on offer
   */
  public byte[] data(String type) {
    byte[] found = data.get(type);
    if (found == null) {
      throw new IllegalArgumentException("the channel binding \"" + type + "\" was not offered");
    }
    return found.clone();
  }
}
