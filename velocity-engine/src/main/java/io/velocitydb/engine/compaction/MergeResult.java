package io.velocitydb.engine.compaction;

import io.velocitydb.engine.sstable.TableInfo;
import java.util.List;

/**
 * What a merge wrote.
 *
 * @param tables in key order, synced, together one run; none when nothing was left
 * @param entriesRead point entries of the inputs
 * @param entriesWritten point entries of the outputs
 * @param bytesWritten bytes of the outputs
 */
public record MergeResult(
    List<TableInfo> tables, long entriesRead, long entriesWritten, long bytesWritten) {}
