package io.velocitydb.client.command;

import io.velocitydb.client.value.Version;

/**
 * What must be true of the key for a write to be applied.
 *
 * <p>Immutable.
 */
public final class Condition {

  /** No condition. */
  public static final Condition ALWAYS =
      new Condition(io.velocitydb.protocol.fbs.Condition.ALWAYS, 0);

  /** The key is not there. */
  public static final Condition IF_ABSENT =
      new Condition(io.velocitydb.protocol.fbs.Condition.IF_ABSENT, 0);

  /** The key is there. */
  public static final Condition IF_PRESENT =
      new Condition(io.velocitydb.protocol.fbs.Condition.IF_PRESENT, 0);

  final int kind;
  final long version;

  private Condition(int kind, long version) {
    this.kind = kind;
    this.version = version;
  }

  /**
   * The entry is the very one that was read or written with {@code version}; {@link
   * Version#ABSENT}: the key is not there.
   */
  public static Condition ifVersion(Version version) {
    return new Condition(io.velocitydb.protocol.fbs.Condition.IF_VERSION, version.number());
  }
}
