package io.velocitydb.engine;

/**
 * What must hold of a key for a write to be applied. It is evaluated in the commit pipeline, after
 * every write that took effect before.
 *
 * @param kind what is compared
 * @param version for {@link Kind#IF_VERSION} the version that the key must have (0: absent);
 *     otherwise 0
 */
public record Condition(Kind kind, long version) {
  public static final Condition ALWAYS = new Condition(Kind.ALWAYS, 0);
  public static final Condition IF_ABSENT = new Condition(Kind.IF_ABSENT, 0);
  public static final Condition IF_PRESENT = new Condition(Kind.IF_PRESENT, 0);

  /** What a condition compares. */
  public enum Kind {
    ALWAYS,
    IF_ABSENT,
    IF_PRESENT,
    IF_VERSION
  }

  /** The key must have exactly this version. */
  public static Condition ifVersion(long version) {
    return new Condition(Kind.IF_VERSION, version);
  }
}
