package io.velocitydb.bench.engine.measure;

import io.velocitydb.bench.engine.store.Session;
import io.velocitydb.bench.engine.workload.KeyChoice;
import io.velocitydb.bench.engine.workload.KeyDistribution;
import io.velocitydb.bench.engine.workload.Mix;
import java.util.concurrent.atomic.AtomicLong;

/** What one thread does again and again. Of one thread; counts what it did. */
abstract class Operation {
  private long entriesRead;
  private long entriesWritten;
  private long misses;

  abstract void run();

  final void countRead(boolean found) {
    if (found) {
      entriesRead++;
    } else {
      misses++;
    }
  }

  final void countReads(int found, int of) {
    entriesRead += found;
    misses += of - found;
  }

  final void countScan(int entries) {
    entriesRead += entries;
  }

  final void countWrite() {
    entriesWritten++;
  }

  final void forget() {
    entriesRead = 0;
    entriesWritten = 0;
    misses = 0;
  }

  final long entriesRead() {
    return entriesRead;
  }

  final long entriesWritten() {
    return entriesWritten;
  }

  final long misses() {
    return misses;
  }

  /** Writes a key that is drawn. */
  static Operation put(Session session, KeyChoice keys) {
    return new Operation() {
      @Override
      void run() {
        session.put(keys.next());
        countWrite();
      }
    };
  }

  /** Does what a mix says. */
  static Operation of(
      Mix mix,
      KeyDistribution distribution,
      Session session,
      long keys,
      Inserts inserts,
      long seed) {
    KeyChoice choice = KeyChoice.of(distribution, keys, inserts.present(), seed);
    if (distribution == KeyDistribution.MISSING) {
      return new Operation() {
        @Override
        void run() {
          countRead(session.getMissing(choice.next()));
        }
      };
    }
    if (mix.keysPerRead() > 1) {
      long[] together = new long[mix.keysPerRead()];
      return new Operation() {
        @Override
        void run() {
          for (int i = 0; i < together.length; i++) {
            together[i] = choice.next();
          }
          countReads(session.multiGet(together), together.length);
        }
      };
    }
    return new Mixed(mix, session, choice, inserts, seed);
  }

  /**
   * Entries that the threads of a measurement add.
   *
   * @param next number of the next new entry
   * @param present entries that are there
   */
  record Inserts(AtomicLong next, AtomicLong present) {
    static Inserts above(long keys) {
      return new Inserts(new AtomicLong(keys), new AtomicLong(keys));
    }
  }

  private static final class Mixed extends Operation {
    private final Mix mix;
    private final Session session;
    private final KeyChoice keys;
    private final Inserts inserts;
    private final KeyChoice percent;
    private final KeyChoice lengths;
    private final int belowUpdate;
    private final int belowInsert;
    private final int belowScan;

    Mixed(Mix mix, Session session, KeyChoice keys, Inserts inserts, long seed) {
      this.mix = mix;
      this.session = session;
      this.keys = keys;
      this.inserts = inserts;
      percent = KeyChoice.uniform(100, seed + 1);
      lengths = KeyChoice.uniform(Math.max(1, mix.scanEntries()), seed + 2);
      belowUpdate = mix.reads() + mix.updates();
      belowInsert = belowUpdate + mix.inserts();
      belowScan = belowInsert + mix.scans();
    }

    @Override
    void run() {
      int draw = mix.reads() == 100 ? 0 : (int) percent.next();
      if (draw < mix.reads()) {
        countRead(session.get(keys.next()));
      } else if (draw < belowUpdate) {
        session.put(keys.next());
        countWrite();
      } else if (draw < belowInsert) {
        session.put(inserts.next().getAndIncrement());
        inserts.present().incrementAndGet();
        countWrite();
      } else if (draw < belowScan) {
        int entries = mix.scanUniform() ? 1 + (int) lengths.next() : mix.scanEntries();
        countScan(session.scan(keys.next(), entries));
      } else {
        long key = keys.next();
        countRead(session.get(key));
        session.put(key);
        countWrite();
      }
    }
  }
}
