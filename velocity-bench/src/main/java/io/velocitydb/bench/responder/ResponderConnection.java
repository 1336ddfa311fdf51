package io.velocitydb.bench.responder;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** Answers what one read brought with one write. Lives on its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel
final class ResponderConnection extends ChannelInboundHandlerAdapter {
  private static final int FIRST_CAPACITY = 4 << 10;

  private final RequestReader reader;
  private final LongAdder requests;
  private ByteBuf rest = Unpooled.EMPTY_BUFFER;

  ResponderConnection(RequestReader reader, LongAdder requests) {
    this.reader = reader;
    this.requests = requests;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
    ByteBuf in = (ByteBuf) message;
    if (rest.isReadable()) {
      rest.writeBytes(in);
      in.release();
      in = rest;
      rest = Unpooled.EMPTY_BUFFER;
    }
    ByteBuf replies = context.alloc().directBuffer(FIRST_CAPACITY);
    try {
      requests.add(reader.read(in, replies));
      if (in.isReadable()) {
        rest = context.alloc().directBuffer(in.readableBytes()).writeBytes(in);
      }
    } catch (IOException e) {
      replies.release();
      throw e;
    } finally {
      in.release();
    }
    if (replies.isReadable()) {
      context.write(replies, context.voidPromise());
    } else {
      replies.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    rest.release();
    rest = Unpooled.EMPTY_BUFFER;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    context.close();
  }
}
