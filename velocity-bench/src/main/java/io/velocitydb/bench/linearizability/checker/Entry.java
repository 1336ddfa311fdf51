package io.velocitydb.bench.linearizability.checker;

/**
 * What one key holds in the model.
 *
 * @param present false: the key is absent, and the rest says nothing
 * @param value the value
 * @param versionKnown whether {@code version} is known: after a write whose answer never came it is
 *     not, until somebody is told
 * @param version never 0
 * @param expiresAt milliseconds of the server's clock; 0: never
 */
record Entry(boolean present, String value, boolean versionKnown, long version, long expiresAt) {
  static final Entry ABSENT = new Entry(false, "", false, 0, 0);

  static Entry of(String value, long version, long expiresAt) {
    return new Entry(true, value, true, version, expiresAt);
  }

  /** One that was written without a word of its version. */
  static Entry untold(String value, long expiresAt) {
    return new Entry(true, value, false, 0, expiresAt);
  }

  Entry withVersion(long told) {
    return new Entry(true, value, true, told, expiresAt);
  }

  @Override
  public String toString() {
    if (!present) {
      return "absent";
    }
    return "\"%s\" version %s%s"
        .formatted(
            value,
            versionKnown ? Long.toUnsignedString(version) : "not told",
            expiresAt == 0 ? "" : " expires at " + expiresAt);
  }
}
