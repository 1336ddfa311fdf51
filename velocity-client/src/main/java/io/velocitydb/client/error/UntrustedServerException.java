package io.velocitydb.client.error;

import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;

/**
 * The server is not, or cannot be shown to be, the one that was meant; nothing was sent to it but
 * the greeting.
 */
public abstract sealed class UntrustedServerException extends ClientException
    permits InvalidCertificateException,
        ServerKeyChangedException,
        ServerProofException,
        UnknownServerException {

  private static final long serialVersionUID = 1L;

  UntrustedServerException(String message) {
    super(message, Outcome.NOT_APPLIED, Retry.NEVER);
  }
}
