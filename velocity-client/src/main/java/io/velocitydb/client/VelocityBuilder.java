package io.velocitydb.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.client.auth.Authenticator;
import io.velocitydb.client.auth.Credentials;
import io.velocitydb.client.connection.Connector;
import io.velocitydb.client.connection.Identity;
import io.velocitydb.client.connection.LaneSettings;
import io.velocitydb.client.connection.Route;
import io.velocitydb.client.connection.Scheduler;
import io.velocitydb.client.telemetry.RequestListener;
import io.velocitydb.client.trust.ClientCertificate;
import io.velocitydb.client.trust.KnownHosts;
import io.velocitydb.client.trust.TrustPolicy;
import io.velocitydb.client.value.JsonCodec;
import io.velocitydb.protocol.compression.Compression;
import io.velocitydb.protocol.scram.Fingerprint;
import io.velocitydb.protocol.url.VelocityUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a client is to be made. Only the endpoint must be given.
 *
 * <p>Not thread safe; may make several clients.
 */
public final class VelocityBuilder {

  private static final int POOL_SIZE_MAX = 10_000;

  private @Nullable Route route;
  private @Nullable String user;
  private @Nullable String password;
  private @Nullable Credentials token;
  private @Nullable ClientCertificate certificate;
  private @Nullable String database;
  private boolean timeoutSet;
  private @Nullable VelocityUrl named;
  private int poolSize = 1;
  private LaneSettings settings = LaneSettings.DEFAULT;
  private TrustPolicy trust = TrustPolicy.standard();
  private String clientName = "velocity-client-java";
  private RequestListener listener = RequestListener.NONE;
  private @Nullable ObjectMapper mapper;
  private Scheduler scheduler = Scheduler.SYSTEM;
  private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

  VelocityBuilder() {}

  /**
   * Where the server is: {@code
   * vdb://[user[:password]@]host[:2005][,host...][/database][?timeout=4s]}, or only {@code
   * host:port}. {@code vdb} and {@code vdbs} are TLS 1.3, {@code vdb+plain} is plaintext. What is
   * set by other methods goes before what the address says.
   *
   * @throws IllegalArgumentException if it is no such address
   */
  public VelocityBuilder endpoint(String address) {
    VelocityUrl url = VelocityUrl.parseLenient(address);
    route = new Route.Tcp(url.endpoints(), url.tls());
    named = url;
    return this;
  }

  /**
   * The local administration socket of a server, {@code admin.sock} in its data folder: no TLS and
   * no credentials are needed there.
   */
  public VelocityBuilder adminSocket(Path socket) {
    route = new Route.Socket(socket);
    return this;
  }

  /** The user's name. */
  public VelocityBuilder user(String name) {
    user = name;
    return this;
  }

  /** The user's password. It is only used to derive keys and never sent. */
  public VelocityBuilder password(String secret) {
    password = secret;
    return this;
  }

  /**
   * A token instead of user and password; if nothing is given, the environment's {@code VDB_TOKEN},
   * then {@code VELOCITY_TOKEN}.
   *
   * @throws IllegalArgumentException if it is not {@code vdb_} and 54 characters
   */
  public VelocityBuilder token(String text) {
    token = Credentials.token(text);
    return this;
  }

  /**
   * A certificate to show to servers that ask for one. Without token and password it is also how
   * the client logs in: as the user whom its common name (CN) names.
   *
   * @param chain PEM file with the certificate, and behind it those that vouch for it
   * @param key PEM file with its private key (PKCS#8, not encrypted)
   */
  public VelocityBuilder clientCertificate(Path chain, Path key) {
    certificate = new ClientCertificate(chain, key);
    return this;
  }

  /** The database, {@code default} unless set. */
  public VelocityBuilder database(String name) {
    database = name;
    return this;
  }

  /**
   * How many connections are made at most: 1 for a {@link VelocityClient} unless set. Each is made
   * when first needed.
   *
   * @throws IllegalArgumentException if not from 1 to 10,000
   */
  public VelocityBuilder poolSize(int connections) {
    if (connections < 1 || connections > POOL_SIZE_MAX) {
      throw new IllegalArgumentException(
          "a pool's size is from 1 to " + POOL_SIZE_MAX + ", not " + connections);
    }
    poolSize = connections;
    return this;
  }

  /**
   * Compresses messages of 1 KiB and more in both directions, where the server offers that and it
   * saves an eighth at least; not at all unless set. It pays on slow networks and with values that
   * shrink; it costs time on both sides. Who watches the network learns from the lengths how well
   * contents compress, so leave it off where secrets lie beside what strangers may choose.
   */
  public VelocityBuilder compression(Compression compression) {
    settings = settings.compression(compression);
    return this;
  }

  // ---- Deadlines and limits

  /** How long TCP may take to one address: 1 s unless set, from 1 ms to 24 days. */
  public VelocityBuilder connectTimeout(Duration timeout) {
    settings = settings.connectTimeout(timeout);
    return this;
  }

  /** How long TLS and authentication may take together: 5 s unless set, from 1 ms to 24 days. */
  public VelocityBuilder handshakeTimeout(Duration timeout) {
    settings = settings.handshakeTimeout(timeout);
    return this;
  }

  /**
   * How long a request may take unless its options say otherwise: 5 s unless set, from 1 ms to 24
   * days.
   */
  public VelocityBuilder requestTimeout(Duration timeout) {
    settings = settings.requestTimeout(timeout);
    timeoutSet = true;
    return this;
  }

  /**
   * How much may wait for replies on each connection before further requests end with {@link
   * io.velocitydb.client.error.QueueFullException}: 16,384 requests and 64 MiB unless set. One
   * alone is always let in.
   */
  public VelocityBuilder queueLimits(int requests, long bytes) {
    settings = settings.queueLimits(requests, bytes);
    return this;
  }

  /**
   * Whether reads, and writes that were not applied, are made again within their deadlines: yes
   * unless set.
   */
  public VelocityBuilder automaticRepeat(boolean repeat) {
    settings = settings.automaticRepeat(repeat);
    return this;
  }

  // ---- Trust

  /** How to decide whether the server is the right one: known hosts unless set. */
  public VelocityBuilder trust(TrustPolicy policy) {
    trust = policy;
    return this;
  }

  /**
   * Demands that the server's key has this fingerprint, which it prints at its start.
   *
   * @throws IllegalArgumentException if it is not {@code SHA256:} and the base64 of 32 bytes
   */
  public VelocityBuilder fingerprint(String pinned) {
    trust = trust.pinned(Fingerprint.parse(pinned));
    return this;
  }

  /** Demands a certificate from an authority in this PEM file, for the host connected to. */
  public VelocityBuilder authority(Path pemFile) {
    trust = trust.authority(pemFile);
    return this;
  }

  /** Another file than {@code ~/.velocity/known_hosts}. */
  public VelocityBuilder knownHosts(Path file) {
    trust = trust.knownHosts(new KnownHosts(file));
    return this;
  }

  /**
   * Keeps an unknown server in the file of known hosts instead of refusing it; a changed one is
   * refused all the same.
   */
  public VelocityBuilder acceptNewServers(boolean accept) {
    trust = trust.acceptNew(accept);
    return this;
  }

  // ---- The rest

  /**
   * How the program is called in the server's list of connections: {@code velocity-client-java}
   * unless set.
   */
  public VelocityBuilder clientName(String name) {
    clientName = name;
    return this;
  }

  /**
   * Writes and reads objects as JSON: Jackson's defaults with the modules on the class path unless
   * set.
   */
  public VelocityBuilder jsonMapper(ObjectMapper jackson) {
    mapper = jackson;
    return this;
  }

  /** Is told of every finished request. */
  public VelocityBuilder listener(RequestListener hook) {
    listener = hook;
    return this;
  }

  /** Another clock and timer than the machine's, for tests. */
  public VelocityBuilder scheduler(Scheduler clock) {
    scheduler = clock;
    return this;
  }

  /**
   * Another source of randomness for the pauses between attempts, for tests. It is used by all
   * network threads.
   */
  public VelocityBuilder random(RandomGenerator source) {
    random = source;
    return this;
  }

  /**
   * Makes the client; nothing is connected until its first request.
   *
   * @throws IllegalArgumentException if no endpoint was given
   */
  public VelocityClient build() {
    return new VelocityClient(core(), database(), poolSize);
  }

  /**
   * Makes a pool that lends up to {@link #poolSize} connections.
   *
   * @throws IllegalArgumentException if no endpoint was given
   */
  public VelocityPool buildPool() {
    return new VelocityPool(this);
  }

  // ---- For the client and the pool

  ClientCore core() {
    Route to = route;
    if (to == null) {
      throw new IllegalArgumentException(
          "no endpoint was given; say where the server is, like endpoint(\"vdb://localhost\")");
    }
    if (certificate != null && to instanceof Route.Tcp tcp && !tcp.tls()) {
      throw new IllegalArgumentException(
          "a client's certificate is shown over TLS only; write vdb:// instead of vdb+plain://");
    }
    JsonCodec json = mapper == null ? JsonCodec.standard() : new JsonCodec(mapper);
    Identity identity = new Identity(clientName, version(), UUID.randomUUID());
    Connector connector =
        new Connector(
            to,
            trust,
            new Authenticator(credentials()),
            Optional.ofNullable(certificate),
            identity,
            settings(),
            scheduler);
    int threads = Math.min(poolSize, Runtime.getRuntime().availableProcessors());
    return new ClientCore(threads, connector, settings(), scheduler, random, listener, json);
  }

  int poolSize() {
    return poolSize;
  }

  LaneSettings settings() {
    return timeoutSet
        ? settings
        : fromAddress(VelocityUrl::timeout).map(settings::requestTimeout).orElse(settings);
  }

  String database() {
    if (database != null) {
      return database;
    }
    return named == null ? VelocityUrl.DEFAULT_DATABASE : named.database();
  }

  private <T> Optional<T> fromAddress(Function<VelocityUrl, Optional<T>> part) {
    return named == null ? Optional.empty() : part.apply(named);
  }

  private Credentials credentials() {
    if (token != null) {
      return token;
    }
    Optional<String> name = user == null ? fromAddress(VelocityUrl::user) : Optional.of(user);
    Optional<String> secret =
        password == null ? fromAddress(VelocityUrl::password) : Optional.of(password);
    if (certificate != null && secret.isEmpty()) {
      return new Credentials.Certificate(name.orElse(""));
    }
    if (name.isEmpty()) {
      return Credentials.fromEnvironment(System.getenv()).orElseGet(Credentials::none);
    }
    return Credentials.password(name.get(), secret.orElse(""));
  }

  /** The version of this library, as its jar says. */
  private static String version() {
    String version = VelocityBuilder.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
