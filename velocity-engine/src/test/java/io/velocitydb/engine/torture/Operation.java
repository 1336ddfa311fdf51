package io.velocitydb.engine.torture;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;

/** One operation of a batch, as data. */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
sealed interface Operation {
  void addTo(WriteBatch batch);

  record Put(
      byte[] key,
      byte[] value,
      byte encoding,
      Expiry expiry,
      Condition condition,
      boolean returnPrevious)
      implements Operation {
    @Override
    public void addTo(WriteBatch batch) {
      batch.put(key, value, encoding, expiry, condition, returnPrevious);
    }

    @Override
    public String toString() {
      return "put "
          + Keys.show(key)
          + " <"
          + value.length
          + " bytes> "
          + show(expiry)
          + show(condition);
    }
  }

  record Delete(byte[] key, Condition condition, boolean returnPrevious) implements Operation {
    @Override
    public void addTo(WriteBatch batch) {
      batch.delete(key, condition, returnPrevious);
    }

    @Override
    public String toString() {
      return "delete " + Keys.show(key) + " " + show(condition);
    }
  }

  record Increment(byte[] key, long delta, long initial, Expiry expiryOnCreate)
      implements Operation {
    @Override
    public void addTo(WriteBatch batch) {
      batch.increment(key, delta, initial, expiryOnCreate);
    }

    @Override
    public String toString() {
      return "increment " + Keys.show(key) + " by " + delta + " from " + initial;
    }
  }

  record Append(byte[] key, byte[] bytes, byte encodingOnCreate) implements Operation {
    @Override
    public void addTo(WriteBatch batch) {
      batch.append(key, bytes, encodingOnCreate);
    }

    @Override
    public String toString() {
      return "append " + Keys.show(key) + " <" + bytes.length + " bytes>";
    }
  }

  record Expire(byte[] key, Expiry expiry, Condition condition) implements Operation {
    @Override
    public void addTo(WriteBatch batch) {
      batch.expire(key, expiry, condition);
    }

    @Override
    public String toString() {
      return "expire " + Keys.show(key) + " " + show(expiry) + show(condition);
    }
  }

  record DeleteRange(KeyRange range) implements Operation {
    @Override
    public void addTo(WriteBatch batch) {
      batch.deleteRange(range);
    }

    @Override
    public String toString() {
      return "deleteRange " + Keys.show(range);
    }
  }

  private static String show(Condition condition) {
    return switch (condition.kind()) {
      case ALWAYS -> "";
      case IF_ABSENT -> "if absent";
      case IF_PRESENT -> "if present";
      case IF_VERSION -> "if version " + condition.version();
    };
  }

  private static String show(Expiry expiry) {
    return switch (expiry.kind()) {
      case NONE -> "";
      case KEEP -> "keep expiry ";
      case IN -> "in " + expiry.millis() + " ms ";
      case AT -> "at " + expiry.millis() + " ";
    };
  }
}
