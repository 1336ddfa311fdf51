package io.velocitydb.protocol.v1;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.scram.Argon2Parameters;

/** The payloads by which somebody logs in. */
public final class V1Login {
  public static final int NONCE_BYTES = 32;
  public static final int FINGERPRINT_BYTES = 32;
  public static final int SALT_BYTES = 16;
  public static final int PROOF_BYTES = 32;

  /** Mechanism: the proof of V-SCRAM-ARGON2ID. */
  public static final int PROOF = 1;

  /** Mechanism: a token, or where that is allowed a password, as it is. */
  public static final int BEARER = 2;

  private V1Login() {}

  /**
   * HELLO.
   *
   * @param versionMin of the versions that the client speaks
   * @param versionMax of them
   * @param clientName what the client calls itself
   * @param user who wants in; may be empty for a token
   * @param nonce 32 random bytes, used once
   */
  @SuppressWarnings("ArrayRecordComponent") // taken apart, never compared
  public record Hello(
      int versionMin, int versionMax, String clientName, String user, byte[] nonce) {
    public static Hello read(V1Reader in) {
      Hello hello = new Hello(in.u8(), in.u8(), in.lpText(), in.lpText(), in.bytes(NONCE_BYTES));
      in.end();
      return hello;
    }

    public void write(ByteBuf out) {
      out.writeByte(versionMin).writeByte(versionMax);
      V1FrameEncoder.lp(out, clientName);
      V1FrameEncoder.lp(out, user);
      out.writeBytes(nonce);
    }
  }

  /**
   * SERVER_INFO.
   *
   * @param version that is spoken
   * @param fingerprint SHA-256 of the SubjectPublicKeyInfo; zero without TLS
   * @param nonce 32 random bytes of the server, used once
   * @param salt of the password
   * @param parameters of Argon2id
   */
  @SuppressWarnings("ArrayRecordComponent") // taken apart, never compared
  public record ServerInfo(
      int version, byte[] fingerprint, byte[] nonce, byte[] salt, Argon2Parameters parameters) {
    public static ServerInfo read(V1Reader in) {
      ServerInfo info =
          new ServerInfo(
              in.u8(),
              in.bytes(FINGERPRINT_BYTES),
              in.bytes(NONCE_BYTES),
              in.bytes(SALT_BYTES),
              new Argon2Parameters((int) in.u32(), (int) in.u32(), (int) in.u32()));
      in.end();
      return info;
    }

    public void write(ByteBuf out) {
      out.writeByte(version).writeBytes(fingerprint).writeBytes(nonce).writeBytes(salt);
      out.writeIntLE(parameters.memoryKib())
          .writeIntLE(parameters.iterations())
          .writeIntLE(parameters.parallelism());
    }
  }

  /**
   * AUTH_RESPONSE.
   *
   * @param ok whether the client is in
   * @param signature of the server, by which the client knows it; zero for {@link #BEARER}
   * @param role what the user may do
   */
  @SuppressWarnings("ArrayRecordComponent") // taken apart, never compared
  public record AuthResponse(boolean ok, byte[] signature, String role) {
    public static AuthResponse read(V1Reader in) {
      AuthResponse response = new AuthResponse(in.u8() == 1, in.bytes(PROOF_BYTES), in.lpText());
      in.end();
      return response;
    }

    public void write(ByteBuf out) {
      out.writeByte(ok ? 1 : 0).writeBytes(signature);
      V1FrameEncoder.lp(out, role);
    }
  }
}
