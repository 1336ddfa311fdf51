package io.velocitydb.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that a file holds, in words: the file as a whole, an edit, a group, an entry, or bytes
 * that match no checksum.
 *
 * @param what {@code table}, {@code log}, {@code manifest}, {@code edit}, {@code group}, {@code
 *     put}, {@code delete}, {@code range_delete}, {@code blob} or {@code gap}
 * @param fields readable values by name, in an order that does not change; bytes of keys that are
 *     no printable ASCII are written {@code \xNN}
 */
public record Inspected(String what, Map<String, String> fields) {
  public Inspected {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }
}
