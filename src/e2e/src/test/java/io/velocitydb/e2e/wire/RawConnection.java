package io.velocitydb.e2e.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A connection to a server over which a test sends whatever bytes it likes. It trusts any
 * certificate: what is under test is the server.
 */
public final class RawConnection implements AutoCloseable {

  private static final Duration READ_DEADLINE = Duration.ofSeconds(20);

  private final AutoCloseable socket;
  private final InputStream in;
  private final OutputStream out;

  private RawConnection(AutoCloseable socket, InputStream in, OutputStream out) {
    this.socket = socket;
    this.in = in;
    this.out = out;
  }

  /** Without TLS, whatever the port expects. */
  public static RawConnection plain(int port) throws IOException {
    Socket socket = connect(port);
    return new RawConnection(socket, socket.getInputStream(), socket.getOutputStream());
  }

  /** With TLS of this version, {@code "TLSv1.3"}; the handshake is done when this returns. */
  public static RawConnection tls(int port, String version) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            trustingAnyone()
                .getSocketFactory()
                .createSocket(connect(port), "127.0.0.1", port, /* autoClose= */ true);
    try {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      return new RawConnection(socket, socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * To the local administration socket, where no login is asked for. Reads have no deadline of
   * their own.
   */
  public static RawConnection local(Path adminSocket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(adminSocket));
    return new RawConnection(
        channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
  }

  public void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Sends what the server may refuse to take; answers whether it took all of it. */
  public boolean trySend(byte[] bytes) throws IOException {
    try {
      send(bytes);
      return true;
    } catch (SocketException hungUp) {
      return false;
    }
  }

  /** Tells the server that nothing more will come; its answer can still be read. */
  public void endOutput() throws IOException {
    switch (socket) {
      case Socket tcp -> tcp.shutdownOutput();
      case SocketChannel unix -> unix.shutdownOutput();
      default -> throw new IllegalStateException("neither kind of socket: " + socket);
    }
  }

  /** Sends a frame and answers the next one received. */
  public Frame ask(Frame request) throws IOException {
    send(request.encode());
    return receive().orElseThrow(() -> new AssertionError("closed instead of an answer"));
  }

  /**
   * The next frame, or empty when the server closed the connection; checks the frame's checksum.
   */
  public Optional<Frame> receive() throws IOException {
    byte[] header = read(Frame.HEADER);
    if (header.length < Frame.HEADER) {
      if (header.length > 0) {
        throw new AssertionError("closed within a header, after " + header.length + " bytes");
      }
      return Optional.empty();
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    byte[] body = read(Math.toIntExact(fields.getLong(6)));
    byte[] crc = read(4);
    CRC32 expected = new CRC32();
    expected.update(header);
    expected.update(body);
    if (ByteBuffer.wrap(crc).order(ByteOrder.LITTLE_ENDIAN).getInt() != (int) expected.getValue()) {
      throw new AssertionError("a frame of the server with a wrong checksum");
    }
    return Optional.of(new Frame(header[4] & 0xFF, header[5] & 0xFF, body));
  }

  /** All that the server sends until it closes the connection; a reset counts as closed. */
  public byte[] readToEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (SocketException reset) {
      return all.toByteArray();
    }
    return all.toByteArray();
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

  private byte[] read(int length) throws IOException {
    try {
      return in.readNBytes(length);
    } catch (SocketException reset) {
      return new byte[0];
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    socket.setSoTimeout(Math.toIntExact(READ_DEADLINE.toMillis()));
    return socket;
  }

  private static SSLContext trustingAnyone() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static final class AnyCertificate implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
