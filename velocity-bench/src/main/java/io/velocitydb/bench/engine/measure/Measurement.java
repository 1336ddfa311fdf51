package io.velocitydb.bench.engine.measure;

import java.util.Map;

/**
 * What one measurement found. What is not known, or has no meaning in a workload, is NaN.
 *
 * @param rate of the workload's unit; where data is written: until flushes and merges have caught
 *     up, but for the workloads whose writes are paced or synced one by one
 * @param rateWhileWriting the same without the wait for flushes and merges
 * @param operations that were measured
 * @param settlingSeconds what flushes and merges took after the last write
 * @param settled whether they ended within the time that they were given
 * @param histogram latencies in nanoseconds: an HdrHistogram, compressed, in Base64
 * @param longestStallMillis the longest time that the operations between two looks at the clock
 *     took together
 * @param writeAmplification bytes written to storage by bytes of keys and values written
 * @param readAmplification bytes read by system calls, the page cache included, by bytes of keys
 *     and values read
 * @param spaceAmplification size of the directory by bytes of keys and values in it
 * @param residentBytes resident memory of the process, its heap included
 * @param anonymousBytes the part of it that no file stands behind
 * @param heapBytesPerOperation bytes allocated on the heap by the calling threads
 * @param misses reads that found nothing
 * @param backgroundWritesPerSecond what the paced writer reached
 * @param settings of the store
 */
public record Measurement(
    double rate,
    double rateWhileWriting,
    long operations,
    double settlingSeconds,
    boolean settled,
    String histogram,
    double longestStallMillis,
    double writeAmplification,
    double readAmplification,
    double spaceAmplification,
    long residentBytes,
    long anonymousBytes,
    double heapBytesPerOperation,
    long misses,
    double backgroundWritesPerSecond,
    Map<String, String> settings) {
  public Measurement {
    settings = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(settings));
  }
}
