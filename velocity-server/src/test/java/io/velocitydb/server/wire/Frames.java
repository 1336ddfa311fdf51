package io.velocitydb.server.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.DeleteRequest;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.PingRequest;
import io.velocitydb.protocol.fbs.Scope;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.fbs.TokenCreateRequest;
import io.velocitydb.protocol.fbs.TokenDropRequest;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** Bytes of requests. */
public final class Frames {
  private Frames() {}

  /** A request whose fields {@code fields} puts into its root table. */
  public static byte[] of(Opcode opcode, int flags, BiConsumer<MessageWriter, Integer> fields) {
    ByteBuf out = Unpooled.buffer();
    FrameEncoder frames = new FrameEncoder();
    int start = frames.begin(out, opcode.number(), flags);
    MessageWriter message = new MessageWriter();
    fields.accept(message, message.begin(out, opcode.requestTable()));
    frames.end(out, start);
    return bytes(out);
  }

  public static byte[] of(Opcode opcode, BiConsumer<MessageWriter, Integer> fields) {
    return of(opcode, 0, fields);
  }

  /** A request with an empty body. */
  public static byte[] empty(int opcode) {
    return raw(opcode, 0, new byte[0]);
  }

  /** A request with any opcode and any body, its checksum right. */
  public static byte[] raw(int opcode, int flags, byte[] body) {
    ByteBuf out = Unpooled.buffer();
    FrameEncoder frames = new FrameEncoder();
    int start = frames.begin(out, opcode, flags);
    out.writeBytes(body);
    frames.end(out, start);
    return bytes(out);
  }

  public static byte[] get(String key) {
    return of(Opcode.GET, (message, table) -> message.putBytes(table, GetRequest.KEY, utf8(key)));
  }

  public static byte[] set(String key, String value) {
    return set(key, utf8(value));
  }

  public static byte[] set(String key, byte[] value) {
    return of(
        Opcode.SET,
        (message, table) -> {
          message.putBytes(table, SetRequest.KEY, utf8(key));
          message.putBytes(table, SetRequest.VALUE, value);
        });
  }

  public static byte[] delete(String key) {
    return of(
        Opcode.DELETE, (message, table) -> message.putBytes(table, DeleteRequest.KEY, utf8(key)));
  }

  public static byte[] ping(String payload) {
    return of(
        Opcode.PING,
        (message, table) -> message.putBytes(table, PingRequest.PAYLOAD, utf8(payload)));
  }

  /** A TOKEN_CREATE. */
  public static byte[] createToken(String name, Role role, long expiresMs, ScopeOf... scopes) {
    return of(
        Opcode.TOKEN_CREATE,
        (message, table) -> {
          message.putString(table, TokenCreateRequest.NAME, name);
          message.putByte(table, TokenCreateRequest.ROLE, role.number());
          message.putLong(table, TokenCreateRequest.EXPIRES_MS, expiresMs);
          putScopes(message, table, TokenCreateRequest.SCOPES, scopes);
        });
  }

  /** A TOKEN_DROP. */
  public static byte[] dropToken(byte[] id) {
    return of(
        Opcode.TOKEN_DROP,
        (message, table) -> message.putBytes(table, TokenDropRequest.TOKEN_ID, id));
  }

  /** Scopes as a field of a request. */
  public static void putScopes(MessageWriter message, int table, int field, ScopeOf... scopes) {
    int vector = message.reserveTables(table, field, scopes.length);
    for (int i = 0; i < scopes.length; i++) {
      int scope = message.element(vector, i, Scope.TABLE);
      message.putString(scope, Scope.DATABASE, scopes[i].database());
      message.putBytes(scope, Scope.PREFIX, utf8(scopes[i].prefix()));
    }
  }

  /** One after the other. */
  public static byte[] join(byte[]... frames) {
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(frames));
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuf out) {
    return ByteBufUtil.getBytes(out);
  }
}
