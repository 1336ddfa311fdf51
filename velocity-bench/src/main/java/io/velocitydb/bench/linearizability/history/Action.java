package io.velocitydb.bench.linearizability.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** What a client asked for. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Action.Get.class, name = "get"),
  @JsonSubTypes.Type(value = Action.GetAll.class, name = "get-all"),
  @JsonSubTypes.Type(value = Action.Set.class, name = "set"),
  @JsonSubTypes.Type(value = Action.Delete.class, name = "delete"),
  @JsonSubTypes.Type(value = Action.Incr.class, name = "incr"),
  @JsonSubTypes.Type(value = Action.Batch.class, name = "batch")
})
public sealed interface Action {
  /** The keys it reads or writes, each once. */
  List<String> touched();

  /** Whether it can change anything. */
  default boolean isWrite() {
    return true;
  }

  /** A write of one key, alone or in a batch. */
  sealed interface Write extends Action {
    /** The key. */
    String key();

    @Override
    default List<String> touched() {
      return List.of(key());
    }
  }

  /** Reads a key. */
  record Get(String key) implements Action {
    @Override
    public List<String> touched() {
      return List.of(key);
    }

    @Override
    public boolean isWrite() {
      return false;
    }

    @Override
    public String toString() {
      return "GET " + key;
    }
  }

  /** Reads several keys at the same moment. */
  record GetAll(List<String> keys) implements Action {
    /** Refuses a key that comes twice. */
    public GetAll {
      keys = List.copyOf(keys);
      requireDistinct(keys);
    }

    @Override
    public List<String> touched() {
      return keys;
    }

    @Override
    public boolean isWrite() {
      return false;
    }

    @Override
    public String toString() {
      return "MGET " + String.join(" ", keys);
    }
  }

  /**
   * Sets a key.
   *
   * @param expiresAt milliseconds of the server's clock at which the entry ceases to exist; 0:
   *     never
   */
  record Set(String key, String value, Condition condition, long expiresAt) implements Write {
    @Override
    public String toString() {
      return "SET %s \"%s\"%s%s"
          .formatted(key, value, condition, expiresAt == 0 ? "" : " expires at " + expiresAt);
    }
  }

  /** Deletes a key; one that is absent is no error. */
  record Delete(String key, Condition condition) implements Write {
    @Override
    public String toString() {
      return "DELETE " + key + condition;
    }
  }

  /** Adds to the decimal number that a key holds; an absent key counts as 0. */
  record Incr(String key, long delta) implements Write {
    @Override
    public String toString() {
      return "INCR %s %d".formatted(key, delta);
    }
  }

  /** Writes of different keys, all or nothing. */
  record Batch(List<Write> writes) implements Action {
    /** Refuses a key that comes twice. */
    public Batch {
      writes = List.copyOf(writes);
      requireDistinct(writes.stream().map(Write::key).toList());
    }

    @Override
    public List<String> touched() {
      return writes.stream().map(Write::key).toList();
    }

    @Override
    public String toString() {
      return writes.stream().map(Write::toString).collect(Collectors.joining("; ", "BATCH {", "}"));
    }
  }

  private static void requireDistinct(List<String> keys) {
    if (new HashSet<>(keys).size() != keys.size()) {
      throw new IllegalArgumentException("a key comes twice in " + keys);
    }
  }
}
