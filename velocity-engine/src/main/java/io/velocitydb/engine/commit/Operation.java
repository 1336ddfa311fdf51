package io.velocitydb.engine.commit;

/** Layout of an operation in a {@link Batch}; it is never stored. */
final class Operation {
  static final byte NOTHING = 0;
  static final byte PUT = 1;
  static final byte DELETE = 2;
  static final byte INCREMENT = 3;
  static final byte APPEND = 4;
  static final byte EXPIRE = 5;
  static final byte DELETE_RANGE = 6;

  static final int TYPE = 0;
  static final int ENCODING = 1;
  static final int EXPIRY_KIND = 2;
  static final int CONDITION_KIND = 3;
  static final int RETURN_PREVIOUS = 4;
  static final int KEY_LENGTH = 8;
  static final int VALUE_LENGTH = 12;
  static final int EXPIRY_MILLIS = 16;
  static final int CONDITION_VERSION = 24;

  /** The key, then the value; of an increment, delta and initial as the value. */
  static final int DATA = 32;

  private Operation() {}
}
