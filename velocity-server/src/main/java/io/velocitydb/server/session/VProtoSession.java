package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.compression.CompressedBody;
import io.velocitydb.protocol.compression.Compression;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameHeader;
import io.velocitydb.protocol.message.ErrorMessage;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A connection that speaks V-Proto 2.4. */
public class VProtoSession extends Session {
  private final FrameDecoder decoder = FrameDecoder.ofRequests();

  public VProtoSession(SessionEnvironment environment, Kind kind) {
    super(environment, kind);
    if (kind == Kind.LOCAL) {
      decoder.maxLength(environment.limits().maxFrame());
    }
  }

  @Override
  public String protocol() {
    return "2.4";
  }

  @Override
  protected void limitsOfKnownUser() {
    decoder.maxLength(environment().limits().maxFrame());
    decoder.negotiated(agreement().features());
  }

  @Override
  protected void writeError(Reply reply, ErrorMessage error) {
    reply.errorFrame(error);
  }

  @Override
  protected long replyBytesMax() {
    return environment().limits().maxFrame();
  }

  @Override
  protected boolean next() {
    ByteBuf bytes = received();
    if (bytes == null || !bytes.isReadable()) {
      return false;
    }
    int start = bytes.readerIndex();
    return switch (decoder.decode(bytes)) {
      case FRAME -> frame(bytes, start);
      case NEED_MORE -> incomplete();
      case ERROR -> {
        breach(decoder.error());
        yield false;
      }
    };
  }

  /** Half a frame is there. A large one is read on only once memory is granted for it. */
  private boolean incomplete() {
    if (!decoder.headerKnown()
        || decoder.bodyLength() <= Limits.LARGE_FRAME
        || largeFrame().isGranted()) {
      return false;
    }
    if (gate() != null) {
      reserveLarge(decoder.bodyLength());
      return false;
    }
    // Refused by its header alone: its body is passed over and never held.
    decoder.skip();
    passOver(decoder.bodyLength(), decoder.bodyLength() + FrameHeader.OVERHEAD);
    return !isLastRequestTaken();
  }

  private boolean frame(ByteBuf bytes, int start) {
    int number = decoder.opcode();
    if (Opcode.isKnown(number) && !mayStart(Order.of(Opcode.of(number)))) {
      bytes.readerIndex(start);
      return false;
    }
    long startNanos = started();
    Opcode opcode = gate();
    if (opcode == null) {
      releaseLarge();
      return true;
    }
    try {
      execute(opcode, bytes, startNanos);
    } catch (ProtocolException e) {
      breach(e);
    }
    return true;
  }

  private void execute(Opcode opcode, ByteBuf bytes, long startNanos) {
    int flags = decoder.flags();
    int bodyIndex = decoder.bodyIndex();
    if (longestForm(bytes) <= Limits.LARGE_FRAME) {
      FrameRequest request =
          loop()
              .frameRequest()
              .set(opcode, flags, decoder.body(bytes), bytes, bodyIndex, startNanos);
      execute(opcode, request, startNanos);
      return;
    }
    int length = (int) decoder.bodyLength();
    ByteBuf whole = takeReceived();
    FrameRequest request =
        new FrameRequest(environment(), null)
            .set(
                opcode,
                flags,
                whole.nioBuffer(bodyIndex, length).order(ByteOrder.LITTLE_ENDIAN),
                whole,
                bodyIndex,
                startNanos);
    executeApart(opcode, request, whole, startNanos);
  }

  /** Bytes of the body as it came, or as it will be inflated. */
  private long longestForm(ByteBuf bytes) {
    long length = decoder.bodyLength();
    return Compression.ofFlags(decoder.flags()) == Compression.NONE
        ? length
        : Math.max(
            length,
            CompressedBody.originalLength(
                bytes, decoder.bodyIndex(), length, environment().limits().maxFrame()));
  }

  /** The opcode of the decoded header, or null when the request was refused and answered. */
  private @Nullable Opcode gate() {
    int number = decoder.opcode();
    try {
      admission().checkTaken();
      if (!largeFrame().isGranted()) {
        // A large frame that is granted was counted by its header.
        admission().checkRate();
      }
      return RequestGate.check(this, loop().commands(), number, decoder.flags());
    } catch (RequestException e) {
      refuse(known(number), e);
    } catch (ProtocolException e) {
      if (e.closesConnection()) {
        breach(e);
      } else {
        refuse(known(number), RequestException.of(e));
      }
    }
    return null;
  }

  private static @Nullable Opcode known(int number) {
    return Opcode.isKnown(number) ? Opcode.of(number) : null;
  }

  /** The connection cannot go on. Before its first valid header nobody is told why. */
  private void breach(ProtocolException breach) {
    if (decoder.headerSeen()) {
      violation(RequestException.of(breach));
    } else {
      var _ = context().close();
    }
  }
}
