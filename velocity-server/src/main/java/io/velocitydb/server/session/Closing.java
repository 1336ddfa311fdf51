package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection whose last reply must reach the client: output is shut down, input is
 * thrown away for a moment, and only then is the connection closed. Closing at once, with input
 * unread, would make the system send a reset that can overtake the reply.
 */
final class Closing {
  private static final int DISCARDED_BYTES_MAX = 1 << 20;

  private final ChannelHandlerContext context;
  private int discarded;

  /** Begins; everything to be sent was given to the channel already. */
  Closing(ChannelHandlerContext context, Duration linger) {
    this.context = context;
    context.channel().config().setAutoRead(true);
    SslHandler tls = context.pipeline().get(SslHandler.class);
    ChannelFuture sent =
        tls == null
            ? context.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER)
            : tls.closeOutbound();
    sent.addListener((ChannelFutureListener) _ -> shutdownOutput());
    var _ = context.executor().schedule(this::close, linger.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void shutdownOutput() {
    if (context.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
      var _ = duplex.shutdownOutput();
    }
  }

  void discard(ByteBuf in) {
    discarded += in.readableBytes();
    in.release();
    if (discarded > DISCARDED_BYTES_MAX) {
      close();
    }
  }

  private void close() {
    var _ = context.close();
  }
}
