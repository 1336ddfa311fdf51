package io.velocitydb.client.message;

import com.google.flatbuffers.FlatBufferBuilder;
import com.google.flatbuffers.Table;
import io.velocitydb.client.value.Key;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.Meta;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the messages of all commands have in common. */
public final class Messages {

  private static final int TABLES_SIZE = 128;
  private static final byte[] EMPTY = new byte[0];

  private Messages() {}

  /** A builder with room for {@code payload} bytes of keys and values. */
  public static FlatBufferBuilder builder(int payload) {
    return new FlatBufferBuilder(TABLES_SIZE + payload);
  }

  /** The offset of the meta table; 0 when there is nothing to say in it. */
  public static int meta(FlatBufferBuilder builder, CallOptions options) {
    return options.timeoutMillis() == 0
        ? 0
        : Meta.createMeta(builder, options.timeoutMillis(), 0, 0, 0, false);
  }

  /** The offset of a copy of the key. */
  public static int bytes(FlatBufferBuilder builder, Key key) {
    return builder.createByteVector(key.asBuffer());
  }

  /** The offset of a copy of the key; 0 when there is none. */
  public static int optionalBytes(FlatBufferBuilder builder, Optional<Key> key) {
    return key.isPresent() ? bytes(builder, key.get()) : 0;
  }

  /** The offsets of one Bytes table per key. */
  public static int[] keys(FlatBufferBuilder builder, List<Key> keys) {
    int[] offsets = new int[keys.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = Bytes.createBytes(builder, bytes(builder, keys.get(i)));
    }
    return offsets;
  }

  /** About how many bytes {@link #keys} takes. */
  public static int payload(List<Key> keys) {
    int sum = 0;
    for (Key key : keys) {
      sum += key.length() + 24;
    }
    return sum;
  }

  /** Finishes the message and makes it a call. */
  public static <R> Call<R> call(
      Opcode opcode,
      CallOptions options,
      FlatBufferBuilder builder,
      int root,
      Call.Decoder<R> decoder) {
    builder.finish(root);
    return new Call<>(
        opcode, options.flags(), builder.dataBuffer(), options.timeoutMillis(), decoder);
  }

  /** A copy of a byte vector of {@code table}, which begins at {@code start}. */
  public static byte[] copy(Table table, int start, int length) {
    if (length == 0) {
      return EMPTY;
    }
    byte[] copy = new byte[length];
    table.getByteBuffer().get(start, copy);
    return copy;
  }

  /** A time to live on the wire; 0 is none. */
  public static Optional<Duration> ttl(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }
}
