package io.velocitydb.engine;

/**
 * Counters since the database was opened, and sizes of this moment.
 *
 * @param writes operations committed
 * @param reads point reads
 * @param readHits point reads that found an entry
 * @param walBytes bytes appended to the log
 * @param walSyncs syncs of the log
 * @param walSyncNanos nanoseconds spent in them
 * @param memtableBytes bytes in memtables, flushing ones included
 * @param immutableMemtables memtables waiting for their flush
 * @param tableFiles live SSTables
 * @param tableBytes their bytes
 * @param runs sorted runs that a read may have to look into
 * @param flushes memtables written to SSTables
 * @param compactions merges finished
 * @param compactionBytesWritten bytes written by merges
 * @param stallNanos nanoseconds that writes were held back
 * @param diskBytes all bytes of the database's directory
 * @param estimatedEntries live entries, estimated from file properties
 * @param lastSequence the last sequence number given out
 * @param corruptions checksum mismatches met
 * @param writable whether writes are taken
 * @param notWritableReason why not, or empty
 */
public record DatabaseStats(
    long writes,
    long reads,
    long readHits,
    long walBytes,
    long walSyncs,
    long walSyncNanos,
    long memtableBytes,
    int immutableMemtables,
    int tableFiles,
    long tableBytes,
    int runs,
    long flushes,
    long compactions,
    long compactionBytesWritten,
    long stallNanos,
    long diskBytes,
    long estimatedEntries,
    long lastSequence,
    long corruptions,
    boolean writable,
    String notWritableReason) {}
