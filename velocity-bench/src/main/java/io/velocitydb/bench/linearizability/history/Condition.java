package io.velocitydb.bench.linearizability.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What must be true of a key for a write to be applied. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Condition.Always.class, name = "always"),
  @JsonSubTypes.Type(value = Condition.IfAbsent.class, name = "absent"),
  @JsonSubTypes.Type(value = Condition.IfPresent.class, name = "present"),
  @JsonSubTypes.Type(value = Condition.IfVersion.class, name = "version")
})
public sealed interface Condition {
  /** No condition. */
  Condition ALWAYS = new Always();

  /** Whether it holds for a key with this version; 0: the key is absent. */
  boolean holdsFor(long version);

  /** No condition. */
  record Always() implements Condition {
    @Override
    public boolean holdsFor(long version) {
      return true;
    }

    @Override
    public String toString() {
      return "";
    }
  }

  /** The key is absent. */
  record IfAbsent() implements Condition {
    @Override
    public boolean holdsFor(long version) {
      return version == 0;
    }

    @Override
    public String toString() {
      return " if absent";
    }
  }

  /** The key is present. */
  record IfPresent() implements Condition {
    @Override
    public boolean holdsFor(long version) {
      return version != 0;
    }

    @Override
    public String toString() {
      return " if present";
    }
  }

  /**
   * The key has this version.
   *
   * @param version 0: the key is absent
   */
  record IfVersion(long version) implements Condition {
    @Override
    public boolean holdsFor(long current) {
      return current == version;
    }

    @Override
    public String toString() {
      return " if version " + Long.toUnsignedString(version);
    }
  }
}
