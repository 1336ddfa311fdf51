package io.velocitydb.server.auth;

import io.netty.util.AttributeKey;
import io.velocitydb.protocol.scram.PasswordRecord;
import io.velocitydb.server.user.User;
import java.util.Optional;

/**
 * What HELLO left for AUTH on one connection. Used once.
 *
 * @param name who it says to be
 * @param user who it would be, if there is such a user
 * @param password what verifies the proof; of nobody when there is no such user
 * @param authMessage what both sides sign
 */
@SuppressWarnings("ArrayRecordComponent") // handed from HELLO to AUTH and never compared
record Challenge(String name, Optional<User> user, PasswordRecord password, byte[] authMessage) {
  /** Where a connection keeps it. */
  static final AttributeKey<Challenge> ATTRIBUTE =
      AttributeKey.valueOf(Challenge.class, "challenge");
}
