package io.velocitydb.protocol.v1;

/** What a version 1 frame is, by byte 5. */
public final class V1Type {
  /** u8 min and max version, lp client name, lp user, 32-byte nonce. */
  public static final int HELLO = 0x01;

  /** u8 version, 32-byte fingerprint, 32-byte nonce, 16-byte salt, u32 m, t, p. */
  public static final int SERVER_INFO = 0x02;

  /** u8 mechanism, and what proves it. */
  public static final int AUTH_REQUEST = 0x03;

  /** u8 ok, 32-byte server signature, lp role. */
  public static final int AUTH_RESPONSE = 0x04;

  /** lp reason. */
  public static final int DISCONNECT = 0x05;

  /** u8 command, and its arguments: {@link V1Command}. */
  public static final int COMMAND = 0x10;

  /** u8 command, and its result. */
  public static final int RESPONSE = 0x11;

  /** u16 code, lp message. */
  public static final int ERROR = 0x12;

  /** Any bytes. */
  public static final int PING = 0x20;

  /** The bytes of the PING. */
  public static final int PONG = 0x21;

  /** Nothing; answered with the same type and lp JSON. */
  public static final int STATS = 0x22;

  private V1Type() {}
}
