package io.velocitydb.bench.load;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Hands a fresh connection to the load at once, or when TLS stands. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the connection to be closed
final class NoLogin extends ChannelInboundHandlerAdapter {
  private final boolean tls;
  private final LoadConnection connection;

  NoLogin(boolean tls, LoadConnection connection) {
    this.tls = tls;
    this.connection = connection;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!tls) {
      handOver(context);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done) {
      if (done.isSuccess()) {
        handOver(context);
      } else {
        connection.fail(done.cause());
      }
    }
    context.fireUserEventTriggered(event);
  }

  private void handOver(ChannelHandlerContext context) {
    context.pipeline().replace(this, "load", connection);
    connection.begin(context.pipeline().context(connection));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    connection.fail(failure);
    context.close();
  }
}
