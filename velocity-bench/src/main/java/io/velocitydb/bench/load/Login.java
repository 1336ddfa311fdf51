package io.velocitydb.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.velocitydb.client.auth.Authenticator;
import io.velocitydb.client.auth.ChannelBinding;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.AuthRequest;
import io.velocitydb.protocol.fbs.AuthResponse;
import io.velocitydb.protocol.fbs.ErrorResponse;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.message.MessageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HELLO and AUTH on a fresh connection; then hands the channel to the load. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a failed write closes the channel, which ends the login
final class Login extends ByteToMessageDecoder {
  private static final byte[] CLIENT_ID = new byte[16];

  private final Authenticator authenticator;
  private final boolean tls;
  private final LoadConnection connection;
  private final FrameEncoder frames = new FrameEncoder();
  private final FrameDecoder decoder = FrameDecoder.ofResponses();
  private Authenticator.@Nullable Exchange exchange;

  Login(Authenticator authenticator, boolean tls, LoadConnection connection) {
    this.authenticator = authenticator;
    this.tls = tls;
    this.connection = connection;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!tls) {
      hello(context, ChannelBinding.plaintext());
      return;
    }
    SslHandler handler = context.pipeline().get(SslHandler.class);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                connection.fail(done.cause());
                return;
              }
              var session = handler.engine().getSession();
              hello(
                  context,
                  ChannelBinding.tls((X509Certificate) session.getPeerCertificates()[0], session));
            });
  }

  private void hello(ChannelHandlerContext context, ChannelBinding binding) {
    exchange = authenticator.begin(binding, Features.NONE);
    ByteBuf out = context.alloc().directBuffer();
    frames.write(out, Opcode.HELLO.number(), Flags.NONE, exchange.hello());
    context.writeAndFlush(out, context.voidPromise());
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws IOException {
    FrameDecoder.Result result = decoder.decode(in);
    if (result == FrameDecoder.Result.NEED_MORE) {
      return;
    }
    if (result == FrameDecoder.Result.ERROR) {
      throw new IOException("not V-Proto: " + decoder.error().getMessage());
    }
    ByteBuffer body = decoder.body(in);
    if (decoder.opcode() == Opcode.ERROR) {
      throw new IOException(
          "login refused: " + ErrorResponse.getRootAsErrorResponse(body).message());
    }
    if (exchange == null) {
      throw new IOException("a reply before HELLO");
    }
    if (decoder.opcode() == Opcode.HELLO.responseNumber()) {
      byte[] challenge = new byte[body.remaining()];
      body.get(challenge);
      exchange
          .proof(challenge)
          .whenCompleteAsync(
              (proof, failure) -> {
                if (failure != null) {
                  connection.fail(failure);
                } else {
                  auth(context, proof);
                }
              },
              context.executor());
      return;
    }
    AuthResponse accepted = AuthResponse.getRootAsAuthResponse(body);
    ByteBuffer signature = accepted.serverSignatureAsByteBuffer();
    byte[] signatureBytes = new byte[signature.remaining()];
    signature.get(signatureBytes);
    exchange.verify(signatureBytes);
    context.pipeline().replace(this, "load", connection);
    connection.begin(context.pipeline().context(connection));
  }

  private void auth(ChannelHandlerContext context, byte[] proof) {
    ByteBuf out = context.alloc().directBuffer();
    MessageWriter messages = new MessageWriter();
    int start = frames.begin(out, Opcode.AUTH.number(), Flags.NONE);
    int table = messages.begin(out, AuthRequest.TABLE);
    messages.putBytes(table, AuthRequest.PROOF, proof);
    messages.putString(table, AuthRequest.CLIENT_NAME, "velocity-bench");
    messages.putBytes(table, AuthRequest.CLIENT_ID, CLIENT_ID);
    frames.end(out, start);
    context.writeAndFlush(out, context.voidPromise());
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    connection.fail(new IOException("the server closed the connection during the login"));
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    connection.fail(failure);
    context.close();
  }
}
