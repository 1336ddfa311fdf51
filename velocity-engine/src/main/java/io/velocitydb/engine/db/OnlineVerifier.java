package io.velocitydb.engine.db;

import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.WalPosition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks the files of a store that goes on working: those of one moment, which it keeps. */
final class OnlineVerifier {
  private static final int LOG_ATTEMPTS = 5;

  private final Store store;

  OnlineVerifier(Store store) {
    this.store = store;
  }

  VerifyReport verify() {
    StoreSetup setup = store.setup();
    Vfs vfs = setup.environment().vfs();
    Path directory = setup.directory();
    FileChecks checks = new FileChecks(vfs, directory, setup.id(), setup.environment().memory());
    checks.check(directory.resolve(Manifest.FILE), () -> store.manifest().verify());
    Tree tree = store.views().acquireTree();
    try {
      checks.version(tree.version());
    } finally {
      tree.release();
    }
    return Reports.sum(List.of(checks.report(), log()));
  }

  /** Segments may go while they are read, when a flush makes them obsolete: then once more. */
  private VerifyReport log() {
    StoreSetup setup = store.setup();
    VerifyReport report = new VerifyReport(0, 0, 0, List.of());
    for (int i = 0; i < LOG_ATTEMPTS; i++) {
      WalPosition synced = store.wal().syncedPosition();
      List<WalName> segments = segments();
      FileChecks checks =
          new FileChecks(
              setup.environment().vfs(),
              setup.directory(),
              setup.id(),
              setup.environment().memory());
      checks.log(segments, synced);
      report = checks.report();
      if (report.clean() || segments().containsAll(segments)) {
        return report;
      }
    }
    return report;
  }

  private List<WalName> segments() {
    List<WalName> names = new ArrayList<>();
    store.manifest().state().wals().forEach((number, salt) -> names.add(new WalName(number, salt)));
    return names;
  }
}
