package io.velocitydb.server.user;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Records in the {@code system} database under keys that are text. Each change is on stable storage
 * (fdatasync of the log) when its method returns. Thread-safe.
 */
final class RecordStore {
  private final Database system;

  RecordStore(Database system) {
    this.system = system;
  }

  Optional<byte[]> get(String key) {
    return system.get(bytes(key)).map(Entry::value);
  }

  /** Every record whose key begins so, told with the rest of its key, in the order of the keys. */
  void each(String prefix, BiConsumer<String, byte[]> record) {
    try (Cursor cursor = system.cursor(KeyRange.prefix(bytes(prefix)), false)) {
      while (cursor.next()) {
        String key = new String(cursor.key(), StandardCharsets.UTF_8);
        record.accept(key.substring(prefix.length()), cursor.value());
      }
    }
  }

  void put(String key, byte[] value) {
    try (WriteBatch batch = system.newBatch()) {
      batch.put(bytes(key), value, (byte) 0, Expiry.NONE, Condition.ALWAYS, false);
      system.write(batch, Durability.ALWAYS);
    }
  }

  /** Removes all of them or, after a crash, none. */
  void delete(Collection<String> keys) {
    try (WriteBatch batch = system.newBatch()) {
      keys.forEach(key -> batch.delete(bytes(key)));
      system.write(batch, Durability.ALWAYS);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
