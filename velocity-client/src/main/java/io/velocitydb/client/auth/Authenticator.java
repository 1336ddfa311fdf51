package io.velocitydb.client.auth;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.error.ServerProofException;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.fbs.HelloRequest;
import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.scram.Argon2Parameters;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Proves to servers that a client knows its password or token, by V-SCRAM-ARGON2ID, and demands the
 * same of them.
 *
 * <p>Thread safe; one per client, so that its connections share derived keys.
 */
public final class Authenticator {

  /** V-Proto 2.4.0, as major, minor and patch in one number. */
  static final int PROTOCOL = 2 << 16 | 4 << 8;

  private static final int NONCE_LENGTH = 32;
  private static final int SAME_MINOR = 0xFFFF_FF00;

  private final Credentials credentials;
  private final KeyCache cache = new KeyCache();
  private final SecureRandom random = new SecureRandom();

  /** Proves with {@code credentials}. */
  public Authenticator(Credentials credentials) {
    this.credentials = credentials;
  }

  /**
   * Begins on a connection.
   *
   * @param offered the bits of {@link Features} that the client would like
   * @throws io.velocitydb.client.error.UnauthenticatedException if there are no credentials
   */
  public Exchange begin(ChannelBinding binding, long offered) {
    if (credentials instanceof Credentials.Anonymous) {
      throw refused(
          ErrorCode.UNAUTHENTICATED,
          "no user was given; put user and password into the address (vdb://user:password@host) or give them to the"
              + " client, or a token in VDB_TOKEN");
    }
    if (credentials instanceof Credentials.Password password && password.password().isEmpty()) {
      throw refused(
          ErrorCode.UNAUTHENTICATED, "no password was given for the user " + password.user());
    }
    return new Exchange(binding, offered);
  }

  private String mechanism() {
    return credentials instanceof Credentials.Certificate
        ? AuthMessage.EXTERNAL
        : AuthMessage.MECHANISM;
  }

  private static ServerException refused(ErrorCode code, String message) {
    return ServerException.of(code, message, Outcome.NOT_APPLIED);
  }

  /**
   * The exchange on one connection: HELLO, its answer, the proof, the server's signature. Used in
   * this order, by one thread at a time.
   */
  public final class Exchange {

    private final ChannelBinding binding;
    private final byte[] nonce = new byte[NONCE_LENGTH];
    private final long offered;
    private final ByteBuffer hello;
    private byte[] authMessage = new byte[0];
    private long features = Features.NONE;
    private @Nullable ClientKeys keys;

    private Exchange(ChannelBinding binding, long offered) {
      this.binding = binding;
      this.offered = offered;
      random.nextBytes(nonce);
      this.hello = writeHello();
    }

    /** The body of HELLO. */
    public ByteBuffer hello() {
      return hello.duplicate();
    }

    private ByteBuffer writeHello() {
      FlatBufferBuilder builder = new FlatBufferBuilder(256);
      int mechanisms =
          HelloRequest.createMechanismsVector(
              builder, new int[] {builder.createString(mechanism())});
      int bindings =
          HelloRequest.createBindingTypesVector(
              builder, binding.types().stream().mapToInt(builder::createString).toArray());
      int user = 0;
      int token = 0;
      switch (credentials) {
        case Credentials.Password password -> user = builder.createString(password.user());
        case Credentials.Bearer bearer -> token = builder.createByteVector(bearer.token().id());
        case Credentials.Certificate certificate ->
            user = certificate.user().isEmpty() ? 0 : builder.createString(certificate.user());
        case Credentials.Anonymous _ -> throw new IllegalStateException("checked before");
      }
      int nonceAt = builder.createByteVector(nonce);
      builder.finish(
          HelloRequest.createHelloRequest(
              builder, 0, PROTOCOL, PROTOCOL, offered, mechanisms, bindings, user, token, nonceAt));
      return builder.dataBuffer();
    }

    /**
     * Answers the server's challenge; derives keys on another thread if they are not known yet.
     *
     * @param response the body of HELLO's response as received
     * @return the proof; or the error with which to end, if the server asks for what is not safe
     */
    public CompletableFuture<byte[]> proof(byte[] response) {
      HelloResponse challenge = HelloResponse.getRootAsHelloResponse(ByteBuffer.wrap(response));
      checkAgreement(challenge);
      features = challenge.features() & offered;
      if (credentials instanceof Credentials.Certificate) {
        return CompletableFuture.completedFuture(new byte[0]);
      }
      String type = String.valueOf(challenge.bindingType());
      byte[] bindingData;
      try {
        bindingData = binding.data(type);
      } catch (IllegalArgumentException notOffered) {
        throw unsafe(notOffered.getMessage());
      }
      byte[] sent = new byte[hello.remaining()];
      hello.duplicate().get(sent);
      authMessage = AuthMessage.of(sent, response, type, bindingData);
      return derive(challenge, response)
          .thenApply(
              derived -> {
                keys = derived;
                return derived.proof(authMessage);
              });
    }

    /** What the server agreed to of what was offered; to be believed once it is verified. */
    public long features() {
      return features;
    }

    private void checkAgreement(HelloResponse challenge) {
      if (((int) challenge.protocol() & SAME_MINOR) != PROTOCOL) {
        throw refused(
            ErrorCode.UNSUPPORTED,
            "the server chose protocol "
                + (challenge.protocol() >>> 16)
                + "."
                + (challenge.protocol() >>> 8 & 0xFF)
                + ", this client speaks 2.4");
      }
      if (!mechanism().equals(challenge.mechanism())) {
        throw unsafe("the mechanism " + challenge.mechanism() + " was not offered");
      }
      if (challenge.nonceLength() != NONCE_LENGTH) {
        throw unsafe("its nonce has " + challenge.nonceLength() + " bytes instead of 32");
      }
      byte[] theirs = new byte[NONCE_LENGTH];
      challenge.getByteBuffer().get(challenge.nonceStart(), theirs);
      if (MessageDigest.isEqual(theirs, nonce)) {
        throw unsafe("it repeats the client's nonce");
      }
    }

    private CompletableFuture<ClientKeys> derive(HelloResponse challenge, byte[] response) {
      return switch (credentials) {
        case Credentials.Password password -> {
          Argon2Parameters parameters =
              new Argon2Parameters(
                  (int) challenge.argon2MemoryKib(),
                  (int) challenge.argon2Iterations(),
                  (int) challenge.argon2Parallelism());
          if (!parameters.isAcceptable()) {
            throw unsafe(
                "the Argon2id parameters "
                    + parameters
                    + " are outside "
                    + Argon2Parameters.DEFAULT
                    + " to "
                    + Argon2Parameters.MAX);
          }
          if (challenge.saltLength() != ClientKeys.SALT_LENGTH) {
            throw unsafe("its salt has " + challenge.saltLength() + " bytes instead of 16");
          }
          int start = challenge.saltStart();
          byte[] salt = Arrays.copyOfRange(response, start, start + ClientKeys.SALT_LENGTH);
          yield cache.keys(password, salt, parameters);
        }
        case Credentials.Bearer bearer ->
            CompletableFuture.completedFuture(ClientKeys.ofToken(bearer.token()));
        case Credentials.Certificate _, Credentials.Anonymous _ ->
            throw new IllegalStateException("checked before");
      };
    }

    /**
     * Demands that the server has proved that it knows the password or token. A client certificate
     * has no secret that the server could know: then the check of the server's own certificate is
     * all there is.
     *
     * @throws ServerProofException if it has not
     */
    public void verify(byte[] signature) {
      if (credentials instanceof Credentials.Certificate) {
        return;
      }
      ClientKeys mine = keys;
      if (mine == null || !mine.isServerSignature(authMessage, signature)) {
        throw new ServerProofException(
            "the server did not prove that it knows the password; someone else may be answering in its place");
      }
    }
  }

  private static ServerProofException unsafe(@Nullable String what) {
    return new ServerProofException(
        "the server's challenge is not acceptable: "
            + what
            + "; someone else may be answering in its place");
  }
}
