package io.velocitydb.e2e.wire;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** Bodies of requests, by field ids of {@code src/protocol/vproto.fbs}; some are attacks. */
public final class Bodies {

  private static final byte[] EMPTY = {};

  private Bodies() {}

  /** The empty table. */
  public static byte[] empty() {
    return EMPTY;
  }

  /** HELLO of a user who can do the one mechanism, bound to the certificate. */
  public static byte[] hello(String user, byte[] nonce) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int mechanisms = strings(builder, 1, "V-SCRAM-ARGON2ID");
    int bindings = strings(builder, 1, "velocity-cert-sha256");
    return hello(builder, user, nonce, mechanisms, bindings);
  }

  /**
   * HELLO whose list of mechanisms names one string {@code times} times: a small body that stands
   * for many large ones to whoever follows each offset.
   */
  public static byte[] helloWithAliasedMechanism(int times, int length) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int mechanisms = strings(builder, times, "x".repeat(length));
    int bindings = strings(builder, 1, "velocity-cert-sha256");
    return hello(builder, "nobody", new byte[32], mechanisms, bindings);
  }

  /** MGET whose list of keys names one key {@code times} times. */
  public static byte[] mgetWithAliasedKey(int times, int length) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int data = builder.createByteVector(new byte[length]);
    builder.startTable(1);
    builder.addOffset(0, data, 0);
    int key = builder.endTable();
    int keys = vector(builder, IntStream.generate(() -> key).limit(times).toArray());
    builder.startTable(2);
    builder.addOffset(1, keys, 0);
    builder.finish(builder.endTable());
    return builder.sizedByteArray();
  }

  /** GET of a key. */
  public static byte[] get(String key) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int vector = builder.createByteVector(key.getBytes(StandardCharsets.UTF_8));
    builder.startTable(2);
    builder.addOffset(1, vector, 0);
    builder.finish(builder.endTable());
    return builder.sizedByteArray();
  }

  /**
   * GET whose key is said to lie {@code before} bytes in front of the body, in a neighbour's bytes.
   */
  public static byte[] getWithKeyBeforeTheBody(int before) {
    byte[] body = get("key");
    ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    int table = bytes.getInt(0);
    int field = table + bytes.getShort(table - bytes.getInt(table) + 4 + 2);
    bytes.putInt(field, -field - before);
    return body;
  }

  /** AUTH with this proof. */
  public static byte[] auth(byte[] proof) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int vector = builder.createByteVector(proof);
    int client = builder.createByteVector(new byte[16]);
    builder.startTable(6);
    builder.addOffset(1, vector, 0);
    builder.addOffset(4, client, 0);
    builder.finish(builder.endTable());
    return builder.sizedByteArray();
  }

  private static byte[] hello(
      FlatBufferBuilder builder, String user, byte[] nonce, int mechanisms, int bindings) {
    int name = builder.createString(user);
    int random = builder.createByteVector(nonce);
    builder.startTable(9);
    builder.addInt(1, version(), 0);
    builder.addInt(2, version(), 0);
    builder.addOffset(4, mechanisms, 0);
    builder.addOffset(5, bindings, 0);
    builder.addOffset(6, name, 0);
    builder.addOffset(8, random, 0);
    builder.finish(builder.endTable());
    return builder.sizedByteArray();
  }

  private static int version() {
    return 2 << 16 | 4 << 8;
  }

  private static int strings(FlatBufferBuilder builder, int times, String text) {
    int string = builder.createString(text);
    return vector(builder, IntStream.generate(() -> string).limit(times).toArray());
  }

  private static int vector(FlatBufferBuilder builder, int[] offsets) {
    return builder.createVectorOfTables(offsets);
  }
}
