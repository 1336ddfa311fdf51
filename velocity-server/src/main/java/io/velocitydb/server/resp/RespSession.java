package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.server.session.Order;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks RESP. It begins with RESP2 and without a user: until AUTH or HELLO has
 * made one known, nothing else but QUIT is executed, and requests are small.
 */
public final class RespSession extends Session {
  /** Bytes of the longest reply. RESP has no frames, but one reply must not take all memory. */
  static final long REPLY_BYTES_MAX = 16L << 20;

  private final RespService service;
  private final RespParser parser = new RespParser(Limits.MAX_FRAME_BEFORE_AUTH);
  private final RespRequest request = new RespRequest(this);
  private @Nullable RespCommands commands;

  /** The request that is being read was let in before it was whole. */
  private boolean letIn;

  /** It was refused before it was whole; the rest is passed over. */
  private boolean refused;

  private volatile int version = RespWriter.RESP2;
  private String name = "";
  private String library = "";
  private String libraryVersion = "";

  public RespSession(RespService service, Kind kind) {
    super(service.environment(), kind);
    this.service = service;
  }

  /** RESP's version for replies: 2 or 3. Changed while nothing else is executed. */
  int version() {
    return version;
  }

  void version(int of) {
    version = of;
  }

  /** The same command for the calling thread, which is no event loop. */
  RespCommand ofThisThread(RespCommand command) {
    RespCommand own = service.commandsOfThisThread().find(command.name());
    return own == null ? command : own;
  }

  private RespCommands ofLoop() {
    RespCommands present = commands;
    if (present == null) {
      throw new IllegalStateException("the session has no channel yet");
    }
    return present;
  }

  // ---- What the client says of itself ----

  /** What CLIENT SETNAME set; empty for nothing. */
  String name() {
    return name;
  }

  void name(String given) {
    name = given;
    tellIdentity();
  }

  void library(String given) {
    library = given;
    tellIdentity();
  }

  void libraryVersion(String given) {
    libraryVersion = given;
    tellIdentity();
  }

  private void tellIdentity() {
    identity().client(name.isEmpty() ? library : name, libraryVersion);
  }

  // ---- Session ----

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    commands = service.commandsOf(ctx.channel().eventLoop());
    super.handlerAdded(ctx);
  }

  @Override
  protected void limitsOfKnownUser() {
    parser.known(environment().limits().maxFrame());
  }

  @Override
  public String protocol() {
    return "RESP" + version;
  }

  @Override
  protected void writeError(Reply reply, ErrorMessage error) {
    RespWriter.error(reply.buffer(), error);
  }

  @Override
  protected long replyBytesMax() {
    return REPLY_BYTES_MAX;
  }

  @Override
  protected boolean next() {
    ByteBuf bytes = received();
    if (bytes == null || !bytes.isReadable()) {
      return false;
    }
    return switch (parser.parse(bytes)) {
      case REQUEST -> refused ? passedOver(bytes) : whole(bytes);
      case NEED_MORE -> refused ? passOver() : incomplete(bytes);
      case ERROR -> {
        violation(RespErrors.of(parser.error()));
        yield false;
      }
    };
  }

  /** A large request is read on only if it is allowed, and once memory is granted for it. */
  private boolean incomplete(ByteBuf bytes) {
    long least = Math.max(bytes.readableBytes(), parser.bytes());
    if (least <= Limits.LARGE_FRAME) {
      return false;
    }
    if (!letIn && parser.count() > 0) {
      int name = bytes.readerIndex() + parser.offset(0);
      if (!mayExecute(ofLoop().find(bytes, name, parser.length(0)))) {
        refused = true;
        parser.refuse();
        return !isLastRequestTaken() && passOver();
      }
      letIn = true;
    }
    // Only its last argument tells how long a request is; before that it may become the longest.
    reserveLarge(parser.isLastArgument() ? least : environment().limits().maxFrame());
    return false;
  }

  /** Passes over what is known of a refused request; whether that is anything. */
  private boolean passOver() {
    long bytes = parser.passOver();
    if (bytes > 0) {
      passOver(bytes, bytes);
    }
    return bytes > 0;
  }

  /** A refused request is at its end. */
  private boolean passedOver(ByteBuf bytes) {
    bytes.skipBytes((int) parser.bytes());
    nextRequest();
    return true;
  }

  private void nextRequest() {
    parser.next();
    letIn = false;
    refused = false;
  }

  private boolean whole(ByteBuf bytes) {
    int start = bytes.readerIndex();
    int length = (int) parser.bytes();
    if (parser.count() == 0) {
      bytes.skipBytes(length);
      nextRequest();
      return true;
    }
    request.set(bytes, start, parser);
    RespCommand command = ofLoop().find(bytes, start + parser.offset(0), parser.length(0));
    if (!mayStart(command == null ? Order.ANY : command.order())) {
      return false;
    }
    long startNanos = started();
    bytes.skipBytes(length);
    request.command(command);
    Opcode opcode = command == null ? null : command.opcode();
    try {
      if (mayExecute(command)) {
        execute(opcode == null ? Opcode.PING : opcode, length, startNanos);
      }
    } finally {
      nextRequest();
    }
    return true;
  }

  private void execute(Opcode opcode, int length, long startNanos) {
    if (length > Limits.LARGE_FRAME) {
      RespRequest own = request.detached();
      executeApart(opcode, own, takeReceived(), startNanos);
    } else {
      execute(opcode, request, startNanos);
    }
  }

  /** Whether a request may be executed; if not, it is answered. */
  private boolean mayExecute(@Nullable RespCommand command) {
    Opcode opcode = command == null ? null : command.opcode();
    try {
      admission().checkTaken();
      if (!letIn) {
        admission().checkRate();
      }
      boolean always = command != null && RespCommands.isBeforeLogin(command);
      if (!always) {
        if (identity().principal() == null) {
          throw RespErrors.noAuth();
        }
        admission().checkRights(opcode == null ? Opcode.PING : opcode);
      }
      return true;
    } catch (RequestException e) {
      releaseLarge();
      refuse(opcode, e);
      return false;
    }
  }
}
