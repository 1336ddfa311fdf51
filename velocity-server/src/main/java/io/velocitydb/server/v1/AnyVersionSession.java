package io.velocitydb.server.v1;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1FrameDecoder;
import io.velocitydb.protocol.v1.V1Header;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.session.Order;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.VProtoSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection that may speak version 1 or 2.4: byte 4 of its first frame tells, and it keeps what
 * it began with.
 */
public final class AnyVersionSession extends VProtoSession {
  private final V1Service service;
  private final V1FrameDecoder decoder = new V1FrameDecoder();
  private volatile boolean decided;

  /** The large frame that is being read was let in before it was whole. */
  private boolean letIn;

  private volatile boolean version1;

  public AnyVersionSession(V1Service service, Kind kind) {
    super(service.environment(), kind);
    this.service = service;
  }

  @Override
  public String protocol() {
    if (!decided) {
      return "";
    }
    return version1 ? "1" : super.protocol();
  }

  @Override
  protected void limitsOfKnownUser() {
    super.limitsOfKnownUser();
    if (version1) {
      decoder.maxLength(environment().limits().maxFrame());
    }
  }

  @Override
  protected void writeError(Reply reply, ErrorMessage error) {
    if (version1) {
      V1Reply.error(reply.buffer(), error);
    } else {
      super.writeError(reply, error);
    }
  }

  @Override
  protected boolean next() {
    ByteBuf bytes = received();
    if (!decided && bytes != null && bytes.readableBytes() > V1Header.VERSION_OFFSET) {
      version1 = bytes.getByte(bytes.readerIndex() + V1Header.VERSION_OFFSET) == V1Header.VERSION;
      decided = true;
    }
    return version1 ? nextOfVersion1(bytes) : super.next();
  }

  private boolean nextOfVersion1(@Nullable ByteBuf bytes) {
    if (bytes == null || !bytes.isReadable()) {
      return false;
    }
    int start = bytes.readerIndex();
    return switch (decoder.decode(bytes)) {
      case FRAME -> frame(bytes, start);
      case NEED_MORE -> incomplete(bytes);
      case ERROR -> {
        breach(decoder.error());
        yield false;
      }
    };
  }

  /** The connection cannot go on. Before its first valid header nobody is told why. */
  private void breach(ProtocolException breach) {
    if (decoder.headerSeen()) {
      violation(new RequestException(ErrorMessage.of(breach)));
    } else {
      closeNow();
    }
  }

  /**
   * Half a frame is there. A large one is read on only if it is allowed, and once memory is granted
   * for it.
   */
  private boolean incomplete(ByteBuf bytes) {
    if (letIn || !decoder.headerKnown() || decoder.payloadLength() <= Limits.LARGE_FRAME) {
      return false;
    }
    int type = decoder.type();
    if (type == V1Type.COMMAND && bytes.writerIndex() == decoder.payloadIndex()) {
      // Which command it is comes with the next byte.
      return false;
    }
    if (type == V1Type.DISCONNECT) {
      closeAfterReplies();
      return false;
    }
    if (isLetIn(type, opcode(type, command(bytes)))) {
      letIn = true;
      reserveLarge(decoder.payloadLength());
      return false;
    }
    passOver(decoder.payloadLength(), decoder.payloadLength() + V1Header.OVERHEAD);
    return !isLastRequestTaken();
  }

  private boolean frame(ByteBuf bytes, int start) {
    int type = decoder.type();
    V1Command command = command(bytes);
    Opcode opcode = opcode(type, command);
    if (!mayStart(opcode == null ? Order.ANY : Order.of(opcode))) {
      bytes.readerIndex(start);
      return false;
    }
    long startNanos = started();
    if (type == V1Type.DISCONNECT) {
      closeAfterReplies();
      return false;
    }
    boolean taken = isLetIn(type, opcode);
    letIn = false;
    if (taken && opcode != null) {
      execute(type, command, opcode, bytes, startNanos);
    }
    return true;
  }

  private void execute(
      int type, @Nullable V1Command command, Opcode opcode, ByteBuf bytes, long startNanos) {
    int index = decoder.payloadIndex();
    int length = (int) decoder.payloadLength();
    try {
      if (length > Limits.LARGE_FRAME) {
        ByteBuf whole = takeReceived();
        V1Request request = new V1Request(service, type, command, whole, index, length);
        executeApart(opcode, request, whole, startNanos);
      } else {
        execute(opcode, new V1Request(service, type, command, bytes, index, length), startNanos);
      }
    } catch (ProtocolException e) {
      violation(new RequestException(ErrorMessage.of(e)));
    }
  }

  /** The command of the decoded frame; null when it is none, or unknown. */
  private @Nullable V1Command command(ByteBuf bytes) {
    return decoder.type() == V1Type.COMMAND && decoder.payloadLength() > 0
        ? V1Command.of(bytes.getUnsignedByte(decoder.payloadIndex())).orElse(null)
        : null;
  }

  /** By whose rules a frame goes; null when there is nothing like it. */
  private static @Nullable Opcode opcode(int type, @Nullable V1Command command) {
    return switch (type) {
      case V1Type.HELLO -> Opcode.HELLO;
      case V1Type.AUTH_REQUEST -> Opcode.AUTH;
      case V1Type.DISCONNECT -> Opcode.QUIT;
      case V1Type.PING -> Opcode.PING;
      case V1Type.STATS -> Opcode.STATS;
      default -> command == null ? null : command.opcode();
    };
  }

  /** Whether a request may be executed; if not, it is answered. */
  private boolean isLetIn(int type, @Nullable Opcode opcode) {
    try {
      admission().checkTaken();
      if (!letIn) {
        admission().checkRate();
      }
      checkRights(type, opcode);
      return true;
    } catch (RequestException e) {
      releaseLarge();
      refuse(opcode, e);
      return false;
    }
  }

  private void checkRights(int type, @Nullable Opcode opcode) {
    if (type == V1Type.HELLO || type == V1Type.AUTH_REQUEST) {
      return;
    }
    if (identity().principal() == null) {
      throw new RequestException(
          ErrorCode.UNAUTHENTICATED, "log in first: HELLO, then AUTH_REQUEST");
    }
    if (opcode == null) {
      throw new RequestException(
          ErrorCode.UNSUPPORTED,
          type == V1Type.COMMAND
              ? "version 1 has no such command"
              : "version 1 has no request of type 0x" + Integer.toHexString(type));
    }
    admission().checkRights(opcode);
  }
}
