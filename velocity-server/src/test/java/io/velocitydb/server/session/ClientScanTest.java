package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.velocitydb.client.EntryIterator;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.VelocityConnection;
import io.velocitydb.client.VelocityPool;
import io.velocitydb.client.command.Batch;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.Scan;
import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.error.PermissionDeniedException;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.ConnectionsResponse;
import io.velocitydb.protocol.fbs.UserRevokeRequest;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import io.velocitydb.server.wire.Relay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long scans of our own client, whose pages behind the first come as a stream. */
final class ClientScanTest {
  /** Five pages, more than 10 frames. */
  private static final int KEYS = 4_500;

  private static final String VALUE = "v".repeat(800);

  @TempDir static Path folder;
  private static TestServer server;
  private VelocityClient client;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder, Map.of("server.enable_tls", "false", "security.allow_plaintext_auth", "true"));
    server.createUser("app", Role.READWRITE);
    server.createUser(
        "narrowed", Role.READONLY, new ScopeOf("default", "a/"), new ScopeOf("default", "z/"));
    try (VelocityClient client = client(server.address().getPort(), "app")) {
      for (int at = 0; at < KEYS; at += 500) {
        Batch batch = Batch.create();
        for (int i = at; i < at + 500; i++) {
          batch.set(key(i), VALUE);
        }
        client.batch(batch);
      }
      client.set("b", "behind");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() {
    client = client(server.address().getPort(), "app");
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static VelocityClient client(int port, String user) {
    return VelocityClient.builder()
        .endpoint("vdb+plain://" + user + ":" + user + "@127.0.0.1:" + port)
        .poolSize(1)
        .build();
  }

  private static String key(int number) {
    return "a/%05d".formatted(number);
  }

  private static List<String> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(ClientScanTest::key).toList();
  }

  private static List<String> keys(Iterable<Entry> entries) {
    List<String> keys = new ArrayList<>();
    entries.forEach(entry -> keys.add(entry.key().text()));
    return keys;
  }

  /** But for the one that asks. */
  private static long connections() throws IOException {
    try (RawConnection local = server.local()) {
      return ConnectionsResponse.getRootAsConnectionsResponse(
                  local.call(Frames.empty(Opcode.CONNECTIONS.number())).table())
              .total()
          - 1;
    }
  }

  private static void awaitConnections(long count) {
    await().until(() -> connections() == count);
  }

  // ---- What it gives ----

  @Test
  void aLongScanGivesEveryEntryOnceInOrderHoweverItIsFetched() {
    List<String> all = keys(0, KEYS);
    assertThat(keys(client.scan("a/"))).isEqualTo(all);
    assertThat(keys(client.scan(Scan.prefix("a/").pageSize(999)))).isEqualTo(all);
    assertThat(keys(client.scan(Scan.between(key(10), key(4_400))))).isEqualTo(keys(10, 4_400));
    assertThat(keys(client.scan(Scan.prefix("a/").reverse()))).isEqualTo(all.reversed());
    assertThat(keys(client.scan(Scan.all())).getLast()).isEqualTo("b");
    assertThat(client.scan(Scan.prefix("a/").keysOnly()).stream().map(Entry::value))
        .hasSize(KEYS)
        .allMatch(value -> value.length() == 0);
    assertThat(client.scan("a/").stream().map(Entry::text)).hasSize(KEYS).containsOnly(VALUE);
  }

  @Test
  void aLimitHoldsAcrossThePageAndTheStream() {
    for (int limit : new int[] {1, 999, 1_000, 1_001, 3_000, KEYS, KEYS + 1}) {
      assertThat(keys(client.scan(Scan.prefix("a/").limit(limit))))
          .isEqualTo(keys(0, Math.min(limit, KEYS)));
    }
  }

  @Test
  void whatIsBehindTheFirstPageIsOneMoment() {
    EntryIterator entries = client.scan("a/").iterator();
    List<String> given = new ArrayList<>();
    while (given.size() < 2_000) {
      given.add(entries.next().key().text());
    }
    // It would come next if it were seen.
    client.set(given.getLast() + "x", "later");
    try {
      entries.forEachRemaining(entry -> given.add(entry.key().text()));
      assertThat(given).isEqualTo(keys(0, KEYS));
    } finally {
      client.delete(key(1_999) + "x");
    }
  }

  // ---- Its connection ----

  @Test
  void aShortScanNeedsNoConnectionOfItsOwn() throws Exception {
    assertThat(keys(client.scan(Scan.prefix("a/").limit(1_000)))).hasSize(1_000);
    assertThat(keys(client.scan("b"))).hasSize(1);
    assertThat(keys(client.scan(Scan.prefix("a/").pageSize(500)))).hasSize(KEYS);
    assertThat(connections()).isEqualTo(1);
  }

  @Test
  void otherCommandsDoNotWaitForAReaderWhoTakesItsTime() {
    EntryIterator entries = client.scan("a/").iterator();
    for (int i = 0; i < 1_500; i++) {
      entries.next();
    }
    awaitConnections(2);
    assertThat(client.get("b").map(Entry::text)).contains("behind");
    entries.close();
  }

  @Test
  void theConnectionOfAWholeScanServesTheNext() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(keys(client.scan("a/"))).hasSize(KEYS);
    }
    assertThat(connections()).isEqualTo(2);
    assertThat(client.metrics().connectionsOpened()).isEqualTo(2);
  }

  @Test
  void closingAScanEndsItOnTheServer() {
    EntryIterator entries = client.scan("a/").iterator();
    for (int i = 0; i < 1_001; i++) {
      entries.next();
    }
    awaitConnections(2);
    entries.close();
    entries.close();
    awaitConnections(1);
    assertThat(entries.hasNext()).isFalse();

    try (Stream<Entry> stream = client.scan("a/").stream()) {
      assertThat(stream.limit(1_100).collect(Collectors.toList())).hasSize(1_100);
      awaitConnections(2);
    }
    awaitConnections(1);
  }

  @Test
  void closingTheClientEndsItsScans() {
    EntryIterator entries = client.scan("a/").iterator();
    for (int i = 0; i < 1_001; i++) {
      entries.next();
    }
    client.close();
    awaitConnections(0);
    assertThatThrownBy(() -> entries.forEachRemaining(_ -> {}))
        .isInstanceOf(ClientClosedException.class);
  }

  @Test
  void aLentConnectionScansByItself() throws Exception {
    try (VelocityPool pool =
            new VelocityPool(
                "vdb+plain://127.0.0.1:" + server.address().getPort(), "app", "app", 1);
        VelocityConnection lent = pool.getConnection()) {
      assertThat(keys(lent.scan("a/"))).isEqualTo(keys(0, KEYS));
      assertThat(connections()).isEqualTo(1);
    }
  }

  // ---- When it breaks off ----

  @Test
  void aScanWhoseConnectionBreaksGoesOnWithoutAGap() throws Exception {
    for (boolean reverse : new boolean[] {false, true}) {
      try (Relay relay = Relay.to(server.address());
          VelocityClient relayed = client(relay.port(), "app")) {
        Scan scan = reverse ? Scan.prefix("a/").reverse() : Scan.prefix("a/");
        EntryIterator entries = relayed.scan(scan).iterator();
        List<String> given = new ArrayList<>();
        while (given.size() < 1_700) {
          given.add(entries.next().key().text());
        }
        relay.cut();
        entries.forEachRemaining(entry -> given.add(entry.key().text()));
        assertThat(given).isEqualTo(reverse ? keys(0, KEYS).reversed() : keys(0, KEYS));
      }
    }
  }

  @Test
  void aScanThatIsRefusedOnItsWayTellsWhy() throws Exception {
    try (VelocityClient narrowed = client(server.address().getPort(), "narrowed")) {
      EntryIterator entries = narrowed.scan("a/").iterator();
      // The first page is there, and nothing of the stream was asked for yet.
      server.administer(
          Frames.of(
              Opcode.USER_REVOKE,
              (message, table) -> {
                message.putString(table, UserRevokeRequest.NAME, "narrowed");
                Frames.putScopes(
                    message, table, UserRevokeRequest.SCOPES, new ScopeOf("default", "a/"));
              }));
      assertThatThrownBy(() -> entries.forEachRemaining(_ -> {}))
          .isInstanceOf(PermissionDeniedException.class);
    }
  }
}
