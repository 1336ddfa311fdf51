package io.velocitydb.client.testing;

import com.google.flatbuffers.FlatBufferBuilder;
import io.netty.handler.ssl.SslHandler;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.AuthRequest;
import io.velocitydb.protocol.fbs.AuthResponse;
import io.velocitydb.protocol.fbs.HelloRequest;
import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.scram.Argon2Parameters;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Password;
import io.velocitydb.protocol.scram.StoredKeys;
import io.velocitydb.protocol.scram.Token;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLKeyException;

/** The server's side of the handshake on one connection. */
final class FakeLogin {

  /**
   * The one user.
   *
   * @param announced the parameters told to clients, which need not be those in use
   */
  record Account(String user, String password, Argon2Parameters announced) {

    static Account of(String user, String password) {
      return new Account(user, password, Argon2Parameters.DEFAULT);
    }

    Account with(int memoryKib, int iterations, int parallelism) {
      return new Account(user, password, new Argon2Parameters(memoryKib, iterations, parallelism));
    }

    /** Derived once per password for all tests of a run, since it is meant to be slow. */
    StoredKeys keys() {
      Argon2Parameters used = announced.isAcceptable() ? announced : Argon2Parameters.DEFAULT;
      return DERIVED.computeIfAbsent(
          new Account(user, password, used),
          account ->
              ClientKeys.ofPassword(Password.prepare(password.toCharArray()), SALT, used).stored());
    }
  }

  private static final Map<Account, StoredKeys> DERIVED = new ConcurrentHashMap<>();
  private static final byte[] SALT =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final Argon2Parameters NO_PARAMETERS = new Argon2Parameters(0, 0, 0);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Account account;
  private final Optional<Token> token;
  private final Optional<TestCertificate> certificate;
  private final Optional<SSLEngine> engine;
  private final String nextFingerprint;
  private final List<String> accepted;
  private byte[] hello = new byte[0];
  private byte[] challenge = new byte[0];
  private byte[] authMessage = new byte[0];
  private String binding = "";
  private Optional<StoredKeys> keys = Optional.empty();

  FakeLogin(
      Account account,
      Optional<Token> token,
      Optional<TestCertificate> certificate,
      Optional<SSLEngine> engine,
      String nextFingerprint,
      List<String> accepted) {
    this.account = account;
    this.token = token;
    this.certificate = certificate;
    this.engine = engine;
    this.nextFingerprint = nextFingerprint;
    this.accepted = accepted;
  }

  /** TLS 1.3 with that certificate. */
  static SslHandler tls(TestCertificate certificate) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      char[] secret = "secret".toCharArray();
      store.setKeyEntry(
          "server", certificate.key(), secret, certificate.chain().toArray(Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, secret);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(keys.getKeyManagers(), null, null);
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(false);
      engine.setEnabledProtocols(new String[] {"TLSv1.3"});
      return new SslHandler(engine);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java runtime has no TLS 1.3", e);
    }
  }

  ByteBuffer hello(ByteBuffer body) {
    HelloRequest request = HelloRequest.getRootAsHelloRequest(body);
    hello = copy(body);
    binding = choose(request);
    byte[] nonce = new byte[32];
    RANDOM.nextBytes(nonce);
    FlatBufferBuilder out = new FlatBufferBuilder();
    int mechanism = out.createString(AuthMessage.MECHANISM);
    int bindingAt = out.createString(binding);
    int nonceAt = out.createByteVector(nonce);
    boolean byToken = request.tokenIdLength() > 0;
    int salt = byToken ? 0 : out.createByteVector(SALT);
    Argon2Parameters told = byToken ? NO_PARAMETERS : account.announced();
    ByteBuffer answer =
        FakeCommands.finish(
            out,
            HelloResponse.createHelloResponse(
                out,
                request.protocolMax(),
                0,
                mechanism,
                bindingAt,
                nonceAt,
                salt,
                told.memoryKib(),
                told.iterations(),
                told.parallelism()));
    challenge = copy(answer);
    return answer;
  }

  /**
   * The first of the accepted binding types that the client offers; the first of all if it offers
   * none of them.
   */
  private String choose(HelloRequest request) {
    List<String> offered = new ArrayList<>();
    for (int i = 0; i < request.bindingTypesLength(); i++) {
      offered.add(request.bindingTypes(i));
    }
    return accepted.stream().filter(offered::contains).findFirst().orElse(accepted.getFirst());
  }

  /** The wished database if the proof is right. */
  Optional<String> verify(ByteBuffer body) {
    AuthRequest request = AuthRequest.getRootAsAuthRequest(body);
    byte[] proof = FakeCommands.bytes(request, request.proofStart(), request.proofLength());
    authMessage = AuthMessage.of(hello, challenge, binding, bindingData());
    keys = keys(HelloRequest.getRootAsHelloRequest(ByteBuffer.wrap(hello)));
    if (keys.isEmpty() || !keys.get().verify(authMessage, proof)) {
      return Optional.empty();
    }
    String database = request.database();
    return Optional.of(database == null ? "default" : database);
  }

  /** The keys of the user or token that HELLO named; empty if there is none of that name. */
  private Optional<StoredKeys> keys(HelloRequest named) {
    byte[] id = FakeCommands.bytes(named, named.tokenIdStart(), named.tokenIdLength());
    if (id.length > 0) {
      return token
          .filter(known -> Arrays.equals(known.id(), id))
          .map(known -> ClientKeys.ofToken(known).stored());
    }
    return account.user().equals(named.user()) ? Optional.of(account.keys()) : Optional.empty();
  }

  private byte[] bindingData() {
    try {
      return switch (binding) {
        case AuthMessage.BINDING_CERTIFICATE ->
            AuthMessage.certificateBinding(certificate.orElseThrow().certificate().getEncoded());
        case AuthMessage.BINDING_EXPORTER ->
            ((ExtendedSSLSession) engine.orElseThrow().getSession())
                .exportKeyingMaterialData("EXPORTER-Channel-Binding", null, 32);
        default -> new byte[0];
      };
    } catch (CertificateEncodingException | SSLKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  ByteBuffer accepted(Optional<String> database, boolean wrongSignature) {
    byte[] signature = keys.orElseThrow().signature(authMessage);
    if (wrongSignature) {
      signature[0] ^= 1;
    }
    FlatBufferBuilder out = new FlatBufferBuilder();
    int signatureAt = out.createByteVector(signature);
    int version = out.createString("fake");
    int cluster = out.createString("fake-cluster");
    int next = nextFingerprint.isEmpty() ? 0 : out.createString(nextFingerprint);
    int databaseAt = database.map(out::createString).orElse(0);
    Limits limits = Limits.DEFAULT;
    return FakeCommands.finish(
        out,
        AuthResponse.createAuthResponse(
            out,
            signatureAt,
            Role.ADMIN.number(),
            0,
            version,
            cluster,
            limits.maxKey(),
            limits.maxValue(),
            limits.maxBatch(),
            limits.maxBatchBytes(),
            limits.maxFrame(),
            next,
            databaseAt));
  }

  private static byte[] copy(ByteBuffer body) {
    byte[] copy = new byte[body.remaining()];
    body.get(body.position(), copy);
    return copy;
  }
}
