package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.NativeAddress;
import io.velocitydb.server.session.Request;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One request and its arguments where they lie; argument 0 is the command's name. Reused on the
 * event loop. Not thread-safe.
 */
final class RespRequest implements Request {
  private final RespSession session;
  private @Nullable RespCommand command;
  private @Nullable ByteBuf buffer;
  private int first;
  private int count;
  private int[] spans = {};

  RespRequest(RespSession session) {
    this.session = session;
  }

  /** Sets the next request: the one that a parser has found from {@code index} on. */
  void set(ByteBuf holder, int index, RespParser found) {
    buffer = holder;
    first = index;
    count = found.count();
    spans = found.spans();
  }

  /** What is to execute it; null when there is no such command. */
  void command(@Nullable RespCommand found) {
    command = found;
  }

  /** The same with arguments of its own, for another thread. */
  RespRequest detached() {
    RespRequest own = new RespRequest(session);
    own.command = command;
    own.buffer = buffer;
    own.first = first;
    own.count = count;
    own.spans = Arrays.copyOf(spans, 2 * count);
    return own;
  }

  @Override
  public void execute(Exchange exchange) {
    RespCommand known = command;
    if (known == null) {
      throw RespErrors.unknownCommand(this);
    }
    known.checkCount(count);
    // A handler belongs to one thread.
    RespCommand own = exchange.isOnLoop() ? known : session.ofThisThread(known);
    own.handler().execute(exchange, this);
  }

  /** The connection it came by. */
  RespSession session() {
    return session;
  }

  /** RESP's version for the reply: 2 or 3. */
  int protocol() {
    return session.version();
  }

  int count() {
    return count;
  }

  /** Bytes of an argument. */
  int length(int argument) {
    return spans[2 * argument + 1];
  }

  /** Where an argument lies in native memory. */
  long address(int argument) {
    return NativeAddress.of(holder()) + index(argument);
  }

  /** An argument, copied. */
  byte[] bytes(int argument) {
    return Memory.bytes(address(argument), length(argument));
  }

  /** An argument as text; what is no UTF-8 is replaced. */
  String text(int argument) {
    return holder().toString(index(argument), length(argument), StandardCharsets.UTF_8);
  }

  /** Whether an argument is this word, whatever its case. */
  boolean is(int argument, String upperCase) {
    int length = length(argument);
    return length == upperCase.length()
        && RespCommand.matches(holder(), index(argument), upperCase);
  }

  /** Whether an argument is a whole number of 64 bits. */
  boolean isNumber(int argument) {
    return Numbers.isNumber(holder(), index(argument), length(argument));
  }

  /**
   * An argument as a number.
   *
   * @throws io.velocitydb.server.session.RequestException when it is none
   */
  long number(int argument) {
    long number = Numbers.parse(holder(), index(argument), length(argument), 0);
    if (number == 0 && !isNumber(argument)) {
      throw RespErrors.notAnInteger();
    }
    return number;
  }

  private int index(int argument) {
    return first + spans[2 * argument];
  }

  private ByteBuf holder() {
    ByteBuf present = buffer;
    if (present == null) {
      throw new IllegalStateException("no request is set");
    }
    return present;
  }
}
