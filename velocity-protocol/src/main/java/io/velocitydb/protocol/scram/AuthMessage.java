package io.velocitydb.protocol.scram;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What both sides sign: the name of the mechanism, both HELLO bodies exactly as they were on the
 * wire, and what binds the exchange to this TLS connection; so none of them can be changed on the
 * way.
 */
public final class AuthMessage {
  /** The mechanism's name in HELLO. */
  public static final String MECHANISM = "V-SCRAM-ARGON2ID";

  /** A client certificate instead of a proof. */
  public static final String EXTERNAL = "EXTERNAL";

  /** Binding: SHA-256 of the DER of the server's leaf certificate on this connection. */
  public static final String BINDING_CERTIFICATE = "velocity-cert-sha256";

  /** Binding: the TLS exporter of RFC 9266. */
  public static final String BINDING_EXPORTER = "tls-exporter";

  /** Binding without TLS: nothing; clients refuse it over TLS. */
  public static final String BINDING_NONE = "none";

  private static final String NAME = MECHANISM + "/1";

  private AuthMessage() {}

  /**
   * Puts the message together, each part as u32 length and bytes.
   *
   * @param hello the body of HELLO as sent
   * @param helloResponse the body of its response as received
   * @param bindingData of the binding type; empty for {@link #BINDING_NONE}
   */
  public static byte[] of(
      byte[] hello, byte[] helloResponse, String bindingType, byte[] bindingData) {
    List<byte[]> parts =
        List.of(
            NAME.getBytes(StandardCharsets.US_ASCII),
            hello,
            helloResponse,
            bindingType.getBytes(StandardCharsets.US_ASCII),
            bindingData);
    int length = parts.stream().mapToInt(part -> Integer.BYTES + part.length).sum();
    ByteBuffer message = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] part : parts) {
      message.putInt(part.length).put(part);
    }
    return message.array();
  }

  /** The data of {@link #BINDING_CERTIFICATE}. */
  public static byte[] certificateBinding(byte[] der) {
    return Crypto.sha256(der);
  }
}
