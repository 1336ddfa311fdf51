package io.velocitydb.protocol;

/** What a command needs of the one who sends it; each {@link Opcode} has one. */
public enum Access {
  /** Comes before anybody is known: HELLO and AUTH. */
  HANDSHAKE,
  /** Any authenticated user. */
  SESSION,
  /** Reads keys, within the user's scopes. */
  READ,
  /** Writes keys, within the user's scopes. */
  WRITE,
  /** Runs the server, sees no values. */
  OPERATE,
  /** Changes what decides over everything else. */
  ADMIN
}
