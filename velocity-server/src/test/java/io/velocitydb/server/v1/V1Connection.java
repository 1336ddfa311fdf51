package io.velocitydb.server.v1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Password;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1FrameEncoder;
import io.velocitydb.protocol.v1.V1Login;
import io.velocitydb.protocol.v1.V1Reader;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.wire.RawConnection;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A client of version 1 on which a test decides about every byte. */
public final class V1Connection implements AutoCloseable {
  private static final int TIMEOUT_MS = 15_000;

  private final Socket socket;
  private final DataInputStream in;

  private V1Connection(Socket socket) throws IOException {
    this.socket = socket;
    in = new DataInputStream(socket.getInputStream());
  }

  /** Without TLS. */
  public static V1Connection plain(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.connect(address, TIMEOUT_MS);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    return new V1Connection(socket);
  }

  /** With TLS 1.3, trusting whatever comes. */
  public static V1Connection open(InetSocketAddress address) throws IOException {
    SSLSocket socket = RawConnection.tlsSocket(address, "TLSv1.3");
    socket.setSoTimeout(TIMEOUT_MS);
    return new V1Connection(socket);
  }

  /** A frame that the server sent. */
  @SuppressWarnings("ArrayRecordComponent") // looked into, never compared
  public record Frame(int type, byte[] payload) {
    public V1Reader reader() {
      return new V1Reader(Unpooled.wrappedBuffer(payload), 0, payload.length);
    }

    /** What a command gave, behind its number. */
    public V1Reader result(V1Command command) {
      if (type != V1Type.RESPONSE) {
        throw new AssertionError("no response but " + this);
      }
      V1Reader reader = reader();
      if (reader.u8() != command.number()) {
        throw new AssertionError("the response of another command than " + command);
      }
      return reader;
    }

    public boolean isError() {
      return type == V1Type.ERROR;
    }

    /** What an error says. */
    public ErrorCode error() {
      if (type != V1Type.ERROR) {
        throw new AssertionError("no error but " + this);
      }
      V1Reader reader = reader();
      int code = reader.u16();
      reader.lp();
      reader.end();
      return ErrorCode.of(code).orElseThrow();
    }

    @Override
    public String toString() {
      return "type 0x"
          + Integer.toHexString(type)
          + ": "
          + new String(payload, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
  }

  public static byte[] frame(int type, byte... payload) {
    ByteBuf out = Unpooled.buffer();
    V1FrameEncoder encoder = new V1FrameEncoder();
    int start = encoder.begin(out, type);
    out.writeBytes(payload);
    encoder.end(out, start);
    return ByteBufUtil.getBytes(out);
  }

  public static byte[] command(V1Command command, Consumer<ByteBuf> arguments) {
    ByteBuf payload = Unpooled.buffer().writeByte(command.number());
    arguments.accept(payload);
    return frame(V1Type.COMMAND, ByteBufUtil.getBytes(payload));
  }

  public static byte[] command(V1Command command, String key) {
    return command(command, out -> V1FrameEncoder.lp(out, key));
  }

  /** A command with a key and a number. */
  public static byte[] number(V1Command command, String key, long number) {
    return command(
        command,
        out -> {
          V1FrameEncoder.lp(out, key);
          out.writeLongLE(number);
        });
  }

  /** SCAN. */
  public static byte[] scan(String prefix, int limit) {
    return command(
        V1Command.SCAN,
        out -> {
          V1FrameEncoder.lp(out, prefix);
          out.writeIntLE(limit);
        });
  }

  public static byte[] set(String key, byte[] value, long ttlMs) {
    return command(
        V1Command.SET,
        out -> {
          V1FrameEncoder.lp(out, key);
          V1FrameEncoder.lp(out, value);
          out.writeLongLE(ttlMs);
        });
  }

  public V1Connection send(byte[]... frames) throws IOException {
    for (byte[] frame : frames) {
      socket.getOutputStream().write(frame);
    }
    socket.getOutputStream().flush();
    return this;
  }

  public Frame call(byte[] frame) throws IOException {
    send(frame);
    return read();
  }

  public Frame read() throws IOException {
    byte[] header = in.readNBytes(10);
    if (header.length == 0) {
      throw new EOFException("the server closed the connection");
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    if (fields.getInt(0) != 0x5645_4C4F || header[4] != 1) {
      throw new IOException("no frame of version 1: " + Arrays.toString(header));
    }
    byte[] payload = in.readNBytes(fields.getInt(6));
    CRC32 crc = new CRC32();
    crc.update(header);
    crc.update(payload);
    int told = ByteBuffer.wrap(in.readNBytes(4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (told != (int) crc.getValue()) {
      throw new IOException("wrong checksum from the server");
    }
    return new Frame(header[5] & 0xFF, payload);
  }

  public boolean isClosedByServer() throws IOException {
    try {
      return in.read() == -1;
    } catch (SocketException | SSLException e) {
      return true;
    }
  }

  Certificate certificate() throws IOException {
    return ((SSLSocket) socket).getSession().getPeerCertificates()[0];
  }

  // ---- Logging in ----

  static byte[] hello(String user) {
    ByteBuf payload = Unpooled.buffer();
    new V1Login.Hello(1, 1, "an old client", user, new byte[32]).write(payload);
    return ByteBufUtil.getBytes(payload);
  }

  /** HELLO and a proof, and the server's signature checked. */
  public V1Connection login(String user, String password) throws Exception {
    byte[] hello = hello(user);
    Frame info = call(frame(V1Type.HELLO, hello));
    V1Login.ServerInfo told = V1Login.ServerInfo.read(info.reader());
    byte[] message = message(hello, info);
    ClientKeys keys =
        ClientKeys.ofPassword(
            Password.prepare(password.toCharArray()), told.salt(), told.parameters());
    Frame answer = call(frame(V1Type.AUTH_REQUEST, proof(keys.proof(message))));
    if (answer.type() != V1Type.AUTH_RESPONSE) {
      throw new AssertionError("login failed: " + answer);
    }
    V1Login.AuthResponse accepted = V1Login.AuthResponse.read(answer.reader());
    if (!accepted.ok() || !keys.isServerSignature(message, accepted.signature())) {
      throw new AssertionError("the server's signature is wrong");
    }
    return this;
  }

  byte[] message(byte[] hello, Frame info) throws Exception {
    if (!(socket instanceof SSLSocket)) {
      return AuthMessage.of(hello, info.payload(), AuthMessage.BINDING_NONE, new byte[0]);
    }
    return AuthMessage.of(
        hello,
        info.payload(),
        AuthMessage.BINDING_CERTIFICATE,
        AuthMessage.certificateBinding(certificate().getEncoded()));
  }

  static byte[] proof(byte[] proof) {
    byte[] payload = new byte[1 + proof.length];
    payload[0] = V1Login.PROOF;
    System.arraycopy(proof, 0, payload, 1, proof.length);
    return payload;
  }

  /** HELLO and a wrong proof; what the server says to the first of them that it refuses. */
  public Frame wrongProof(String user) throws IOException {
    Frame info = call(frame(V1Type.HELLO, hello(user)));
    return info.isError() ? info : call(frame(V1Type.AUTH_REQUEST, proof(new byte[32])));
  }

  /** HELLO and what travels as it is; the same. */
  public Frame bearer(String user, String secret) throws IOException {
    Frame info = call(frame(V1Type.HELLO, hello(user)));
    if (info.isError()) {
      return info;
    }
    ByteBuf payload = Unpooled.buffer().writeByte(V1Login.BEARER);
    V1FrameEncoder.lp(payload, secret);
    return call(frame(V1Type.AUTH_REQUEST, ByteBufUtil.getBytes(payload)));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
