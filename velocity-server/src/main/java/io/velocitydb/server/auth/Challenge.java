package io.velocitydb.server.auth;

import io.netty.util.AttributeKey;

/**
 * What HELLO left for AUTH on one connection. Used once.
 *
 * @param claim who it would be
 * @param authMessage what both sides sign
 */
@SuppressWarnings("ArrayRecordComponent") // handed from HELLO to AUTH and never compared
record Challenge(Claim claim, byte[] authMessage) {
  /** Where a connection keeps it. */
  static final AttributeKey<Challenge> ATTRIBUTE =
      AttributeKey.valueOf(Challenge.class, "challenge");

  /** Who it says to be, for a login by what travels as it is. */
  static final AttributeKey<String> NAME = AttributeKey.valueOf(Challenge.class, "name");
}
