package io.velocitydb.engine.blob;

/**
 * What the entries of one table refer to in one blob file.
 *
 * @param file number of the blob file
 * @param bytes of the values there, as stored; values that two entries share count twice
 */
public record BlobReference(long file, long bytes) {}
