package io.velocitydb.server.wire;

import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.AuthRequest;
import io.velocitydb.protocol.fbs.AuthResponse;
import io.velocitydb.protocol.fbs.HelloRequest;
import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.protocol.scram.Argon2Parameters;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Password;
import io.velocitydb.protocol.scram.Token;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.zip.CRC32;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A connection on which a test decides about every byte. */
public final class RawConnection implements AutoCloseable {
  private static final int TIMEOUT_MS = 15_000;
  private static final int PROTOCOL = 2 << 16 | 4 << 8;

  private final AutoCloseable socket;
  private final @Nullable SSLSocket tls;
  private final DataInputStream in;
  private final OutputStream out;

  private RawConnection(
      AutoCloseable socket, @Nullable SSLSocket tls, InputStream in, OutputStream out) {
    this.socket = socket;
    this.tls = tls;
    this.in = new DataInputStream(in);
    this.out = out;
  }

  /** Without TLS. */
  public static RawConnection plain(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.connect(address, TIMEOUT_MS);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    return new RawConnection(socket, null, socket.getInputStream(), socket.getOutputStream());
  }

  /** With TLS 1.3, trusting whatever comes. */
  public static RawConnection tls(InetSocketAddress address) throws IOException {
    return tls(address, "TLSv1.3");
  }

  public static RawConnection tls(InetSocketAddress address, String version) throws IOException {
    SSLSocket socket = tlsSocket(address, version);
    return new RawConnection(socket, socket, socket.getInputStream(), socket.getOutputStream());
  }

  /** With TLS 1.3, trusting whatever comes, with a certificate to show. */
  public static RawConnection tls(InetSocketAddress address, KeyManager own) throws IOException {
    SSLSocket socket = tlsSocket(address, "TLSv1.3", own);
    return new RawConnection(socket, socket, socket.getInputStream(), socket.getOutputStream());
  }

  /** The socket alone, after its handshake; trusting whatever comes. */
  public static SSLSocket tlsSocket(InetSocketAddress address, String version) throws IOException {
    return tlsSocket(address, version, null);
  }

  private static SSLSocket tlsSocket(
      InetSocketAddress address, String version, @Nullable KeyManager own) throws IOException {
    Socket plain = new Socket();
    plain.connect(address, TIMEOUT_MS);
    plain.setSoTimeout(TIMEOUT_MS);
    plain.setTcpNoDelay(true);
    SSLSocket socket =
        (SSLSocket)
            trustingAll(own)
                .getSocketFactory()
                .createSocket(plain, address.getHostString(), address.getPort(), true);
    socket.setEnabledProtocols(new String[] {version});
    socket.startHandshake();
    return socket;
  }

  /** To an administration socket. */
  public static RawConnection local(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    return new RawConnection(
        channel, null, Channels.newInputStream(channel), Channels.newOutputStream(channel));
  }

  private static SSLContext trustingAll(@Nullable KeyManager own) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own == null ? null : new KeyManager[] {own}, new TrustManager[] {new TrustsAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends bytes and does not wait. */
  public RawConnection send(byte[]... bytes) throws IOException {
    for (byte[] part : bytes) {
      out.write(part);
    }
    out.flush();
    return this;
  }

  /** Sends a request and reads its reply. */
  public Frame call(byte[] request) throws IOException {
    send(request);
    return read();
  }

  /** Reads one frame, its checksum checked. */
  public Frame read() throws IOException {
    byte[] header = in.readNBytes(14);
    if (header.length == 0) {
      throw new EOFException("the server closed the connection");
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    if (fields.getInt(0) != 0x5645_4C4F) {
      throw new IOException("not a frame: " + Arrays.toString(header));
    }
    byte[] body = in.readNBytes((int) fields.getLong(6));
    byte[] crc = in.readNBytes(4);
    CRC32 expected = new CRC32();
    expected.update(header);
    expected.update(body);
    if (ByteBuffer.wrap(crc).order(ByteOrder.LITTLE_ENDIAN).getInt() != (int) expected.getValue()) {
      throw new IOException("wrong checksum from the server");
    }
    return new Frame(header[4] & 0xFF, header[5] & 0xFF, body);
  }

  /** Whether the server closed without another byte; waits for that. */
  public boolean isClosedByServer() throws IOException {
    try {
      return in.read() == -1;
    } catch (SocketException | javax.net.ssl.SSLException e) {
      return true;
    }
  }

  /** Which TLS was agreed on. */
  public String tlsVersion() {
    return session().getSession().getProtocol();
  }

  /** The server's certificate. */
  public X509Certificate certificate() throws IOException {
    return (X509Certificate) session().getSession().getPeerCertificates()[0];
  }

  private SSLSocket session() {
    if (tls == null) {
      throw new IllegalStateException("no TLS");
    }
    return tls;
  }

  /** HELLO and AUTH, as a client does. */
  public RawConnection login(String user, String password) throws IOException {
    Frame answer = tryLogin(user, password);
    if (!answer.answers(Opcode.AUTH)) {
      throw new AssertionError("login failed: " + answer);
    }
    return this;
  }

  /** The same, offering features. */
  public RawConnection login(String user, String password, long features) throws IOException {
    Frame answer = tryLogin(user, password, features);
    if (!answer.answers(Opcode.AUTH)) {
      throw new AssertionError("login failed: " + answer);
    }
    return this;
  }

  /** The same, with the answer to AUTH, whatever it is. */
  public Frame tryLogin(String user, String password) throws IOException {
    return tryLogin(user, password, 0);
  }

  private Frame tryLogin(String user, String password, long features) throws IOException {
    byte[] hello =
        hello(
            features,
            List.of(AuthMessage.MECHANISM),
            (writer, table) -> writer.putString(table, HelloRequest.USER, user),
            tls == null ? "none" : AuthMessage.BINDING_CERTIFICATE);
    Frame challenge = call(hello);
    if (challenge.isError()) {
      return challenge;
    }
    return prove(keys(password, challenge), authMessage(hello, challenge));
  }

  /** HELLO and AUTH of the holder of a token, with the answer to AUTH, whatever it is. */
  public Frame tryToken(Token token) throws IOException {
    byte[] hello = hello(token.id(), tls == null ? "none" : AuthMessage.BINDING_CERTIFICATE);
    Frame challenge = call(hello);
    return challenge.isError()
        ? challenge
        : prove(ClientKeys.ofToken(token), authMessage(hello, challenge));
  }

  private Frame prove(ClientKeys keys, byte[] message) throws IOException {
    Frame answer = call(auth(keys.proof(message)));
    if (answer.answers(Opcode.AUTH)) {
      ByteBuffer signature =
          AuthResponse.getRootAsAuthResponse(answer.table()).serverSignatureAsByteBuffer();
      byte[] bytes = new byte[signature.remaining()];
      signature.get(bytes);
      if (!keys.isServerSignature(message, bytes)) {
        throw new AssertionError("the server's signature is wrong");
      }
    }
    return answer;
  }

  /** The frame of an AUTH. */
  public static byte[] auth(byte[] proof) {
    return Frames.of(
        Opcode.AUTH, (writer, table) -> writer.putBytes(table, AuthRequest.PROOF, proof));
  }

  /** The frame of a HELLO of a user. */
  public static byte[] hello(String user, String... bindings) {
    return hello((writer, table) -> writer.putString(table, HelloRequest.USER, user), bindings);
  }

  /** The frame of a HELLO of the holder of a token. */
  public static byte[] hello(byte[] tokenId, String... bindings) {
    return hello(
        (writer, table) -> writer.putBytes(table, HelloRequest.TOKEN_ID, tokenId), bindings);
  }

  private static byte[] hello(BiConsumer<MessageWriter, Integer> who, String... bindings) {
    return hello(0, List.of(AuthMessage.MECHANISM), who, bindings);
  }

  /** The frame of a HELLO with other mechanisms. */
  public static byte[] hello(
      List<String> mechanisms, BiConsumer<MessageWriter, Integer> who, String... bindings) {
    return hello(0, mechanisms, who, bindings);
  }

  private static byte[] hello(
      long features,
      List<String> mechanisms,
      BiConsumer<MessageWriter, Integer> who,
      String... bindings) {
    return Frames.of(
        Opcode.HELLO,
        (writer, table) -> {
          writer.putInt(table, HelloRequest.PROTOCOL_MIN, PROTOCOL);
          writer.putInt(table, HelloRequest.PROTOCOL_MAX, PROTOCOL);
          writer.putLong(table, HelloRequest.FEATURES, features);
          writer.putStrings(table, HelloRequest.MECHANISMS, mechanisms);
          writer.putStrings(table, HelloRequest.BINDING_TYPES, List.of(bindings));
          who.accept(writer, table);
          writer.putBytes(table, HelloRequest.NONCE, new byte[32]);
        });
  }

  /** What both sign after this exchange. */
  public byte[] authMessage(byte[] hello, Frame challenge) throws IOException {
    byte[] helloBody = Arrays.copyOfRange(hello, 14, hello.length - 4);
    String binding = HelloResponse.getRootAsHelloResponse(challenge.table()).bindingType();
    return AuthMessage.of(helloBody, challenge.body(), binding, bindingData(binding));
  }

  private byte[] bindingData(String binding) throws IOException {
    try {
      return switch (binding) {
        case AuthMessage.BINDING_NONE -> new byte[0];
        case AuthMessage.BINDING_CERTIFICATE ->
            AuthMessage.certificateBinding(certificate().getEncoded());
        case AuthMessage.BINDING_EXPORTER ->
            ((javax.net.ssl.ExtendedSSLSession) session().getSession())
                .exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
        default -> throw new AssertionError("binding " + binding);
      };
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** The keys of a password for a challenge. */
  public static ClientKeys keys(String password, Frame challenge) {
    HelloResponse response = HelloResponse.getRootAsHelloResponse(challenge.table());
    byte[] salt = new byte[response.saltLength()];
    response.saltAsByteBuffer().get(salt);
    return ClientKeys.ofPassword(
        Password.prepare(password.toCharArray()),
        salt,
        new Argon2Parameters(
            (int) response.argon2MemoryKib(),
            (int) response.argon2Iterations(),
            (int) response.argon2Parallelism()));
  }

  /** Bytes that have come and were not read yet. */
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    try {
      socket.close();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
