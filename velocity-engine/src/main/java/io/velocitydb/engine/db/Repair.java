package io.velocitydb.engine.db;

import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.RepairReport;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a damaged data directory open again with all that can be read, and deletes nothing. Where
 * nothing is wrong, nothing is changed.
 */
public final class Repair {
  private static final Pattern DATABASE = Pattern.compile("(\\d{6,18})-(.+)");

  /** Sequences above all that were seen, where the catalogue that knew them is gone. */
  private static final long SKIPPED_SEQUENCES = 1L << 32;

  private final EngineEnvironment environment;
  private final Vfs vfs;
  private final Path directory;
  private final LostAndFound aside;
  private final List<String> done = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();

  private Repair(EngineEnvironment environment, Path directory) {
    this.environment = environment;
    this.vfs = environment.vfs();
    this.directory = directory;
    this.aside = new LostAndFound(vfs, directory, environment.memory());
  }

  /** See {@link Engine#repairDirectory}; the caller closes the environment. */
  public static RepairReport run(EngineEnvironment environment, Path directory) {
    return new Repair(environment, directory).run();
  }

  private RepairReport run() {
    boolean skip =
        OfflineVerifier.locked(vfs, directory, Catalogue.DATABASES, _ -> repair(readCatalogue()));
    if (skip) {
      replayWhatMatches();
    }
    VerifyReport after = OfflineVerifier.verify(vfs, directory);
    return new RepairReport(done, lost, aside.aside(), after.problems());
  }

  private Catalogue readCatalogue() throws IOException {
    try {
      if (vfs.exists(directory.resolve(Catalogue.FILE))) {
        return Catalogue.read(vfs, directory, environment.memory());
      }
    } catch (EngineException e) {
      if (e.kind() == Kind.UNSUPPORTED_FORMAT) {
        throw e;
      }
    }
    return rebuildCatalogue();
  }

  private Catalogue rebuildCatalogue() throws IOException {
    Map<String, Long> databases = new TreeMap<>();
    long nextId = 1;
    long floor = 0;
    int format = 1;
    Path folder = directory.resolve(Catalogue.DATABASES);
    for (String name : vfs.list(folder)) {
      Matcher matcher = DATABASE.matcher(name);
      if (matcher.matches() && !vfs.list(folder.resolve(name)).isEmpty()) {
        long id = Long.parseLong(matcher.group(1));
        nextId = Math.max(nextId, id + 1);
        Long other = databases.put(matcher.group(2), id);
        if (other != null) {
          // The older one was dropped: names come again, numbers do not.
          databases.put(matcher.group(2), Math.max(id, other));
        }
        try {
          Manifest.Contents contents =
              Manifest.read(vfs, folder.resolve(name), environment.memory());
          floor = Math.max(floor, contents.state().sequenceCeiling());
          format = Math.max(format, contents.header().format());
        } catch (EngineException e) {
          done.add("found database " + matcher.group(2) + " without a manifest that can be read");
        }
      }
    }
    aside.move(directory.resolve(Catalogue.FILE));
    Catalogue rebuilt = new Catalogue(format, nextId, floor + SKIPPED_SEQUENCES, databases);
    rebuilt.write(vfs, directory, environment.memory());
    done.add(
        directory.resolve(Catalogue.FILE)
            + " was made anew from the names of the folders: "
            + String.join(", ", databases.keySet()));
    return rebuilt;
  }

  /** Repairs each database that needs it; whether a log must be replayed with gaps. */
  private boolean repair(Catalogue catalogue) throws IOException {
    boolean skip = false;
    for (Map.Entry<String, Long> entry : catalogue.databases().entrySet()) {
      long id = entry.getValue();
      Path path = Catalogue.directory(directory, id, entry.getKey());
      vfs.createDirectories(path);
      if (!OfflineVerifier.database(vfs, path, id, environment.memory()).clean()) {
        skip |=
            new DatabaseRepair(
                    vfs, environment.memory(), path, id, catalogue.format(), aside, done, lost)
                .run();
      }
    }
    return skip;
  }

  private void replayWhatMatches() {
    EngineListener listener =
        new EngineListener() {
          @Override
          public void damaged(String database, String description) {
            lost.add("database " + database + ": " + description);
          }
        };
    EngineEnvironment listening =
        new EngineEnvironment(
            vfs, environment.clock(), environment.memory(), environment.background(), listener);
    DirectoryEngine.open(
            directory, EngineOptions.defaults().withWalRecovery(WalRecovery.SKIP), listening)
        .close();
  }
}
