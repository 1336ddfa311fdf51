package io.velocitydb.engine.sstable;

import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cursor.InternalCursor;

/** Walks the tables of a run one after the other; opens each only when it gets there. */
public final class RunCursor extends ForwardingCursor {
  private static final int NO_TABLE = -1;

  private final SortedRun run;
  private final TableOpener opener;
  private final CacheUse use;
  private final long maxSequence;
  private int table = NO_TABLE;

  public RunCursor(SortedRun run, TableOpener opener, CacheUse use) {
    super(InternalCursor.EMPTY);
    this.run = run;
    this.opener = opener;
    this.use = use;
    long max = 0;
    for (TableInfo info : run.tables()) {
      max = Math.max(max, info.maxSequence());
    }
    maxSequence = max;
  }

  private void open(int i) {
    if (i == table) {
      return;
    }
    close();
    TableReader reader = opener.open(run.tables().get(i));
    try {
      cursor = reader.cursor(use);
    } finally {
      reader.release(); // the cursor retains it
    }
    table = i;
  }

  @Override
  public void seek(long keyAddress, int keyLength, long sequence) {
    int i = run.firstNotBefore(keyAddress, keyLength);
    if (i == run.tables().size()) {
      close();
      return;
    }
    open(i);
    cursor.seek(keyAddress, keyLength, sequence);
    skipForward();
  }

  @Override
  public void seekForPrev(long keyAddress, int keyLength, long sequence) {
    int i = run.firstNotBefore(keyAddress, keyLength);
    if (i == run.tables().size()) {
      last();
      return;
    }
    open(i);
    cursor.seekForPrev(keyAddress, keyLength, sequence);
    skipBackward();
  }

  @Override
  public void first() {
    open(0);
    cursor.first();
    skipForward();
  }

  @Override
  public void last() {
    open(run.tables().size() - 1);
    cursor.last();
    skipBackward();
  }

  @Override
  public void next() {
    cursor.next();
    skipForward();
  }

  @Override
  public void previous() {
    cursor.previous();
    skipBackward();
  }

  private void skipForward() {
    while (!cursor.valid() && table + 1 < run.tables().size()) {
      open(table + 1);
      cursor.first();
    }
  }

  private void skipBackward() {
    while (!cursor.valid() && table > 0) {
      open(table - 1);
      cursor.last();
    }
  }

  @Override
  public boolean valid() {
    return cursor.valid();
  }

  @Override
  public long maxSequence() {
    return maxSequence;
  }

  /** Closes the table it stands in; the cursor may be positioned again. */
  @Override
  public void close() {
    InternalCursor open = cursor;
    cursor = InternalCursor.EMPTY;
    table = NO_TABLE;
    open.close();
  }
}
