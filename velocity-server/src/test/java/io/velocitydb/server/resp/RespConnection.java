package io.velocitydb.server.resp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A plain RESP connection that shows replies as their bytes, so that nothing is lost of them. */
public final class RespConnection implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  public RespConnection(InetSocketAddress address) throws IOException {
    this(new Socket(address.getAddress(), address.getPort()));
  }

  public RespConnection(Socket connected) throws IOException {
    socket = connected;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MS);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    out = socket.getOutputStream();
  }

  /** Logs in as somebody whose password is the name. */
  public RespConnection login(String user) throws IOException {
    String reply = call("AUTH", user, user);
    if (!reply.equals("+OK\r\n")) {
      throw new AssertionError(reply);
    }
    return this;
  }

  /** Sends a request of these words, each by ISO 8859-1, and gives its reply. */
  public String call(String... words) throws IOException {
    send(request(words));
    return reply();
  }

  public void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  public void send(String bytes) throws IOException {
    send(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  public static byte[] request(String... words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String word : words) {
      byte[] argument = word.getBytes(StandardCharsets.ISO_8859_1);
      bytes.writeBytes(("$" + argument.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      bytes.writeBytes(argument);
      bytes.writeBytes(new byte[] {'\r', '\n'});
    }
    return bytes.toByteArray();
  }

  /** The next reply, whole, by ISO 8859-1. */
  public String reply() throws IOException {
    StringBuilder text = new StringBuilder();
    value(text);
    return text.toString();
  }

  /** Whether the server has closed the connection, with nothing more to say. */
  public boolean isAtEnd() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }

  private void value(StringBuilder text) throws IOException {
    String head = line();
    text.append(head).append("\r\n");
    char type = head.charAt(0);
    switch (type) {
      case '+', '-', ':', '_', '#', ',' -> {}
      case '$', '=' -> {
        int length = Integer.parseInt(head.substring(1));
        if (length >= 0) {
          byte[] bytes = new byte[length + 2];
          in.readFully(bytes);
          text.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }
      }
      case '*', '~', '%' -> {
        int count = Integer.parseInt(head.substring(1)) * (type == '%' ? 2 : 1);
        for (int i = 0; i < count; i++) {
          value(text);
        }
      }
      default -> throw new IOException("no reply: " + head);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int c;
    while ((c = in.read()) != '\r') {
      if (c < 0) {
        throw new EOFException("the connection was closed in a reply: " + line);
      }
      line.append((char) c);
    }
    if (in.read() != '\n') {
      throw new IOException("a line does not end: " + line);
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
