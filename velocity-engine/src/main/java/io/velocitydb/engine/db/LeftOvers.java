package io.velocitydb.engine.db;

import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what belongs to no database of a data directory any more. */
final class LeftOvers {
  private static final Logger LOG = LoggerFactory.getLogger(LeftOvers.class);

  private final Vfs vfs;
  private final Path directory;

  LeftOvers(Vfs vfs, Path directory) {
    this.vfs = vfs;
    this.directory = directory;
  }

  /** Removes directories of databases that were dropped, or never came to be. */
  void removeUnknown(Catalogue catalogue) throws IOException {
    Path databases = directory.resolve(Catalogue.DATABASES);
    List<String> known = new ArrayList<>();
    catalogue
        .databases()
        .forEach(
            (name, id) ->
                known.add(Catalogue.directory(directory, id, name).getFileName().toString()));
    for (String name : vfs.list(databases)) {
      if (!known.contains(name)) {
        remove(databases.resolve(name));
      }
    }
  }

  /** Removes a database's directory, if it is there. */
  void remove(Path database) throws IOException {
    if (!vfs.exists(database)) {
      return;
    }
    for (String file : vfs.list(database)) {
      vfs.delete(database.resolve(file));
    }
    vfs.delete(database);
  }

  /** Tells that a directory could not be removed. */
  static void stays(Path database, IOException why) {
    LOG.warn(
        "{} belongs to no database any more, but stays until the engine is opened again: {}",
        database,
        why.toString());
  }
}
