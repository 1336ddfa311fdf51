package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.velocitydb.client.command.Batch;
import io.velocitydb.client.command.Condition;
import io.velocitydb.client.command.Cursor;
import io.velocitydb.client.command.DeleteOptions;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.ExpireOptions;
import io.velocitydb.client.command.Expiry;
import io.velocitydb.client.command.IncrOptions;
import io.velocitydb.client.command.KeyRange;
import io.velocitydb.client.command.Page;
import io.velocitydb.client.command.ReadOptions;
import io.velocitydb.client.command.Scan;
import io.velocitydb.client.command.SetOptions;
import io.velocitydb.client.command.SetResult;
import io.velocitydb.client.command.Ttl;
import io.velocitydb.client.command.WriteOptions;
import io.velocitydb.client.error.ConditionFailedException;
import io.velocitydb.client.error.NotAnIntegerException;
import io.velocitydb.client.error.OverflowException;
import io.velocitydb.client.error.UnsupportedException;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.client.value.Encoding;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import io.velocitydb.client.value.Version;
import io.velocitydb.protocol.Consistency;
import io.velocitydb.protocol.Durability;
import io.velocitydb.protocol.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {

  /** An object to be stored as JSON. */
  record Order(String item, int pieces) {}

  private final FakeServer server = FakeServer.start();
  private VelocityClient client;

  @BeforeEach
  void connect(@TempDir Path home) {
    client =
        VelocityClient.builder()
            .endpoint(server.endpoint())
            .knownHosts(home.resolve("known_hosts"))
            .build();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void whatWasSetIsGivenBackAsItWas() {
    client.set("text", "häuser");
    client.set("bytes", new byte[] {0, -1, 7});
    client.set("object", new Order("lamp", 3));
    client.set("map", Map.of("active", true));
    client.set("empty", "");

    assertThat(client.getText("text")).contains("häuser");
    assertThat(client.get("text").orElseThrow().value().object()).isEqualTo("häuser");
    assertThat(client.get("bytes").orElseThrow().value().object()).isEqualTo(new byte[] {0, -1, 7});
    assertThat(client.get("object", Order.class)).contains(new Order("lamp", 3));
    assertThat(client.get("map").orElseThrow().value().tree().get("active").asBoolean()).isTrue();
    assertThat(client.get("empty").orElseThrow().value())
        .isEqualTo(Value.text(""))
        .extracting(Value::encoding)
        .isEqualTo(Encoding.TEXT);
    assertThat(client.get("missing")).isEmpty();
  }

  @Test
  void keysMayBeAnyBytes() {
    Key key = Key.of(new byte[] {0, (byte) 0xFF, 10});
    client.set(key, "value", SetOptions.with());

    Entry entry = client.get(key, ReadOptions.with()).orElseThrow();
    assertThat(entry.key()).isEqualTo(key);
    assertThat(entry.text()).isEqualTo("value");
  }

  @Test
  void aTtlIsGivenAsDurationOrInWords() {
    client.set("a", "1", SetOptions.with().ttl(Duration.ofMinutes(2)));
    client.set("b", "1", SetOptions.with().ttl("1d12h"));
    client.set("c", "1");

    assertThat(client.ttl("a")).isEqualTo(new Ttl.Remaining(Duration.ofMinutes(2)));
    assertThat(client.ttl("b")).isEqualTo(new Ttl.Remaining(Duration.ofHours(36)));
    assertThat(client.ttl("c")).isEqualTo(new Ttl.None());
    assertThat(client.ttl("d")).isEqualTo(new Ttl.Missing());
    assertThat(client.get("a").orElseThrow().ttl()).contains(Duration.ofMinutes(2));

    server.passTime(Duration.ofMinutes(2));
    assertThat(client.get("a")).isEmpty();
    assertThat(client.get("b")).isPresent();
  }

  @Test
  void anExpiryIsKeptSetAndTakenAway() {
    client.set("k", "1", SetOptions.with().ttl("1h"));
    client.set("k", "2", SetOptions.with().keepTtl());
    assertThat(client.ttl("k")).isEqualTo(new Ttl.Remaining(Duration.ofHours(1)));

    Version version = client.expire("k", Expiry.in("2h")).version();
    assertThat(client.ttl("k")).isEqualTo(new Ttl.Remaining(Duration.ofHours(2)));
    assertThat(client.expire("k", Expiry.NONE, ExpireOptions.with().ifVersion(version)).applied())
        .isTrue();
    assertThat(client.ttl("k")).isEqualTo(new Ttl.None());
    assertThat(client.expire("k", Expiry.NONE, ExpireOptions.with().ifVersion(version)).applied())
        .isFalse();
    assertThat(client.expire("missing", Expiry.NONE).existed()).isFalse();

    client.set("k", "3", SetOptions.with().expiresAt(Instant.EPOCH.plusSeconds(1)));
    assertThat(client.get("k")).isEmpty();
  }

  @Test
  void conditionsAreCheckedAndPreviousEntriesGivenBack() {
    SetResult first = client.set("k", "1", SetOptions.with().ifAbsent());
    assertThat(first.applied()).isTrue();
    SetResult second = client.set("k", "2", SetOptions.with().ifAbsent());
    assertThat(second.applied()).isFalse();
    assertThat(second.version()).isEqualTo(first.version());
    assertThat(client.set("missing", "1", SetOptions.with().ifPresent()).applied()).isFalse();

    SetResult third =
        client.set("k", "3", SetOptions.with().ifVersion(first.version()).returnPrevious());
    assertThat(third.applied()).isTrue();
    assertThat(third.previous().map(Entry::text)).contains("1");
    assertThat(client.set("k", "4", SetOptions.with().ifVersion(first.version())).applied())
        .isFalse();
    assertThat(client.set("new", "1", SetOptions.with().ifVersion(Version.ABSENT)).applied())
        .isTrue();

    assertThat(client.delete("k", DeleteOptions.with().ifVersion(first.version())).applied())
        .isFalse();
    var deleted = client.delete("k", DeleteOptions.with().returnPrevious());
    assertThat(deleted.existed()).isTrue();
    assertThat(deleted.previous().map(Entry::text)).contains("3");
    assertThat(client.delete("k").existed()).isFalse();
  }

  @Test
  void numbersAreCounted() {
    assertThat(client.incr("n", 5).value()).isEqualTo(5);
    assertThat(client.incr("n", -7).value()).isEqualTo(-2);
    var options = IncrOptions.with().initial(100).ttlWhenCreated("1h");
    assertThat(client.incr("m", 1, options).value()).isEqualTo(101);
    assertThat(client.ttl("m")).isEqualTo(new Ttl.Remaining(Duration.ofHours(1)));
    assertThat(client.getText("m")).contains("101");

    client.set("word", "lamp");
    assertThatThrownBy(() -> client.incr("word", 1)).isInstanceOf(NotAnIntegerException.class);
    client.set("max", Long.toString(Long.MAX_VALUE));
    assertThatThrownBy(() -> client.incr("max", 1)).isInstanceOf(OverflowException.class);
    assertThat(client.getText("max")).contains(Long.toString(Long.MAX_VALUE));
  }

  @Test
  void valuesAreAppendedTo() {
    assertThat(client.append("log", "one").length()).isEqualTo(3);
    assertThat(client.append("log", " two").length()).isEqualTo(7);
    assertThat(client.get("log").orElseThrow().value()).isEqualTo(Value.text("one two"));
  }

  @Test
  void severalKeysAreReadAtOnceInTheirOrder() {
    client.set("a", "1");
    client.set("c", "3");

    assertThat(client.mget("c", "b", "a").stream().map(entry -> entry.map(Entry::text)))
        .containsExactly(Optional.of("3"), Optional.empty(), Optional.of("1"));
    assertThat(client.exists("a")).isTrue();
    assertThat(client.exists("b")).isFalse();
    assertThat(client.exists(List.of(Key.of("a"), Key.of("a"), Key.of("b")), ReadOptions.with()))
        .isEqualTo(2);
  }

  @Test
  void aBatchIsAppliedWholeOrNotAtAll() {
    client.set("gone", "x");
    client.set("range:1", "x");
    client.set("between:1", "x");
    var result =
        client.batch(
            Batch.create()
                .set("a", "1")
                .set("b", new Order("lamp", 1), SetOptions.with().ttl("1h"))
                .incr("n", 4)
                .append("a", "2")
                .expire("a", Expiry.in("2h"))
                .delete("gone")
                .deletePrefix(Key.of("range:"))
                .deleteRange(Key.of("between:"), Key.of("between;")));

    assertThat(result.versions()).hasSize(8);
    assertThat(result.versions().getFirst()).isNotEqualTo(Version.ABSENT);
    assertThat(result.versions().get(5)).isEqualTo(Version.ABSENT);
    assertThat(client.getText("a")).contains("12");
    assertThat(client.ttl("a")).isEqualTo(new Ttl.Remaining(Duration.ofHours(2)));
    assertThat(client.get("b", Order.class)).contains(new Order("lamp", 1));
    assertThat(client.getText("n")).contains("4");
    assertThat(client.count(KeyRange.all())).isEqualTo(3);

    Version current = client.get("a").orElseThrow().version();
    assertThatThrownBy(
            () ->
                client.batch(
                    Batch.create().set("z", "1").set("a", "9", SetOptions.with().ifAbsent())))
        .isInstanceOfSatisfying(
            ConditionFailedException.class,
            failed -> {
              assertThat(failed.index()).isEqualTo(1);
              assertThat(failed.currentVersion()).isEqualTo(current);
              assertThat(failed.outcome()).isEqualTo(Outcome.NOT_APPLIED);
              assertThat(failed.maybeApplied()).isFalse();
            });
    assertThat(client.get("z")).isEmpty();
    assertThat(
            client
                .batch(Batch.create().delete(Key.of("a"), Condition.ifVersion(current)))
                .versions())
        .containsExactly(Version.ABSENT);
  }

  @Test
  void aScanGoesThroughAllPagesInOrder() {
    for (int i = 0; i < 2_500; i++) {
      var _ = client.async().set("user:%04d".formatted(i), i);
    }
    client.set("zebra", "1");

    assertThat(client.scan("user:").stream().map(entry -> entry.key().text()))
        .hasSize(2_500)
        .isSorted()
        .startsWith("user:0000")
        .endsWith("user:2499");
    assertThat(
            client.scan(Scan.prefix("user:").reverse().limit(3).pageSize(2)).stream()
                .map(entry -> entry.as(Integer.class)))
        .containsExactly(2499, 2498, 2497);
    assertThat(client.scan(Scan.between("user:0010", "user:0012").keysOnly()))
        .extracting(entry -> entry.key().text(), entry -> entry.value().length())
        .containsExactly(tuple("user:0010", 0), tuple("user:0011", 0));
    assertThat(client.scan("nobody:")).isEmpty();
  }

  @Test
  void aScanGoesOnFromItsCursorLater() {
    client.set("a", "1");
    client.set("b", "2");
    client.set("c", "3");
    Scan scan = Scan.all().pageSize(2);

    Page first = client.page(scan, Optional.empty());
    assertThat(first.entries()).extracting(Entry::text).containsExactly("1", "2");
    Cursor kept = Cursor.of(first.next().orElseThrow().toBytes());
    Page second = client.page(scan, Optional.of(kept));
    assertThat(second.entries()).extracting(Entry::text).containsExactly("3");
    assertThat(second.next()).isEmpty();
  }

  @Test
  void rangesAreCountedAndDeleted() {
    for (String key : List.of("a", "b1", "b2", "c")) {
      client.set(key, "x");
    }
    assertThat(client.count(KeyRange.prefix("b"))).isEqualTo(2);
    assertThat(client.count(KeyRange.from(Key.of("b2")))).isEqualTo(2);
    assertThat(client.count(KeyRange.before(Key.of("b2")))).isEqualTo(2);
    assertThat(client.estimateCount(KeyRange.all()).exact()).isFalse();

    client.deleteRange(KeyRange.between("a", "b2"));
    assertThat(client.scan(Scan.all()))
        .extracting(entry -> entry.key().text())
        .containsExactly("b2", "c");
    client.deleteRange(KeyRange.prefix("c"), WriteOptions.with().durability(Durability.ALWAYS));
    assertThat(client.count(KeyRange.all())).isEqualTo(1);
  }

  @Test
  void eachCallMayChooseConsistencyDurabilityAndDeadline() {
    Duration second = Duration.ofSeconds(1);
    client.set("k", "1", SetOptions.with().durability(Durability.OS).timeout(second));
    var read = ReadOptions.with().consistency(Consistency.ANY).timeout(second);
    assertThat(client.get("k", read).map(Entry::text)).contains("1");
    assertThatThrownBy(() -> ReadOptions.with().timeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1 ms to 24 days");
  }

  @Test
  void aPingTellsHowLongItTook() {
    assertThat(client.ping()).isPositive();
  }

  @Test
  void databasesAreApart() {
    server.createDatabase("orders");
    client.set("k", "here");
    VelocityClient orders = client.use("orders");
    orders.set("k", "there");

    assertThat(client.getText("k")).contains("here");
    assertThat(orders.getText("k")).contains("there");
    assertThat(client.use("orders")).isSameAs(orders);
    assertThat(orders.use("default")).isSameAs(client);
  }

  @Test
  void aCommandThatTheServerDoesNotKnowIsAnErrorOfItsOwn() {
    assertThatThrownBy(() -> client.admin().compact("default"))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("COMPACT");
    assertThat(client.ping()).isPositive();
  }
}
