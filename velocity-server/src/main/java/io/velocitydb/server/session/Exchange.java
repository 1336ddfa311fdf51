package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.user.Principal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request as its {@link Command} sees it, and what the command made of it. Reused: good only
 * during {@link Command#execute}. Not thread-safe.
 */
public final class Exchange {
  /** What a command did. */
  enum Outcome {
    /** Nothing yet. */
    OPEN,
    /** The reply is written. */
    REPLIED,
    /** A batch is to be submitted. */
    WRITE,
    /** The rest is work for another thread. */
    LATER,
    /** The reply comes frame by frame. */
    STREAM
  }

  private @Nullable Session session;
  private @Nullable LoopContext loop;
  private @Nullable Opcode opcode;
  private int flags;
  private @Nullable ByteBuffer body;
  private long bodyAddress;
  private @Nullable Reply reply;

  private String target = "";
  private final RequestKeys keys = new RequestKeys();
  private @Nullable Call call;
  private Outcome outcome = Outcome.OPEN;
  private @Nullable WriteBatch batch;
  private @Nullable WriteReply writeReply;
  private Durability durability = Durability.ALWAYS;
  private @Nullable Pool pool;
  private @Nullable Work work;
  private @Nullable FrameStream stream;

  /**
   * Sets everything for the next request.
   *
   * @param loop where batches come from; null on a thread that is no event loop
   */
  void begin(Session session, @Nullable LoopContext loop, Opcode opcode, Reply reply) {
    this.session = session;
    this.loop = loop;
    this.opcode = opcode;
    flags = Flags.NONE;
    body = null;
    bodyAddress = 0;
    this.reply = reply;
    target = "";
    keys.clear();
    call = session.unlimitedCall();
    outcome = Outcome.OPEN;
    batch = null;
    writeReply = null;
    pool = null;
    work = null;
    stream = null;
  }

  /**
   * Sets what a frame of V-Proto has.
   *
   * @param buffer holds the body from {@code bodyIndex} on
   */
  void frame(int frameFlags, ByteBuffer frameBody, ByteBuf buffer, int bodyIndex, Call limited) {
    flags = frameFlags;
    body = frameBody;
    bodyAddress = NativeAddress.of(buffer) + bodyIndex - frameBody.position();
    call = limited;
  }

  /** Which command this is. */
  public Opcode opcode() {
    return set(opcode);
  }

  /** The verified body of a frame, little-endian, from position to limit. */
  public ByteBuffer body() {
    return set(body);
  }

  /** Where a position of {@link #body} lies in memory. */
  public long address(int position) {
    return bodyAddress + position;
  }

  /** Which user or database this administers: the audit log tells of it. */
  public void administers(String name) {
    target = name;
  }

  /** A key that the request names, in native memory: slow log and hot keys tell of it. */
  public void names(OpenDatabase database, long address, int length) {
    keys.add(database, address, length);
    boolean write = !opcode().isRead();
    if (loop != null) {
      loop.hotKeys().touched(database.name(), address, length, write);
    } else {
      session()
          .environment()
          .observation()
          .hotKeys()
          .touched(database.name(), address, length, write);
    }
  }

  /** Where a range that the request names begins: the slow log tells of it. */
  public void namesRange(OpenDatabase database, byte[] start) {
    keys.addRange(database, start);
  }

  /** What {@link #names} was told. */
  RequestKeys keys() {
    return keys;
  }

  /** What {@link #administers} said, or empty. */
  String target() {
    return target;
  }

  /** The connection. */
  public Session session() {
    return set(session);
  }

  /** Who sent it. */
  public Principal principal() {
    return session().principal();
  }

  /**
   * The database in use.
   *
   * @throws RequestException NO_DATABASE
   */
  public OpenDatabase database() {
    OpenDatabase database = session().database();
    if (database == null) {
      throw new RequestException(
          ErrorCode.NO_DATABASE, "no database is selected; select one with USE");
    }
    if (database.isDropped()) {
      throw new RequestException(
          ErrorCode.NO_DATABASE,
          "the database " + database.name() + " was dropped; select another with USE");
    }
    return database;
  }

  /** Whether this is the connection's event loop, which must not wait. */
  public boolean isOnLoop() {
    return loop != null;
  }

  /** Takes the reply that is known at once. */
  public Reply reply() {
    outcome = Outcome.REPLIED;
    return set(reply);
  }

  /** An empty batch for {@link #write}. */
  public WriteBatch newBatch() {
    discardBatch();
    WriteBatch taken =
        loop == null ? database().engine().newBatch() : loop.takeBatch(database().engine());
    batch = taken;
    return taken;
  }

  /**
   * Has the batch of {@link #newBatch} committed, with the durability that the request asks for.
   *
   * @throws RequestException INVALID_COMMAND when that is weaker than the server allows
   */
  public void write(WriteReply encoder) {
    durability = session().environment().durability().of(Flags.durability(flags));
    writeReply = encoder;
    outcome = Outcome.WRITE;
  }

  /** Leaves the rest to a thread of {@code pool}; what was written as a reply is taken back. */
  public void later(Pool on, Work rest) {
    pool = on;
    work = rest;
    outcome = Outcome.LATER;
  }

  /** Replies frame by frame, each when the client has taken the ones before. */
  public void stream(FrameStream frames) {
    stream = frames;
    outcome = Outcome.STREAM;
  }

  /** Who waits for it, and how long. */
  Call call() {
    return set(call);
  }

  Outcome outcome() {
    return outcome;
  }

  /** The batch to be submitted, which is the caller's from now on. */
  WriteBatch takeBatch() {
    WriteBatch taken = set(batch);
    batch = null;
    return taken;
  }

  /** Gives a batch back that will not be submitted. */
  void discardBatch() {
    if (batch != null) {
      if (loop == null) {
        batch.close();
      } else {
        loop.giveBack(batch);
      }
      batch = null;
    }
  }

  WriteReply writeReply() {
    return set(writeReply);
  }

  Durability durability() {
    return durability;
  }

  Pool pool() {
    return set(pool);
  }

  Work work() {
    return set(work);
  }

  FrameStream stream() {
    return set(stream);
  }

  private static <T> T set(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("no request is being executed");
    }
    return value;
  }
}
