package io.velocitydb.server.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.NativeAddress;
import java.util.List;

/** Reads several keys that lie on the heap, some at a time. Not thread-safe. */
final class NativeKeys implements AutoCloseable {
  private final ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer();
  private long[] addresses = {};
  private int[] lengths = {};

  /** Reads keys in the state of a snapshot; may block. */
  void read(OpenDatabase database, Snapshot snapshot, List<byte[]> keys, MultiReadSink sink) {
    int count = keys.size();
    if (addresses.length < count) {
      addresses = new long[count];
      lengths = new int[count];
    }
    bytes.clear();
    for (int i = 0; i < count; i++) {
      lengths[i] = keys.get(i).length;
      bytes.writeBytes(keys.get(i));
    }
    long at = NativeAddress.of(bytes);
    for (int i = 0; i < count; i++) {
      addresses[i] = at;
      at += lengths[i];
    }
    database.engine().multiRead(addresses, lengths, count, true, snapshot, sink);
  }

  @Override
  public void close() {
    bytes.release();
  }
}
