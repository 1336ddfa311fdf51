package io.velocitydb.engine.db;

import io.velocitydb.engine.vfs.NumberedFiles;

/** Names of the files that hold entries for good. */
final class DataFiles {
  static final NumberedFiles TABLES = new NumberedFiles(".sst");
  static final NumberedFiles BLOBS = new NumberedFiles(".blob");

  private DataFiles() {}
}
