package io.velocitydb.engine.faults;

import java.util.TreeMap;

/** Names as a process sees them, and those that are certainly on the disk. */
final class SimDirectory implements SimNode {
  final TreeMap<String, SimNode> cached = new TreeMap<>();
  final TreeMap<String, SimNode> durable = new TreeMap<>();
}
