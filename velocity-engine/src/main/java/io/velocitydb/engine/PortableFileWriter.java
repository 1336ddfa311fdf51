package io.velocitydb.engine;

import java.nio.file.Path;

/**
 * Writes a {@code .velo} file from entries that come in key order, for {@link Database#ingest}. The
 * file gets its name when it is finished. Not thread-safe; close it in any case.
 */
public interface PortableFileWriter extends AutoCloseable {
  /**
   * Begins a file.
   *
   * @param file must not exist yet
   * @throws EngineException if it exists or cannot be written
   */
  static PortableFileWriter create(Path file) {
    return EngineProvider.installed().writer(file);
  }

  /**
   * Adds an entry.
   *
   * @param key above the one before, by unsigned bytes
   * @param expiresAtMs milliseconds since the Unix epoch, 0 for never
   * @throws EngineException if key or value is outside its limits, or the key out of order
   */
  void add(byte[] key, byte[] value, byte encoding, long expiresAtMs);

  /** Completes the file; when this returns, it is on stable storage. */
  PortableFile finish();

  /** Removes what was not finished. */
  @Override
  void close();
}
