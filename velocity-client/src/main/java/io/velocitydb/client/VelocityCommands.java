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
import io.velocitydb.client.command.Page;
import io.velocitydb.client.command.ReadOptions;
import io.velocitydb.client.command.Scan;
import io.velocitydb.client.command.SetOptions;
import io.velocitydb.client.command.SetResult;
import io.velocitydb.client.command.Ttl;
import io.velocitydb.client.command.WriteOptions;
import io.velocitydb.client.connection.Waiting;
import io.velocitydb.client.value.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The commands, each waiting for its reply.
 *
 * <p>Every command ends within its deadline, the client's request timeout unless its options name
 * another. Errors are {@link io.velocitydb.client.error.VelocityException}s: ask {@code
 * maybeApplied()} and {@code isRetryable()}. Reads, and writes that the server did not apply, are
 * made again within the deadline where that helps. A waiting thread that is interrupted ends with
 * {@link io.velocitydb.client.error.RequestInterruptedException}. Nothing here may be called from
 * what is attached to an asynchronous reply: it would wait for itself, and throws {@link
 * IllegalStateException} instead.
 */
public abstract sealed class VelocityCommands permits VelocityClient, VelocityConnection {

  VelocityCommands() {}

  /** The commands whose futures are waited for at once, so that writes may be repeated. */
  abstract VelocityAsync waiting();

  /** Where long scans are streamed from; empty to fetch them page by page. */
  abstract Optional<PageStreams> streams();

  /** The same commands without waiting. */
  public abstract VelocityAsync async();

  /** Reads a key; empty if it is not there. */
  public Optional<Entry> get(String key) {
    return get(Key.of(key), ReadOptions.with());
  }

  /** As {@link #get(Key, ReadOptions)} with a text key. */
  public Optional<Entry> get(String key, ReadOptions options) {
    return get(Key.of(key), options);
  }

  /** Reads a key; empty if it is not there. */
  public Optional<Entry> get(Key key, ReadOptions options) {
    return await(waiting().get(key, options));
  }

  /**
   * Stores bytes ({@code byte[]}), text ({@code String}) or any other object as JSON. If a
   * condition does not hold, the result says so and nothing is changed.
   */
  public SetResult set(String key, Object value) {
    return set(Key.of(key), value, SetOptions.with());
  }

  /** As {@link #set(Key, Object, SetOptions)} with a text key. */
  public SetResult set(String key, Object value, SetOptions options) {
    return set(Key.of(key), value, options);
  }

  /**
   * Stores bytes ({@code byte[]}), text ({@code String}) or any other object as JSON. If a
   * condition does not hold, the result says so and nothing is changed.
   */
  public SetResult set(Key key, Object value, SetOptions options) {
    return await(waiting().set(key, value, options));
  }

  /** Removes a key; one that is not there is no error. */
  public DeleteResult delete(String key) {
    return delete(Key.of(key), DeleteOptions.with());
  }

  /** As {@link #delete(Key, DeleteOptions)} with a text key. */
  public DeleteResult delete(String key, DeleteOptions options) {
    return delete(Key.of(key), options);
  }

  /** Removes a key; one that is not there is no error. */
  public DeleteResult delete(Key key, DeleteOptions options) {
    return await(waiting().delete(key, options));
  }

  /**
   * Adds {@code delta} to the decimal integer stored under a key; a missing key starts at 0. Ends
   * with {@link io.velocitydb.client.error.NotAnIntegerException} or {@link
   * io.velocitydb.client.error.OverflowException} and no change if it cannot.
   */
  public IncrResult incr(String key, long delta) {
    return incr(Key.of(key), delta, IncrOptions.with());
  }

  /** As {@link #incr(Key, long, IncrOptions)} with a text key. */
  public IncrResult incr(String key, long delta, IncrOptions options) {
    return incr(Key.of(key), delta, options);
  }

  /**
   * Adds {@code delta} to the decimal integer stored under a key; a missing key starts at 0. Ends
   * with {@link io.velocitydb.client.error.NotAnIntegerException} or {@link
   * io.velocitydb.client.error.OverflowException} and no change if it cannot.
   */
  public IncrResult incr(Key key, long delta, IncrOptions options) {
    return await(waiting().incr(key, delta, options));
  }

  /** Sets when a key expires, or with {@link Expiry#NONE} that it does not. */
  public ExpireResult expire(String key, Expiry expiry) {
    return expire(Key.of(key), expiry, ExpireOptions.with());
  }

  /** As {@link #expire(Key, Expiry, ExpireOptions)} with a text key. */
  public ExpireResult expire(String key, Expiry expiry, ExpireOptions options) {
    return expire(Key.of(key), expiry, options);
  }

  /** Sets when a key expires, or with {@link Expiry#NONE} that it does not. */
  public ExpireResult expire(Key key, Expiry expiry, ExpireOptions options) {
    return await(waiting().expire(key, expiry, options));
  }

  /** Tells how long a key has to live. */
  public Ttl ttl(String key) {
    return ttl(Key.of(key), ReadOptions.with());
  }

  /** As {@link #ttl(Key, ReadOptions)} with a text key. */
  public Ttl ttl(String key, ReadOptions options) {
    return ttl(Key.of(key), options);
  }

  /** Tells how long a key has to live. */
  public Ttl ttl(Key key, ReadOptions options) {
    return await(waiting().ttl(key, options));
  }

  /** Appends bytes or text to a value; a missing key is created. */
  public AppendResult append(String key, Object value) {
    return append(Key.of(key), value, WriteOptions.with());
  }

  /** As {@link #append(Key, Object, WriteOptions)} with a text key. */
  public AppendResult append(String key, Object value, WriteOptions options) {
    return append(Key.of(key), value, options);
  }

  /** Appends bytes or text to a value; a missing key is created. */
  public AppendResult append(Key key, Object value, WriteOptions options) {
    return await(waiting().append(key, value, options));
  }

  /** Whether the key is there. */
  public boolean exists(String key) {
    return exists(List.of(Key.of(key)), ReadOptions.with()) == 1;
  }

  /** How many of the keys are there; a key named twice counts twice. */
  public long exists(List<Key> keys, ReadOptions options) {
    return await(waiting().exists(keys, options));
  }

  /**
   * Reads several keys at one moment; the entries come in the order of the keys, empty for one that
   * is not there.
   */
  public List<Optional<Entry>> mget(String... keys) {
    return mget(Stream.of(keys).map(Key::of).toList(), ReadOptions.with());
  }

  /**
   * Reads several keys at one moment; the entries come in the order of the keys, empty for one that
   * is not there.
   */
  public List<Optional<Entry>> mget(List<Key> keys, ReadOptions options) {
    return await(waiting().mget(keys, options));
  }

  /**
   * Applies all writes of the batch or none. Ends with {@link
   * io.velocitydb.client.error.ConditionFailedException} if one of its conditions does not hold.
   */
  public BatchResult batch(Batch batch) {
    return batch(batch, WriteOptions.with());
  }

  /** As {@link #batch(Batch)} with durability and deadline. */
  public BatchResult batch(Batch batch, WriteOptions options) {
    return await(waiting().batch(batch, options));
  }

  /**
   * Reads one page of a scan.
   *
   * @param cursor where to go on, from the page before; empty for the first
   */
  public Page page(Scan scan, Optional<Cursor> cursor) {
    return await(waiting().page(scan, cursor));
  }

  /** Removes every key of the range at once; takes no longer for many keys than for few. */
  public void deleteRange(KeyRange range) {
    deleteRange(range, WriteOptions.with());
  }

  /** As {@link #deleteRange(KeyRange)} with durability and deadline. */
  public void deleteRange(KeyRange range, WriteOptions options) {
    await(waiting().deleteRange(range, options));
  }

  /** Counts the keys of the range, exactly, by going through them. */
  public long count(KeyRange range) {
    return count(range, ReadOptions.with()).count();
  }

  /** As {@link #count(KeyRange)} with consistency and deadline. */
  public CountResult count(KeyRange range, ReadOptions options) {
    return await(waiting().count(range, options));
  }

  /** Estimates the number of keys of the range without going through them. */
  public CountResult estimateCount(KeyRange range) {
    return await(waiting().estimateCount(range));
  }

  /** Asks the server for a sign of life; returns the time that it took. */
  public Duration ping() {
    return await(waiting().ping());
  }

  /** The value stored under a key as text; empty if the key is not there. */
  public Optional<String> getText(String key) {
    return get(key).map(Entry::text);
  }

  /**
   * The value stored under a key as {@code type}, read from JSON unless it is {@code String} or
   * {@code byte[]}.
   *
   * @throws IllegalStateException if the value is not of that shape
   */
  public <T> Optional<T> get(String key, Class<T> type) {
    return get(key).map(entry -> entry.as(type));
  }

  /**
   * Goes through the keys that start with {@code prefix}, in order.
   *
   * @return entries to iterate over or to stream, fetched as they are used
   */
  public Entries scan(String prefix) {
    return scan(Scan.prefix(prefix));
  }

  /**
   * Goes through a range of keys.
   *
   * @return entries to iterate over or to stream, fetched as they are used
   */
  public Entries scan(Scan scan) {
    return new Entries(waiting(), streams(), scan);
  }

  private static <R> R await(CompletableFuture<R> reply) {
    return Waiting.await(reply);
  }
}
