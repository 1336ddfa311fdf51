package io.velocitydb.server.auth;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * The user whom a client's certificate names: the common name (CN) of its subject. TLS has checked
 * by then that the certificate comes from the authority of the configuration, is in its time and
 * meant for clients, and that the client has its key.
 */
final class CertifiedUser {
  private CertifiedUser() {}

  /** Empty without a certificate, or when its subject has no common name, or several. */
  static Optional<String> of(ChannelPipeline pipeline) {
    SslHandler tls = pipeline.get(SslHandler.class);
    if (tls == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate leaf
          ? commonName(leaf)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      // It has shown none, which is the usual case.
      return Optional.empty();
    }
  }

  static Optional<String> commonName(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    for (RDN part : subject.getRDNs(BCStyle.CN)) {
      for (AttributeTypeAndValue attribute : part.getTypesAndValues()) {
        if (attribute.getType().equals(BCStyle.CN)
            && attribute.getValue() instanceof ASN1String name) {
          names.add(name.getString());
        }
      }
    }
    return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
  }
}
