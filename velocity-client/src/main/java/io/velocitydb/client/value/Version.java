package io.velocitydb.client.value;

/**
 * The version of a key's entry, for compare-and-set. Opaque: only equality means something, and a
 * key never gets the same one twice.
 *
 * @param number as on the wire; 0 means that the key is absent
 */
public record Version(long number) {

  /** The version of a key that is not there. */
  public static final Version ABSENT = new Version(0);

  /** The version with that number. */
  public static Version of(long number) {
    return number == 0 ? ABSENT : new Version(number);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(number);
  }
}
