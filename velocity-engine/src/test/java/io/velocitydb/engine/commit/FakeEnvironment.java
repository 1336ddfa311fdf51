package io.velocitydb.engine.commit;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A database without files: a map of what was applied, and knobs. */
final class FakeEnvironment implements CommitEnvironment, AutoCloseable {
  final FakeWal wal = new FakeWal();
  final Map<String, Entry> applied = new HashMap<>();
  final Set<String> cold = new HashSet<>();
  final List<CommitRequest> reading = new ArrayList<>();
  final List<String> poisons = new ArrayList<>();
  long visible;
  boolean admits = true;
  boolean callersSync = true;
  @Nullable EngineException refusal;
  long refusesFrom = Long.MAX_VALUE;
  long timeMs = 1_000;
  int turns;
  Runnable whenTurnBegins = () -> {};
  Runnable whenTurnEnds = () -> {};
  Runnable whenPublishing = () -> {};
  private final NativeBuffer found;

  FakeEnvironment(NativeMemory memory) {
    found = new NativeBuffer(memory, MemoryTag.CURSOR);
  }

  private static String text(long address, int length) {
    return new String(Memory.bytes(address, length), StandardCharsets.UTF_8);
  }

  @Override
  public boolean admit(long bytes, int operations, long nextSequence, boolean deletesOnly) {
    if (refusal != null && !deletesOnly) {
      throw refusal;
    }
    if (nextSequence >= refusesFrom) {
      throw new EngineException(EngineException.Kind.DISK_FULL, "full");
    }
    return admits;
  }

  @Override
  public void reserve(long bytes, boolean deletesOnly) {}

  @Override
  public int maxValueBytes() {
    return Database.MAX_VALUE_BYTES_OF_FORMAT_1;
  }

  @Override
  public long commitTimeMs() {
    return timeMs;
  }

  @Override
  public FakeWal wal() {
    return wal;
  }

  @Override
  public void insert(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength) {
    byte[] key = Memory.bytes(keyAddress, keyLength);
    String name = new String(key, StandardCharsets.UTF_8);
    if (kind == EntryKind.RANGE_DELETE) {
      String end = text(valueAddress, valueLength);
      applied
          .keySet()
          .removeIf(k -> k.compareTo(name) >= 0 && (end.isEmpty() || k.compareTo(end) < 0));
    } else if (kind == EntryKind.DELETE) {
      applied.remove(name);
    } else {
      byte[] value = Memory.bytes(valueAddress, valueLength);
      applied.put(name, new Entry(key, value, encoding, sequence, expiresAtMs));
    }
  }

  @Override
  public void beginTurn() {
    turns++;
    whenTurnBegins.run();
  }

  @Override
  public void endTurn() {
    whenTurnEnds.run();
  }

  @Override
  public boolean lookup(
      CommitRequest request, int operation, long keyAddress, int keyLength, Lookup into) {
    String key = text(keyAddress, keyLength);
    ReadAhead ahead = request.readAhead();
    if (cold.contains(key) && (ahead == null || !ahead.entries().containsKey(operation))) {
      return false;
    }
    Entry entry = applied.get(key);
    if (entry == null) {
      into.missing();
    } else {
      long value = found.reserve(entry.value().length);
      Memory.copy(entry.value(), 0, value, entry.value().length);
      into.found(
          entry.version(), entry.encoding(), entry.expiresAtMs(), value, entry.value().length);
    }
    return true;
  }

  @Override
  public void readAhead(CommitRequest request, List<Integer> operations) {
    reading.add(request);
    Map<Integer, Optional<Entry>> entries = new HashMap<>();
    operations.forEach(operation -> entries.put(operation, Optional.empty()));
    pending = new ReadAhead(0, entries);
  }

  private ReadAhead pending = new ReadAhead(0, Map.of());

  /** What was being read from files is there. */
  void finishReading() {
    reading.removeFirst().readAhead(pending);
  }

  @Override
  public void publish(long sequence) {
    whenPublishing.run();
    visible = sequence;
  }

  @Override
  public boolean syncHere(Runnable sync) {
    if (callersSync) {
      sync.run();
    }
    return callersSync;
  }

  @Override
  public void synced() {}

  @Override
  public void poisoned(EngineException reason) {
    poisons.add(String.valueOf(reason.getMessage()));
  }

  @Override
  public void close() {
    found.close();
  }
}
