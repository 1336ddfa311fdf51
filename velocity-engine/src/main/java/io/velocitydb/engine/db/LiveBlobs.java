package io.velocitydb.engine.db;

import io.velocitydb.engine.blob.BlobReader;

/** An open blob file. */
final class LiveBlobs extends LiveFile {
  private final long number;
  private final BlobReader reader;

  LiveBlobs(long number, BlobReader reader, Runnable remove) {
    super(remove);
    this.number = number;
    this.reader = reader;
  }

  long number() {
    return number;
  }

  BlobReader reader() {
    return reader;
  }

  @Override
  void closeFile() {
    reader.close();
  }
}
