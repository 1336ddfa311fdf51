package io.velocitydb.engine.commit;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.wal.Wal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A log in a list; a position counts groups. */
final class FakeWal implements Wal {
  final List<String> groups = new ArrayList<>();
  int syncs;
  boolean failWrites;
  boolean failSyncs;
  Runnable whenSyncing = () -> {};
  private StringBuilder group = new StringBuilder();
  private long synced;

  @Override
  public void reserve(long bytes) {}

  @Override
  public void beginGroup(long commitTimeMs, long firstSequence, boolean willSync) {
    group = new StringBuilder();
  }

  @Override
  public void entry(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength) {
    group.append(group.isEmpty() ? "" : " ").append(sequence).append(':');
    group.append(new String(Memory.bytes(keyAddress, keyLength), StandardCharsets.UTF_8));
  }

  @Override
  public long endGroup() throws IOException {
    if (failWrites) {
      throw new IOException("no more writes");
    }
    groups.add(group.toString());
    return groups.size();
  }

  @Override
  public long sync() throws IOException {
    syncs++;
    whenSyncing.run();
    if (failSyncs) {
      throw new IOException("no more syncs");
    }
    synced = groups.size();
    return synced;
  }

  @Override
  public long written() {
    return groups.size();
  }

  @Override
  public long synced() {
    return synced;
  }

  @Override
  public void close() {}
}
