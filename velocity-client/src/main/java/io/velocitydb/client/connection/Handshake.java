package io.velocitydb.client.connection;

import com.google.flatbuffers.FlatBufferBuilder;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.velocitydb.client.auth.Authenticator;
import io.velocitydb.client.auth.ChannelBinding;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.Messages;
import io.velocitydb.client.telemetry.ClientMetrics;
import io.velocitydb.client.telemetry.RequestListener;
import io.velocitydb.client.trust.ServerCheck;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.AuthRequest;
import io.velocitydb.protocol.fbs.AuthResponse;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.protocol.scram.Fingerprint;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The first exchanges on a connection: TLS, HELLO, AUTH; on the administration socket only USE, if
 * a database is wished.
 *
 * <p>For one connection, on its event loop.
 */
final class Handshake {

  /** What both sides agreed on. */
  record Agreed(Session session, Optional<Fingerprint> nextFingerprint) {}

  private static final long FRAME_MAX = Integer.MAX_VALUE - 1024;
  private static final String DEFAULT_DATABASE = "default";
  private static final Session BEFORE_AUTHENTICATION =
      new Session(
          "",
          "",
          Optional.empty(),
          new Limits(0, 0, 0, 0, Limits.MAX_FRAME_BEFORE_AUTH),
          "",
          Features.NONE);

  private final Scheduler scheduler;
  private final LaneSettings settings;
  private final Authenticator authenticator;
  private final Identity identity;
  private final String address;
  private final Request.Context context;
  private @Nullable Link link;

  Handshake(
      Scheduler scheduler,
      LaneSettings settings,
      Authenticator authenticator,
      Identity identity,
      String address) {
    this.scheduler = scheduler;
    this.settings = settings;
    this.authenticator = authenticator;
    this.identity = identity;
    this.address = address;
    this.context =
        new Request.Context(scheduler, new ClientMetrics(), RequestListener.NONE, address);
  }

  /** Makes the link for the channel. */
  Link link(Channel channel) {
    Link made = new Link(channel, scheduler, address, new Events(), BEFORE_AUTHENTICATION);
    link = made;
    return made;
  }

  Link link() {
    if (link == null) {
      throw new IllegalStateException("no channel yet");
    }
    return link;
  }

  CompletableFuture<Agreed> run(
      Channel channel, @Nullable ServerCheck check, String database, boolean administration) {
    if (administration) {
      return use(database);
    }
    if (check == null) {
      return hello(ChannelBinding.plaintext(), database);
    }
    CompletableFuture<Void> secured = new CompletableFuture<>();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    tls.handshakeFuture()
        .addListener(
            done -> {
              if (done.isSuccess()) {
                secured.complete(null);
              } else {
                secured.completeExceptionally(done.cause());
              }
            });
    return secured.thenCompose(
        done ->
            hello(ChannelBinding.tls(check.certificate(), tls.engine().getSession()), database));
  }

  /** Without HELLO and AUTH: the socket's owner is an administrator. */
  private CompletableFuture<Agreed> use(String database) {
    Session session =
        new Session("", "", Optional.of(Role.ADMIN), Limits.DEFAULT, database, Features.NONE);
    if (database.equals(DEFAULT_DATABASE)) {
      return CompletableFuture.completedFuture(new Agreed(session, Optional.empty()));
    }
    FlatBufferBuilder builder = new FlatBufferBuilder(64);
    int name = builder.createString(database);
    builder.finish(UseRequest.createUseRequest(builder, 0, name));
    return send(Opcode.USE, builder.dataBuffer(), body -> new Agreed(session, Optional.empty()));
  }

  private CompletableFuture<Agreed> hello(ChannelBinding binding, String database) {
    Authenticator.Exchange exchange = authenticator.begin(binding, settings.features());
    return send(Opcode.HELLO, exchange.hello(), Handshake::copy)
        .thenCompose(exchange::proof)
        .thenComposeAsync(
            proof ->
                send(
                    Opcode.AUTH,
                    auth(proof, database),
                    body -> Accepted.read(body, exchange.features())),
            link().loop())
        .thenApply(
            accepted -> {
              exchange.verify(accepted.signature().array());
              return accepted.agreed();
            });
  }

  private ByteBuffer auth(byte[] proof, String database) {
    FlatBufferBuilder builder = new FlatBufferBuilder(256);
    int proofAt = builder.createByteVector(proof);
    int nameAt = builder.createString(identity.name());
    int versionAt = builder.createString(identity.version());
    int idAt = builder.createByteVector(identity.idBytes());
    int databaseAt = builder.createString(database);
    builder.finish(
        AuthRequest.createAuthRequest(builder, 0, proofAt, nameAt, versionAt, idAt, databaseAt));
    return builder.dataBuffer();
  }

  /** The server's answer to AUTH, not believed before its signature is verified. */
  private record Accepted(ByteBuffer signature, Agreed agreed) {

    static Accepted read(ByteBuffer body, long features) {
      AuthResponse response = AuthResponse.getRootAsAuthResponse(body);
      ByteBuffer signature =
          ByteBuffer.wrap(
              Messages.copy(
                  response, response.serverSignatureStart(), response.serverSignatureLength()));
      Session session =
          new Session(
              text(response.serverVersion()),
              text(response.clusterId()),
              Role.of(response.role()),
              limits(response),
              text(response.database()),
              features);
      String next = text(response.nextFingerprint());
      return new Accepted(
          signature,
          new Agreed(
              session, next.isEmpty() ? Optional.empty() : Optional.of(Fingerprint.parse(next))));
    }

    private static Limits limits(AuthResponse response) {
      return new Limits(
          (int) Math.min(Integer.MAX_VALUE, response.maxKey()),
          clamp(response.maxValue()),
          (int) Math.min(Integer.MAX_VALUE, response.maxBatch()),
          clamp(response.maxBatchBytes()),
          clamp(response.maxFrame()));
    }

    /** An unsigned size, as far as a Java array reaches. */
    private static long clamp(long size) {
      return size < 0 || size > FRAME_MAX ? FRAME_MAX : size;
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static byte[] copy(ByteBuffer body) {
    byte[] copy = new byte[body.remaining()];
    body.get(body.position(), copy);
    return copy;
  }

  private <R> CompletableFuture<R> send(Opcode opcode, ByteBuffer body, Call.Decoder<R> decoder) {
    Call<R> call = new Call<>(opcode, 0, body, 0, decoder);
    return link()
        .call(new Request<>(context, call, "", false, settings.handshakeTimeout().toNanos()));
  }

  /** What happens on the link before it is handed over. */
  private static final class Events implements Link.Events {

    @Override
    public void answered(Request<?> request) {}

    @Override
    public void settled() {}

    @Override
    public void refused(Request<?> request, ServerException error) {
      request.fail(error);
    }

    @Override
    public void writable() {}

    @Override
    public void lost(Link lost, List<Request<?>> sent, VelocityException reason) {
      boolean silent = !(reason instanceof ServerException);
      for (Request<?> request : sent) {
        request.fail(
            silent
                ? new ConnectionFailedException(
                    reason.getMessage()
                        + " during the handshake; does it speak the same way (vdb:// is TLS, vdb+plain:// is not)?")
                : ServerException.of(
                    ErrorCode.PROTOCOL_ERROR, reason.getMessage(), Outcome.NOT_APPLIED));
      }
    }
  }
}
