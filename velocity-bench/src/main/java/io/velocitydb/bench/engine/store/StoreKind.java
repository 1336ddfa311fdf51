package io.velocitydb.bench.engine.store;

import java.util.Locale;

/** Which store. */
public enum StoreKind {
  VELOCITY {
    @Override
    public StoreUnderTest open(StoreSettings settings) {
      return new VelocityStore(settings);
    }
  },
  ROCKSDB {
    @Override
    public StoreUnderTest open(StoreSettings settings) {
      return new RocksStore(settings);
    }
  };

  /** Opens the store of a directory, creating it where missing. */
  public abstract StoreUnderTest open(StoreSettings settings);

  /** As users write it: {@code velocity}, {@code rocksdb}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
