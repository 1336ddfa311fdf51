package io.velocitydb.engine;

import java.nio.file.Path;

/**
 * A {@code .velo} file: entries in key order, one for each key, without a database around them.
 *
 * @param file the file
 * @param entries number of entries
 * @param bytes length of the file
 */
public record PortableFile(Path file, long entries, long bytes) {}
