package io.velocitydb.bench.engine.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ByteBufferGetStatus;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteOptions;

/**
 * Direct buffers and options that are used again and again: no copy and no garbage beyond JNI's.
 */
final class RocksSession implements Session {
  private final RocksDB database;
  private final KeyBuffer key = new KeyBuffer();
  private final ValuePool values;
  private final ByteBuffer foundKey = ByteBuffer.allocateDirect(KeyBuffer.BYTES);
  private final ByteBuffer found;
  private final ReadOptions reading = new ReadOptions();
  private final WriteOptions writing;
  private final List<KeyBuffer> keys = new ArrayList<>();
  private final List<ByteBuffer> keyBuffers = new ArrayList<>();
  private final List<ByteBuffer> foundTogether = new ArrayList<>();
  private @Nullable RocksIterator iterator;

  RocksSession(RocksDB database, StoreSettings settings) {
    this.database = database;
    values = new ValuePool(settings.valueBytes(), settings.seed());
    found = ByteBuffer.allocateDirect(settings.valueBytes());
    writing = new WriteOptions().setSync(settings.sync());
  }

  @Override
  public boolean get(long number) {
    key.set(number, false);
    return read();
  }

  @Override
  public boolean getMissing(long number) {
    key.set(number, true);
    return read();
  }

  @Override
  public int multiGet(long[] numbers) {
    if (keys.isEmpty()) {
      for (int i = 0; i < numbers.length; i++) {
        KeyBuffer each = new KeyBuffer();
        keys.add(each);
        keyBuffers.add(each.buffer());
        foundTogether.add(ByteBuffer.allocateDirect(found.capacity()));
      }
    }
    for (int i = 0; i < numbers.length; i++) {
      keys.get(i).set(numbers[i], false);
      foundTogether.get(i).clear();
    }
    try {
      int count = 0;
      for (ByteBufferGetStatus each :
          database.multiGetByteBuffers(reading, keyBuffers, foundTogether)) {
        if (each.status.getCode() == Status.Code.Ok) {
          count++;
        } else if (each.status.getCode() != Status.Code.NotFound) {
          throw new RocksDBException(each.status);
        }
      }
      return count;
    } catch (RocksDBException e) {
      throw RocksStore.failure(e);
    }
  }

  private boolean read() {
    found.clear();
    try {
      return database.get(reading, key.buffer(), found) != RocksDB.NOT_FOUND;
    } catch (RocksDBException e) {
      throw RocksStore.failure(e);
    }
  }

  @Override
  public void put(long number) {
    key.set(number, false);
    try {
      database.put(writing, key.buffer(), values.at(values.advance()));
    } catch (RocksDBException e) {
      throw RocksStore.failure(e);
    }
  }

  @Override
  public int scan(long number, int entries) {
    key.set(number, false);
    try {
      RocksIterator at = iterator;
      if (at == null) {
        at = database.newIterator(reading);
        iterator = at;
      } else {
        at.refresh();
      }
      int count = 0;
      for (at.seek(key.buffer()); count < entries && at.isValid(); at.next()) {
        foundKey.clear();
        found.clear();
        at.key(foundKey);
        at.value(found);
        count++;
      }
      if (count < entries) {
        at.status();
      }
      return count;
    } catch (RocksDBException e) {
      throw RocksStore.failure(e);
    }
  }

  @Override
  public void close() {
    if (iterator != null) {
      iterator.close();
    }
    reading.close();
    writing.close();
  }
}
