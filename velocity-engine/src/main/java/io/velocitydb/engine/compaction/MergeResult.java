package io.velocitydb.engine.compaction;

import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobReference;
import io.velocitydb.engine.sstable.TableInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a merge wrote.
 *
 * @param tables in key order, synced, together one run; none when nothing was left
 * @param entriesRead point entries of the inputs
 * @param entriesWritten point entries of the outputs
 * @param bytesWritten bytes of the outputs, blob files included
 * @param blobs new blob files, synced
 * @param references what the tables refer to in blob files, new ones and old, by number of the
 *     table
 * @param next the first key that was not merged; empty when all were
 */
public record MergeResult(
    List<TableInfo> tables,
    long entriesRead,
    long entriesWritten,
    long bytesWritten,
    List<BlobFileInfo> blobs,
    Map<Long, List<BlobReference>> references,
    Optional<byte[]> next) {}
