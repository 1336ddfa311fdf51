package io.velocitydb.engine.vfs;

import java.io.IOException;
import java.nio.file.Path;

/** The file is locked by another process, or by another engine of this one. */
public final class FileLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  public FileLockedException(Path path) {
    super(path + " is locked");
  }
}
