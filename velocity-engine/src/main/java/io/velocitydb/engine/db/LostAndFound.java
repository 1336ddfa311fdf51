package io.velocitydb.engine.db;

import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder to which a repair moves what it cannot use. Not thread-safe. */
final class LostAndFound {
  /** Its name in the data directory. */
  static final String FOLDER = "lost";

  private final Vfs vfs;
  private final Path dataDirectory;
  private final NativeMemory memory;
  private final List<Path> aside = new ArrayList<>();

  LostAndFound(Vfs vfs, Path dataDirectory, NativeMemory memory) {
    this.vfs = vfs;
    this.dataDirectory = dataDirectory;
    this.memory = memory;
  }

  /** Where things are now. */
  List<Path> aside() {
    return aside;
  }

  /** Moves a file there, if it exists. */
  void move(Path file) throws IOException {
    if (vfs.exists(file)) {
      Path place = place(file);
      vfs.rename(file, place);
      done(file, place);
    }
  }

  /** Gives a file that will be replaced or removed a second name, or a copy, there. */
  void keep(Path file) throws IOException {
    if (vfs.exists(file)) {
      Path place = place(file);
      new FileTransfer(vfs, memory, () -> {}).place(file, place);
      done(file, place);
    }
  }

  private Path place(Path file) throws IOException {
    Path target = dataDirectory.resolve(FOLDER).resolve(dataDirectory.relativize(file));
    vfs.createDirectories(target.resolveSibling("."));
    Path free = target;
    for (int i = 1; vfs.exists(free); i++) {
      free = target.resolveSibling(target.getFileName() + "." + i);
    }
    return free;
  }

  private void done(Path file, Path place) throws IOException {
    vfs.syncDirectory(place.resolveSibling("."));
    vfs.syncDirectory(file.resolveSibling("."));
    aside.add(place);
  }
}
