package io.velocitydb.engine.manifest;

import io.velocitydb.engine.sstable.TableInfo;

/**
 * A table and the run that it joins.
 *
 * @param tier tier of the run
 * @param run number of the run
 * @param table the table
 */
public record AddedTable(int tier, long run, TableInfo table) {}
