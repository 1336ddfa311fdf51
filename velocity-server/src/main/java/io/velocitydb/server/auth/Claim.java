package io.velocitydb.server.auth;

import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.PasswordRecord;
import io.velocitydb.protocol.scram.StoredKeys;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.user.ApiToken;
import io.velocitydb.server.user.Principal;
import io.velocitydb.server.user.Tokens;
import io.velocitydb.server.user.User;
import io.velocitydb.server.user.Users;
import java.util.Optional;

/**
 * Who somebody says to be in HELLO, and what proves it in AUTH. For somebody who does not exist
 * there is a claim like any other: the challenge looks the same, the same work is done, and no
 * proof fits.
 */
sealed interface Claim {

  /** The mechanism by which it is proved. */
  String mechanism();

  /** Who it says to be: the name of a user, or what a token's holder is called. */
  String name();

  /** Puts into the challenge what the other side needs for its proof. */
  void challenge(MessageWriter message, int table);

  /** Checks the proof. Takes the same time whoever it is. */
  Verdict verify(byte[] authMessage, byte[] proof);

  /**
   * What came of it.
   *
   * @param principal who it is, as of now; empty for a wrong proof
   * @param signature the server's own proof; empty where the mechanism has none
   */
  @SuppressWarnings("ArrayRecordComponent") // two results of one method
  record Verdict(Optional<Principal> principal, byte[] signature) {}

  /** A user with a password. */
  static OfUser ofUser(Users users, String name) {
    Optional<User> user = users.find(name);
    // Both are worked out for every name, so that none can be told from another by time.
    PasswordRecord ofUnknown = users.ofUnknown(name);
    return new OfUser(users, name, user, user.map(User::password).orElse(ofUnknown));
  }

  /** The holder of a token. */
  static Claim ofToken(Tokens tokens, byte[] id) {
    Optional<ApiToken> token = tokens.find(id);
    StoredKeys ofUnknown = tokens.ofUnknown(id);
    return new OfToken(
        tokens,
        Principal.tokenName(Token.idText(id)),
        token,
        token.map(ApiToken::keys).orElse(ofUnknown));
  }

  /** The user whom the certificate of this TLS connection names. */
  static Claim ofCertificate(Users users, String name) {
    return new OfCertificate(users, name);
  }

  /**
   * By V-SCRAM, from a password.
   *
   * @param user who it would be, if there is such a user
   * @param password what verifies the proof; of nobody when there is no such user
   */
  record OfUser(Users users, String name, Optional<User> user, PasswordRecord password)
      implements Claim {
    @Override
    public String mechanism() {
      return AuthMessage.MECHANISM;
    }

    @Override
    public void challenge(MessageWriter message, int table) {
      message.putBytes(table, HelloResponse.SALT, password.salt());
      message.putInt(table, HelloResponse.ARGON2_MEMORY_KIB, password.parameters().memoryKib());
      message.putInt(table, HelloResponse.ARGON2_ITERATIONS, password.parameters().iterations());
      message.putInt(table, HelloResponse.ARGON2_PARALLELISM, password.parameters().parallelism());
    }

    /** The same work whoever it is: the proof is checked against two records. */
    @Override
    public Verdict verify(byte[] authMessage, byte[] proof) {
      Optional<User> now = user.flatMap(known -> users.find(known.name()));
      boolean kept =
          now.map(known -> known.previousUntilMs() > System.currentTimeMillis()).orElse(false);
      PasswordRecord former = now.flatMap(User::previous).orElse(password);
      boolean byPresent = password.keys().verify(authMessage, proof);
      boolean byFormer = former.keys().verify(authMessage, proof) && kept;
      PasswordRecord matched = byPresent || !byFormer ? password : former;
      byte[] signature = matched.keys().signature(authMessage);
      return new Verdict(
          byPresent || byFormer ? now.flatMap(users::login) : Optional.empty(), signature);
    }
  }

  /**
   * By V-SCRAM, from the secret of a token.
   *
   * @param token which it would be, if there is such a token
   * @param keys what verifies the proof; of nobody when there is no such token
   */
  record OfToken(Tokens tokens, String name, Optional<ApiToken> token, StoredKeys keys)
      implements Claim {
    @Override
    public String mechanism() {
      return AuthMessage.MECHANISM;
    }

    /** A secret is random: there is nothing to make its derivation costly for. */
    @Override
    public void challenge(MessageWriter message, int table) {}

    @Override
    public Verdict verify(byte[] authMessage, byte[] proof) {
      boolean matches = keys.verify(authMessage, proof);
      byte[] signature = keys.signature(authMessage);
      return new Verdict(matches ? token.flatMap(tokens::login) : Optional.empty(), signature);
    }
  }

  /**
   * By what TLS has verified.
   *
   * @param name of the user; TLS has checked that the client may call itself that
   */
  record OfCertificate(Users users, String name) implements Claim {
    @Override
    public String mechanism() {
      return AuthMessage.EXTERNAL;
    }

    @Override
    public void challenge(MessageWriter message, int table) {}

    @Override
    public Verdict verify(byte[] authMessage, byte[] proof) {
      return new Verdict(
          proof.length == 0 ? users.find(name).flatMap(users::login) : Optional.empty(),
          new byte[0]);
    }
  }
}
