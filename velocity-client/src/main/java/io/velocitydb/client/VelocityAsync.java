package io.velocitydb.client;

import io.velocitydb.client.command.AppendResult;
import io.velocitydb.client.command.Batch;
import io.velocitydb.client.command.BatchResult;
import io.velocitydb.client.command.CountResult;
import io.velocitydb.client.command.Cursor;
import io.velocitydb.client.command.DeleteOptions;
import io.velocitydb.client.command.DeleteResult;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.ExpireOptions;
import io.velocitydb.client.command.ExpireResult;
import io.velocitydb.client.command.Expiry;
import io.velocitydb.client.command.IncrOptions;
import io.velocitydb.client.command.IncrResult;
import io.velocitydb.client.command.KeyRange;
import io.velocitydb.client.command.KeyValueCalls;
import io.velocitydb.client.command.Page;
import io.velocitydb.client.command.RangeCalls;
import io.velocitydb.client.command.ReadOptions;
import io.velocitydb.client.command.Scan;
import io.velocitydb.client.command.SessionCalls;
import io.velocitydb.client.command.SetOptions;
import io.velocitydb.client.command.SetResult;
import io.velocitydb.client.command.Ttl;
import io.velocitydb.client.command.WriteOptions;
import io.velocitydb.client.connection.Lane;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.PartSink;
import io.velocitydb.client.value.JsonCodec;
import io.velocitydb.client.value.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The commands without waiting: each returns at once with a future of its reply.
 *
 * <p>Thread safe. Calls made by one thread are sent in the order made and take effect in it. A
 * future ends with the reply or, within its deadline, with a {@link
 * io.velocitydb.client.error.VelocityException}; cancelling it frees its caller at once, while the
 * server may still do what it was asked. A write that was not applied is never sent again by
 * itself, since it could overtake later ones; a read is, within its deadline.
 *
 * <p>Futures are completed on the client's network threads: what is attached to them must be quick
 * and must not wait for another reply; use {@code thenApplyAsync} and its like for more.
 */
public final class VelocityAsync {

  private final Supplier<Lane> lanes;
  private final KeyValueCalls keyValues;
  private final RangeCalls ranges;
  private final boolean repeatWrites;

  VelocityAsync(Supplier<Lane> lanes, JsonCodec json, boolean repeatWrites) {
    this.lanes = lanes;
    this.keyValues = new KeyValueCalls(json);
    this.ranges = new RangeCalls(json);
    this.repeatWrites = repeatWrites;
  }

  /** Reads a key; empty if it is not there. */
  public CompletableFuture<Optional<Entry>> get(String key) {
    return get(Key.of(key), ReadOptions.with());
  }

  /** As {@link #get(Key, ReadOptions)} with a text key. */
  public CompletableFuture<Optional<Entry>> get(String key, ReadOptions options) {
    return get(Key.of(key), options);
  }

  /** Reads a key; empty if it is not there. */
  public CompletableFuture<Optional<Entry>> get(Key key, ReadOptions options) {
    return send(keyValues.get(key, options));
  }

  /**
   * Stores bytes ({@code byte[]}), text ({@code String}) or any other object as JSON. If a
   * condition does not hold, the result says so and nothing is changed.
   */
  public CompletableFuture<SetResult> set(String key, Object value) {
    return set(Key.of(key), value, SetOptions.with());
  }

  /** As {@link #set(Key, Object, SetOptions)} with a text key. */
  public CompletableFuture<SetResult> set(String key, Object value, SetOptions options) {
    return set(Key.of(key), value, options);
  }

  /**
   * Stores bytes ({@code byte[]}), text ({@code String}) or any other object as JSON. If a
   * condition does not hold, the result says so and nothing is changed.
   */
  public CompletableFuture<SetResult> set(Key key, Object value, SetOptions options) {
    return send(keyValues.set(key, value, options));
  }

  /** Removes a key; one that is not there is no error. */
  public CompletableFuture<DeleteResult> delete(String key) {
    return delete(Key.of(key), DeleteOptions.with());
  }

  /** As {@link #delete(Key, DeleteOptions)} with a text key. */
  public CompletableFuture<DeleteResult> delete(String key, DeleteOptions options) {
    return delete(Key.of(key), options);
  }

  /** Removes a key; one that is not there is no error. */
  public CompletableFuture<DeleteResult> delete(Key key, DeleteOptions options) {
    return send(keyValues.delete(key, options));
  }

  /**
   * Adds {@code delta} to the decimal integer stored under a key; a missing key starts at 0. Ends
   * with {@link io.velocitydb.client.error.NotAnIntegerException} or {@link
   * io.velocitydb.client.error.OverflowException} and no change if it cannot.
   */
  public CompletableFuture<IncrResult> incr(String key, long delta) {
    return incr(Key.of(key), delta, IncrOptions.with());
  }

  /** As {@link #incr(Key, long, IncrOptions)} with a text key. */
  public CompletableFuture<IncrResult> incr(String key, long delta, IncrOptions options) {
    return incr(Key.of(key), delta, options);
  }

  /**
   * Adds {@code delta} to the decimal integer stored under a key; a missing key starts at 0. Ends
   * with {@link io.velocitydb.client.error.NotAnIntegerException} or {@link
   * io.velocitydb.client.error.OverflowException} and no change if it cannot.
   */
  public CompletableFuture<IncrResult> incr(Key key, long delta, IncrOptions options) {
    return send(keyValues.incr(key, delta, options));
  }

  /** Sets when a key expires, or with {@link Expiry#NONE} that it does not. */
  public CompletableFuture<ExpireResult> expire(String key, Expiry expiry) {
    return expire(Key.of(key), expiry, ExpireOptions.with());
  }

  /** As {@link #expire(Key, Expiry, ExpireOptions)} with a text key. */
  public CompletableFuture<ExpireResult> expire(String key, Expiry expiry, ExpireOptions options) {
    return expire(Key.of(key), expiry, options);
  }

  /** Sets when a key expires, or with {@link Expiry#NONE} that it does not. */
  public CompletableFuture<ExpireResult> expire(Key key, Expiry expiry, ExpireOptions options) {
    return send(keyValues.expire(key, expiry, options));
  }

  /** Tells how long a key has to live. */
  public CompletableFuture<Ttl> ttl(String key) {
    return ttl(Key.of(key), ReadOptions.with());
  }

  /** As {@link #ttl(Key, ReadOptions)} with a text key. */
  public CompletableFuture<Ttl> ttl(String key, ReadOptions options) {
    return ttl(Key.of(key), options);
  }

  /** Tells how long a key has to live. */
  public CompletableFuture<Ttl> ttl(Key key, ReadOptions options) {
    return send(keyValues.ttlOf(key, options));
  }

  /** Appends bytes or text to a value; a missing key is created. */
  public CompletableFuture<AppendResult> append(String key, Object value) {
    return append(Key.of(key), value, WriteOptions.with());
  }

  /** As {@link #append(Key, Object, WriteOptions)} with a text key. */
  public CompletableFuture<AppendResult> append(String key, Object value, WriteOptions options) {
    return append(Key.of(key), value, options);
  }

  /** Appends bytes or text to a value; a missing key is created. */
  public CompletableFuture<AppendResult> append(Key key, Object value, WriteOptions options) {
    return send(keyValues.append(key, value, options));
  }

  /** Whether the key is there. */
  public CompletableFuture<Boolean> exists(String key) {
    return exists(List.of(Key.of(key)), ReadOptions.with()).thenApply(count -> count == 1);
  }

  /** How many of the keys are there; a key named twice counts twice. */
  public CompletableFuture<Long> exists(List<Key> keys, ReadOptions options) {
    return send(keyValues.exists(keys, options));
  }

  /**
   * Reads several keys at one moment; the entries come in the order of the keys, empty for one that
   * is not there.
   */
  public CompletableFuture<List<Optional<Entry>>> mget(String... keys) {
    return mget(Stream.of(keys).map(Key::of).toList(), ReadOptions.with());
  }

  /**
   * Reads several keys at one moment; the entries come in the order of the keys, empty for one that
   * is not there.
   */
  public CompletableFuture<List<Optional<Entry>>> mget(List<Key> keys, ReadOptions options) {
    return send(keyValues.mget(keys, options));
  }

  /**
   * Applies all writes of the batch or none. Ends with {@link
   * io.velocitydb.client.error.ConditionFailedException} if one of its conditions does not hold.
   */
  public CompletableFuture<BatchResult> batch(Batch batch) {
    return batch(batch, WriteOptions.with());
  }

  /** As {@link #batch(Batch)} with durability and deadline. */
  public CompletableFuture<BatchResult> batch(Batch batch, WriteOptions options) {
    return send(ranges.batch(batch, options));
  }

  /**
   * Reads one page of a scan.
   *
   * @param cursor where to go on, from the page before; empty for the first
   */
  public CompletableFuture<Page> page(Scan scan, Optional<Cursor> cursor) {
    return send(ranges.scan(scan, cursor, RangeCalls.nextPageSize(scan, 0)));
  }

  /** Removes every key of the range at once; takes no longer for many keys than for few. */
  public CompletableFuture<Boolean> deleteRange(KeyRange range) {
    return deleteRange(range, WriteOptions.with());
  }

  /** As {@link #deleteRange(KeyRange)} with durability and deadline. */
  public CompletableFuture<Boolean> deleteRange(KeyRange range, WriteOptions options) {
    return send(ranges.deleteRange(range, options));
  }

  /** Counts the keys of the range, exactly, by going through them. */
  public CompletableFuture<Long> count(KeyRange range) {
    return count(range, ReadOptions.with()).thenApply(CountResult::count);
  }

  /** As {@link #count(KeyRange)} with consistency and deadline. */
  public CompletableFuture<CountResult> count(KeyRange range, ReadOptions options) {
    return send(ranges.count(range, false, options));
  }

  /** Estimates the number of keys of the range without going through them. */
  public CompletableFuture<CountResult> estimateCount(KeyRange range) {
    return send(ranges.count(range, true, ReadOptions.with()));
  }

  /** Asks the server for a sign of life; completed with the time that it took. */
  public CompletableFuture<Duration> ping() {
    long start = System.nanoTime();
    return send(SessionCalls.ping(new byte[0], ReadOptions.with()))
        .thenApply(payload -> Duration.ofNanos(System.nanoTime() - start));
  }

  /** One page of at most {@code entriesMax} entries. */
  CompletableFuture<Page> page(Scan scan, Optional<Cursor> cursor, int entriesMax) {
    return send(ranges.scan(scan, cursor, entriesMax));
  }

  /**
   * The rest of a scan behind {@code cursor}, to be streamed: at most {@code entriesMax} entries.
   */
  Call<Page> streamed(Scan scan, Cursor cursor, long entriesMax, PartSink<Page> sink) {
    return ranges.stream(scan, cursor, entriesMax, sink);
  }

  /** Selects the database of the connection behind the next lane. */
  CompletableFuture<Boolean> use(String database) {
    return send(SessionCalls.use(database));
  }

  private <R> CompletableFuture<R> send(Call<R> call) {
    return lanes.get().send(call, repeatWrites);
  }
}
