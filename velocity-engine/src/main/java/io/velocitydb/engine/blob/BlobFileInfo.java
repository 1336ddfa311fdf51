package io.velocitydb.engine.blob;

/**
 * A blob file as the manifest knows it.
 *
 * @param number names the file
 * @param bytes its length
 */
public record BlobFileInfo(long number, long bytes) {
  /** Bytes of its values, dead ones too. */
  public long valueBytes() {
    return bytes - BlobHeader.BYTES;
  }
}
