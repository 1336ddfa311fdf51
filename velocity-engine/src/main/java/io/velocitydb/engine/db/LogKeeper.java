package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.log.Salts;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.wal.FileWal;
import io.velocitydb.engine.wal.Segment;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the log supplied, ahead of use and off the writers' threads: segments that the manifest
 * names, and sequences below a ceiling that the manifest has. Recovery starts above the ceiling, so
 * that no version is ever given out twice, whatever part of the log was lost.
 */
final class LogKeeper {
  /** Sequences by which the ceiling is raised. */
  static final long SEQUENCES = 1L << 20;

  private final StoreSetup setup;
  private final Manifest manifest;
  private final FileWal wal;
  private final Owner owner;
  private final WorkLoop loop;

  private volatile long ceiling;
  private volatile boolean blocked;

  /** Created, but maybe not named by the manifest yet. */
  private @Nullable Segment created;

  /** What the keeper needs of the store. */
  interface Owner {
    /** The last sequence given out. */
    long lastSequence();

    /** What writers waited for may be there now. */
    void supplied();

    /** The manifest or a segment could not be written. */
    void failed(String what, Throwable cause);
  }

  LogKeeper(
      StoreSetup setup, Manifest manifest, FileWal wal, TrackedBackground background, Owner owner) {
    this.setup = setup;
    this.manifest = manifest;
    this.wal = wal;
    this.owner = owner;
    this.loop =
        new WorkLoop(
            background,
            Lane.LOG,
            this::supply,
            e -> owner.failed("the log or the manifest could not be prepared for writing", e));
  }

  /** No sequence above it may be given out. */
  long ceiling() {
    return ceiling;
  }

  /** Whether the last attempt found the disk full. */
  boolean blocked() {
    return blocked;
  }

  /** Whether something should be supplied soon, before writers must wait for it. */
  boolean runsLow(long lastSequence) {
    return wal.wantsSegment() || ceiling - lastSequence < SEQUENCES / 2;
  }

  /** Supplies what is low, on another thread. */
  void request() {
    loop.request();
  }

  private void supply() throws IOException {
    try {
      setup.disk().withReserve(this::supplyOnce);
      blocked = false;
    } catch (DiskFullException e) {
      blocked = true;
    }
    owner.supplied();
  }

  private void supplyOnce() throws IOException {
    long last = owner.lastSequence();
    boolean sequences = ceiling - last < SEQUENCES / 2;
    boolean segment = wal.wantsSegment();
    if (!sequences && !segment) {
      return;
    }
    VersionEdit.Builder edit = VersionEdit.builder().engineTime(setup.time().now());
    long raised = last + SEQUENCES;
    if (sequences) {
      edit.sequenceCeiling(raised);
    }
    if (segment) {
      if (created == null) {
        created = create();
      }
      edit.addWal(new WalName(created.number(), created.salt()));
    }
    manifest.apply(edit.build());
    if (sequences) {
      ceiling = raised;
    }
    Segment named = created;
    if (segment && named != null) {
      created = null;
      wal.install(named);
    }
  }

  private Segment create() throws IOException {
    long number = manifest.newFileNumber();
    try {
      return wal.create(
          setup.directory(),
          setup.environment().memory(),
          number,
          Salts.next(),
          setup.options().walIo());
    } catch (DiskFullException e) {
      Segment.remove(setup.environment().vfs(), setup.directory(), number);
      manifest.forgetFileNumber(number);
      throw e;
    }
  }

  /** Closes what was created and never used. Nothing may be under way. */
  void close() throws IOException {
    Segment unused = created;
    created = null;
    if (unused != null) {
      unused.close();
    }
  }
}
