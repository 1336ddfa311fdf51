package io.velocitydb.bench.engine.measure;

import io.velocitydb.bench.engine.store.Session;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.store.StoreSettings;
import io.velocitydb.bench.engine.store.StoreUnderTest;

/** Stores in a state that measurements begin with. */
public final class Loading {
  private Loading() {}

  /** Writes every key once, far apart from the one before, and merges all into one sorted run. */
  public static void load(StoreKind kind, StoreSettings settings, long keys) {
    try (StoreUnderTest store = kind.open(settings)) {
      write(store, keys);
      store.compact();
    }
  }

  /**
   * Writes {@code entries} entries, all of which stay in the log, and ends the process at once, as
   * {@code kill -9} would.
   */
  public static void loadLogAndDie(StoreKind kind, StoreSettings settings, long entries) {
    StoreUnderTest store = kind.open(settings);
    write(store, entries);
    Runtime.getRuntime().halt(0);
  }

  private static void write(StoreUnderTest store, long keys) {
    try (Session session = store.session()) {
      for (long key = 0; key < keys; key++) {
        session.put(key);
      }
    }
  }
}
