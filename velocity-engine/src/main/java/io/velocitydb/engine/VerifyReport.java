package io.velocitydb.engine;

import java.util.List;

/**
 * What reading every byte of a database found.
 *
 * @param files number of files read
 * @param bytes number of bytes read
 * @param entries number of entries in SSTables and logs, tombstones included
 * @param problems one line for each damage, naming file and offset; empty when all is well
 */
public record VerifyReport(int files, long bytes, long entries, List<String> problems) {
  /** Whether nothing was found. */
  public boolean clean() {
    return problems.isEmpty();
  }
}
