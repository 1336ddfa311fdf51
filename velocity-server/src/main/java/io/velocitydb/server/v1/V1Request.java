package io.velocitydb.server.v1;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1FrameEncoder;
import io.velocitydb.protocol.v1.V1Reader;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Request;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a client, where it lies.
 *
 * @param type of the frame
 * @param command null unless it is a command
 * @param buffer holds the payload, in direct memory
 * @param index of the payload's first byte
 * @param length of the payload
 */
record V1Request(
    V1Service service, int type, @Nullable V1Command command, ByteBuf buffer, int index, int length)
    implements Request {

  @Override
  public void execute(Exchange exchange) {
    V1Reader payload = new V1Reader(buffer, index, length);
    switch (type) {
      case V1Type.HELLO -> service.login().hello(exchange, payload, buffer, index, length);
      case V1Type.AUTH_REQUEST -> service.login().authenticate(exchange, payload);
      case V1Type.PING -> ping(exchange);
      case V1Type.STATS -> {
        payload.end();
        service.commands().stats(exchange);
      }
      default -> {
        V1Command known = command;
        if (known == null) {
          throw new IllegalStateException("nothing can execute type " + type);
        }
        payload.u8();
        service.commands().execute(exchange, known, payload, buffer);
      }
    }
  }

  private void ping(Exchange exchange) {
    ByteBuf out = exchange.reply().buffer();
    V1FrameEncoder encoder = new V1FrameEncoder();
    int start = encoder.begin(out, V1Type.PONG);
    out.writeBytes(buffer, index, length);
    encoder.end(out, start);
  }
}
