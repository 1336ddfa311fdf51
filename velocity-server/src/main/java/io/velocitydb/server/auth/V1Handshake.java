package io.velocitydb.server.auth;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.Attribute;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.protocol.v1.V1FrameEncoder;
import io.velocitydb.protocol.v1.V1Header;
import io.velocitydb.protocol.v1.V1Login;
import io.velocitydb.protocol.v1.V1Reader;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.user.Principal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.List;

/**
 * HELLO and AUTH_REQUEST of version 1: the same proof as in 2.4, over the two payloads; or a token,
 * and where that is allowed a password, as it is. Thread-safe.
 */
public final class V1Handshake {
  private final Handshake handshake;
  private final PasswordLogin passwords;
  private final LoginWatch watch;
  private final Databases databases;
  private final boolean allowPassword;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param handshake of 2.4, which knows who can prove what
   * @param passwords takes what travels as it is
   * @param watch over all logins
   * @param allowPassword whether that may be a password
   */
  public V1Handshake(
      Handshake handshake,
      PasswordLogin passwords,
      LoginWatch watch,
      Databases databases,
      boolean allowPassword) {
    this.handshake = handshake;
    this.passwords = passwords;
    this.watch = watch;
    this.databases = databases;
    this.allowPassword = allowPassword;
  }

  // ---- HELLO ----

  /**
   * Answers HELLO by a challenge.
   *
   * @param payload reads the bytes of {@code buffer} from {@code index} on
   */
  public void hello(Exchange exchange, V1Reader payload, ByteBuf buffer, int index, int length) {
    Session session = exchange.session();
    Attribute<Challenge> challenge = session.context().channel().attr(Challenge.ATTRIBUTE);
    if (session.identity().principal() != null || challenge.get() != null) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "HELLO comes once, and only AUTH_REQUEST may follow it");
    }
    watch.admit(session);
    V1Login.Hello hello = V1Login.Hello.read(payload);
    if (hello.versionMin() > V1Header.VERSION || hello.versionMax() < V1Header.VERSION) {
      throw new RequestException(
          ErrorCode.UNSUPPORTED, "these frames are of version 1, which HELLO does not offer");
    }
    ChannelBinding binding =
        ChannelBinding.choose(
                session.context().pipeline(),
                List.of(AuthMessage.BINDING_CERTIFICATE, AuthMessage.BINDING_NONE))
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.UNSUPPORTED, "this connection has no certificate to bind to"));
    Claim.OfUser claim = handshake.userClaim(hello.user());
    byte[] nonce = new byte[V1Login.NONCE_BYTES];
    random.nextBytes(nonce);
    V1Login.ServerInfo info =
        new V1Login.ServerInfo(
            V1Header.VERSION,
            fingerprint(session),
            nonce,
            claim.password().salt(),
            claim.password().parameters());
    ByteBuf out = exchange.reply().buffer();
    V1FrameEncoder encoder = new V1FrameEncoder();
    int start = encoder.begin(out, V1Type.SERVER_INFO);
    int body = out.writerIndex();
    info.write(out);
    byte[] answer = ByteBufUtil.getBytes(out, body, out.writerIndex() - body);
    encoder.end(out, start);
    byte[] sent = ByteBufUtil.getBytes(buffer, index, length);
    challenge.set(
        new Challenge(claim, AuthMessage.of(sent, answer, binding.type(), binding.data())));
    session.identity().client(Handshake.shortened(hello.clientName()), "");
    session.context().channel().attr(Challenge.NAME).set(hello.user());
  }

  /** SHA-256 of the key that the server shows on this connection. */
  private static byte[] fingerprint(Session session) {
    SslHandler tls = session.context().pipeline().get(SslHandler.class);
    Certificate[] chain = tls == null ? null : tls.engine().getSession().getLocalCertificates();
    if (chain == null || chain.length == 0) {
      return new byte[V1Login.FINGERPRINT_BYTES];
    }
    try {
      return MessageDigest.getInstance("SHA-256").digest(chain[0].getPublicKey().getEncoded());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  // ---- AUTH_REQUEST ----

  /** Answers AUTH_REQUEST: whoever fails is told so, and the connection is closed. */
  public void authenticate(Exchange exchange, V1Reader payload) {
    Session session = exchange.session();
    Challenge challenge = session.context().channel().attr(Challenge.ATTRIBUTE).getAndSet(null);
    if (challenge == null) {
      throw new RequestException(
          ErrorCode.UNAUTHENTICATED, "AUTH_REQUEST answers a SERVER_INFO; send HELLO");
    }
    int mechanism = payload.u8();
    switch (mechanism) {
      case V1Login.PROOF -> {
        byte[] proof = payload.bytes(V1Login.PROOF_BYTES);
        payload.end();
        byProof(exchange, challenge, proof);
      }
      case V1Login.BEARER -> {
        byte[] secret = payload.lpBytes();
        payload.end();
        byBearer(exchange, secret);
      }
      default ->
          throw new RequestException(
              ErrorCode.UNSUPPORTED,
              "mechanism " + mechanism + " does not exist: 1 is a proof, 2 a token");
    }
  }

  private void byProof(Exchange exchange, Challenge challenge, byte[] proof) {
    Session session = exchange.session();
    Handshake.Proved proved = handshake.prove(session, challenge, proof);
    welcome(session, proved.principal());
    watch.succeeded(session, proved.principal().name());
    answer(exchange.reply().buffer(), proved.principal(), proved.signature());
  }

  private void byBearer(Exchange exchange, byte[] secret) {
    Session session = exchange.session();
    if (!allowPassword && Token.read(secret).isEmpty()) {
      Arrays.fill(secret, (byte) 0);
      throw new RequestException(
          ErrorCode.PERMISSION_DENIED,
          "mechanism 2 takes a token; prove a password by mechanism 1, or have"
              + " security.allow_v1_password set");
    }
    watch.admit(session);
    String user = session.context().channel().attr(Challenge.NAME).get();
    exchange.later(
        Pool.PASSWORDS,
        (reply, _) -> {
          Principal principal = verify(session, user == null ? "" : user, secret);
          // Runs before the reply is sent on, as that goes the same way.
          var _ = session.onLoop(() -> welcome(session, principal));
          answer(reply.buffer(), principal, new byte[V1Login.PROOF_BYTES]);
        });
  }

  private Principal verify(Session session, String user, byte[] secret) {
    try {
      return passwords.verify(session, user, secret);
    } catch (RequestException e) {
      var _ = session.onLoop(session::closeAfterRefusal);
      throw e.error().number() == ErrorCode.INVALID_CREDENTIALS.number()
          ? new RequestException(ErrorCode.INVALID_CREDENTIALS, "wrong user, password or token")
          : e;
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private void welcome(Session session, Principal principal) {
    session.authenticated(principal);
    session.identity().use(databases.enter(Databases.DEFAULT, principal).orElse(null));
  }

  private static void answer(ByteBuf out, Principal principal, byte[] signature) {
    V1FrameEncoder encoder = new V1FrameEncoder();
    int start = encoder.begin(out, V1Type.AUTH_RESPONSE);
    new V1Login.AuthResponse(true, signature, principal.role().label()).write(out);
    encoder.end(out, start);
  }
}
