package io.velocitydb.engine.sstable;

/**
 * How a table's file is laid out.
 *
 * @param version of the table's format
 * @param dataBlocks number of data blocks
 * @param indexPartitions number of index partitions; 0 if the index is one block, or there is none
 * @param filterPartitions number of filter partitions; 0 if the filter is one block, or there is
 *     none
 */
public record TableLayout(
    int version, long dataBlocks, int indexPartitions, int filterPartitions) {}
