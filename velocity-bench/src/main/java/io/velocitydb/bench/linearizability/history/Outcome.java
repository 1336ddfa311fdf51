package io.velocitydb.bench.linearizability.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.stream.Collectors;

/** What a client was told of an operation. Versions are as on the wire; 0: the key is absent. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "was")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Outcome.Found.class, name = "found"),
  @JsonSubTypes.Type(value = Outcome.Absent.class, name = "absent"),
  @JsonSubTypes.Type(value = Outcome.FoundAll.class, name = "found-all"),
  @JsonSubTypes.Type(value = Outcome.Applied.class, name = "applied"),
  @JsonSubTypes.Type(value = Outcome.NotApplied.class, name = "not-applied"),
  @JsonSubTypes.Type(value = Outcome.Deleted.class, name = "deleted"),
  @JsonSubTypes.Type(value = Outcome.Counted.class, name = "counted"),
  @JsonSubTypes.Type(value = Outcome.NotAnInteger.class, name = "not-an-integer"),
  @JsonSubTypes.Type(value = Outcome.BatchApplied.class, name = "batch-applied"),
  @JsonSubTypes.Type(value = Outcome.BatchRefused.class, name = "batch-refused"),
  @JsonSubTypes.Type(value = Outcome.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = Outcome.Unknown.class, name = "unknown")
})
public sealed interface Outcome {
  /** What a read says of one key. */
  sealed interface Seen extends Outcome {}

  /** GET found an entry. */
  record Found(String value, long version) implements Seen {
    @Override
    public String toString() {
      return "\"%s\" version %s".formatted(value, Long.toUnsignedString(version));
    }
  }

  /** GET found nothing. */
  record Absent() implements Seen {
    @Override
    public String toString() {
      return "absent";
    }
  }

  /** What a read of several keys found, in their order. */
  record FoundAll(List<Seen> entries) implements Outcome {
    /** Takes a copy. */
    public FoundAll {
      entries = List.copyOf(entries);
    }

    @Override
    public String toString() {
      return entries.stream().map(Seen::toString).collect(Collectors.joining(", "));
    }
  }

  /** SET was applied and gave the key this version. */
  record Applied(long version) implements Outcome {
    @Override
    public String toString() {
      return "applied, version " + Long.toUnsignedString(version);
    }
  }

  /** A condition did not hold, because the key had this version. */
  record NotApplied(long version) implements Outcome {
    @Override
    public String toString() {
      return "condition did not hold, version " + Long.toUnsignedString(version);
    }
  }

  /** DELETE was applied. */
  record Deleted(boolean existed) implements Outcome {
    @Override
    public String toString() {
      return existed ? "deleted" : "was not there";
    }
  }

  /** INCR was applied: the number and the version afterwards. */
  record Counted(long value, long version) implements Outcome {
    @Override
    public String toString() {
      return "now %d, version %s".formatted(value, Long.toUnsignedString(version));
    }
  }

  /** INCR, also one in a batch, met a value that is no number; nothing was applied. */
  record NotAnInteger() implements Outcome {
    @Override
    public String toString() {
      return "not an integer";
    }
  }

  /** A batch was applied; the version of each write's key afterwards. */
  record BatchApplied(List<Long> versions) implements Outcome {
    /** Takes a copy. */
    public BatchApplied {
      versions = List.copyOf(versions);
    }

    @Override
    public String toString() {
      return versions.stream()
          .map(Long::toUnsignedString)
          .collect(Collectors.joining(", ", "applied, versions ", ""));
    }
  }

  /** Nothing of a batch was applied, because the key of this write had this version. */
  record BatchRefused(int index, long version) implements Outcome {
    @Override
    public String toString() {
      return "condition %d did not hold, version %s"
          .formatted(index, Long.toUnsignedString(version));
    }
  }

  /** It was surely not applied, and nothing was told of the keys. */
  record Failed() implements Outcome {
    @Override
    public String toString() {
      return "failed, not applied";
    }
  }

  /** The answer did not come: it may have been applied, or may still be at any later time. */
  record Unknown() implements Outcome {
    @Override
    public String toString() {
      return "unknown";
    }
  }
}
