package io.velocitydb.server.tls;

import io.velocitydb.protocol.pem.PemException;
import io.velocitydb.protocol.pem.PemText;

/**
 * The certificates of those who vouch for clients: who comes with a certificate of theirs is the
 * user that it names.
 *
 * @param pem the certificates as text
 */
public record ClientAuthority(String pem) {

  /**
   * What was read from a file of certificates.
   *
   * @throws CertificateProblem in one line, naming the file
   */
  static ClientAuthority of(PemText read) {
    try {
      var _ = read.certificates();
      return new ClientAuthority(read.text());
    } catch (PemException e) {
      throw new CertificateProblem(String.valueOf(e.getMessage()), e);
    }
  }
}
