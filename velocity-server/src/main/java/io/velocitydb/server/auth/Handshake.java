package io.velocitydb.server.auth;

import io.netty.util.Attribute;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.AuthRequest;
import io.velocitydb.protocol.fbs.AuthResponse;
import io.velocitydb.protocol.fbs.HelloRequest;
import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;
import io.velocitydb.server.user.Principal;
import io.velocitydb.server.user.Scope;
import io.velocitydb.server.user.Users;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** HELLO and AUTH. Thread-safe. */
public final class Handshake {
  private static final int PROTOCOL = 2 << 16 | 4 << 8;
  private static final int NONCE_BYTES = 32;
  private static final int CLIENT_ID_BYTES = 16;
  private static final int CLIENT_TEXT_MAX = 128;
  private static final String DEFAULT_DATABASE = "default";

  private final Users users;
  private final LoginWatch watch;
  private final Databases databases;
  private final Limits limits;
  private final String serverVersion;
  private final SecureRandom random = new SecureRandom();

  public Handshake(
      Users users, LoginWatch watch, Databases databases, Limits limits, String serverVersion) {
    this.users = users;
    this.watch = watch;
    this.databases = databases;
    this.limits = limits;
    this.serverVersion = serverVersion;
  }

  /** Its commands. */
  public Map<Opcode, Command> commands() {
    return Map.of(Opcode.HELLO, this::hello, Opcode.AUTH, this::auth);
  }

  // ---- HELLO ----

  private void hello(Exchange exchange) {
    Session session = exchange.session();
    Attribute<Challenge> challenge = session.context().channel().attr(Challenge.ATTRIBUTE);
    if (session.identity().principal() != null || challenge.get() != null) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "HELLO comes once, and only AUTH may follow it");
    }
    watch.admit(session);
    HelloRequest hello = HelloRequest.getRootAsHelloRequest(exchange.body());
    check(hello);
    ChannelBinding binding =
        ChannelBinding.choose(session.context().pipeline(), bindingTypes(hello))
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.UNSUPPORTED,
                        "none of the channel bindings is possible here; offer "
                            + AuthMessage.BINDING_CERTIFICATE));
    Claim claim = claim(hello, CertifiedUser.of(session.context().pipeline()));
    Reply reply = exchange.reply();
    int table = reply.begin(HelloResponse.TABLE);
    MessageWriter message = reply.message();
    message.putInt(table, HelloResponse.PROTOCOL, PROTOCOL);
    session.agreement().on(hello.features() & Features.ALL);
    message.putLong(table, HelloResponse.FEATURES, hello.features() & Features.ALL);
    message.putString(table, HelloResponse.MECHANISM, claim.mechanism());
    message.putString(table, HelloResponse.BINDING_TYPE, binding.type());
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    message.putBytes(table, HelloResponse.NONCE, nonce);
    claim.challenge(message, table);
    byte[] response = reply.bodyCopy();
    reply.end();
    challenge.set(
        new Challenge(
            claim,
            AuthMessage.of(bytes(exchange.body()), response, binding.type(), binding.data())));
  }

  private static void check(HelloRequest hello) {
    if (hello.protocolMin() > PROTOCOL || hello.protocolMax() < PROTOCOL) {
      throw new RequestException(
          ErrorCode.UNSUPPORTED, "client and server have no version of the protocol in common");
    }
    if (hello.nonceLength() != NONCE_BYTES) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "a nonce has " + NONCE_BYTES + " bytes");
    }
  }

  /** The first of the offered mechanisms that is possible on this connection decides. */
  private Claim claim(HelloRequest hello, Optional<String> certified) {
    boolean byUser = hello.user() != null && !hello.user().isEmpty();
    boolean byToken = hello.tokenIdLength() > 0;
    for (int i = 0; i < hello.mechanismsLength(); i++) {
      String mechanism = hello.mechanisms(i);
      boolean mayBeCertified =
          certified.isPresent() && !byToken && (!byUser || certified.get().equals(hello.user()));
      if (AuthMessage.EXTERNAL.equals(mechanism) && mayBeCertified) {
        return Claim.ofCertificate(users, certified.get());
      }
      if (AuthMessage.MECHANISM.equals(mechanism)) {
        return byProof(hello, byUser, byToken);
      }
    }
    throw new RequestException(
        ErrorCode.UNSUPPORTED,
        "none of the mechanisms is possible here; offer "
            + AuthMessage.MECHANISM
            + ", or "
            + AuthMessage.EXTERNAL
            + " with a certificate whose common name is the user's");
  }

  private Claim byProof(HelloRequest hello, boolean byUser, boolean byToken) {
    if (byUser == byToken) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "HELLO must name a user or a token, one of the two");
    }
    if (byUser) {
      return Claim.ofUser(users, hello.user());
    }
    if (hello.tokenIdLength() != Token.ID_LENGTH) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "the id of a token has " + Token.ID_LENGTH + " bytes");
    }
    return Claim.ofToken(users.tokens(), bytes(hello.tokenIdAsByteBuffer()));
  }

  private static List<String> bindingTypes(HelloRequest hello) {
    List<String> types = new ArrayList<>();
    for (int i = 0; i < hello.bindingTypesLength(); i++) {
      types.add(hello.bindingTypes(i));
    }
    return types;
  }

  // ---- AUTH ----

  private void auth(Exchange exchange) {
    Session session = exchange.session();
    Challenge challenge = session.context().channel().attr(Challenge.ATTRIBUTE).getAndSet(null);
    if (challenge == null) {
      throw new RequestException(ErrorCode.UNAUTHENTICATED, "AUTH answers a HELLO; send that");
    }
    AuthRequest auth = AuthRequest.getRootAsAuthRequest(exchange.body());
    if (auth.clientIdLength() != 0 && auth.clientIdLength() != CLIENT_ID_BYTES) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "a client id has " + CLIENT_ID_BYTES + " bytes");
    }
    byte[] proof = auth.proofLength() == 0 ? new byte[0] : bytes(auth.proofAsByteBuffer());
    Proved proved = prove(session, challenge, proof);
    Principal principal = proved.principal();
    session.authenticated(principal);
    session.identity().client(shortened(auth.clientName()), shortened(auth.clientVersion()));
    String wished = auth.database() == null ? DEFAULT_DATABASE : auth.database();
    Optional<OpenDatabase> database = databases.enter(wished, principal);
    session.identity().use(database.orElse(null));
    watch.succeeded(session, principal.name());
    answer(exchange, principal, proved.signature(), database);
  }

  /** Somebody with a password. */
  Claim.OfUser userClaim(String name) {
    return Claim.ofUser(users, name);
  }

  /** Who has proved who it is, and the server's own proof. */
  @SuppressWarnings("ArrayRecordComponent") // two results of one method
  record Proved(Principal principal, byte[] signature) {}

  /** Checks a proof. After a wrong one the connection ends. */
  Proved prove(Session session, Challenge challenge, byte[] proof) {
    // Of many that have a challenge, no more are checked than failures are free.
    watch.admit(session);
    Claim.Verdict verdict = challenge.claim().verify(challenge.authMessage(), proof);
    if (verdict.principal().isEmpty()) {
      session.closeAfterRefusal();
      throw watch.failed(session, challenge.claim().name(), "wrong user, password or token");
    }
    return new Proved(verdict.principal().get(), verdict.signature());
  }

  static String shortened(@Nullable String text) {
    return text == null ? "" : text.substring(0, Math.min(text.length(), CLIENT_TEXT_MAX));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  private void answer(
      Exchange exchange, Principal principal, byte[] signature, Optional<OpenDatabase> database) {
    Reply reply = exchange.reply();
    int table = reply.begin(AuthResponse.TABLE);
    MessageWriter message = reply.message();
    if (signature.length > 0) {
      message.putBytes(table, AuthResponse.SERVER_SIGNATURE, signature);
    }
    message.putByte(table, AuthResponse.ROLE, principal.role().number());
    List<Scope> scopes = principal.scopes();
    if (!scopes.isEmpty()) {
      int vector = message.reserveTables(table, AuthResponse.SCOPES, scopes.size());
      for (int i = 0; i < scopes.size(); i++) {
        int scope = message.element(vector, i, io.velocitydb.protocol.fbs.Scope.TABLE);
        message.putString(
            scope, io.velocitydb.protocol.fbs.Scope.DATABASE, scopes.get(i).database());
        message.putBytes(scope, io.velocitydb.protocol.fbs.Scope.PREFIX, scopes.get(i).prefix());
      }
    }
    message.putString(table, AuthResponse.SERVER_VERSION, serverVersion);
    message.putString(table, AuthResponse.CLUSTER_ID, users.clusterId());
    message.putInt(table, AuthResponse.MAX_KEY, limits.maxKey());
    message.putLong(table, AuthResponse.MAX_VALUE, limits.maxValue());
    message.putInt(table, AuthResponse.MAX_BATCH, limits.maxBatch());
    message.putLong(table, AuthResponse.MAX_BATCH_BYTES, limits.maxBatchBytes());
    message.putLong(table, AuthResponse.MAX_FRAME, limits.maxFrame());
    database.ifPresent(
        selected -> message.putString(table, AuthResponse.DATABASE, selected.name()));
    reply.end();
  }
}
