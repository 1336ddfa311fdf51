package io.velocitydb.client.command;

import java.util.List;
import java.util.Optional;

/**
 * One answer of a scan.
 *
 * @param entries in the order of the scan; may be empty although more follow
 * @param next where the scan goes on; empty when the range is done
 */
public record Page(List<Entry> entries, Optional<Cursor> next) {

  /** Takes a copy of the list. */
  public Page {
    entries = List.copyOf(entries);
  }
}
