package io.velocitydb.e2e.product;

import io.velocitydb.client.VelocityConnection;
import io.velocitydb.client.command.Batch;
import io.velocitydb.client.error.ClientException;
import io.velocitydb.client.error.VelocityException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/**
 * One of many who write at the same time, over a connection of its own, until that connection
 * breaks: it sets and deletes, counts, and writes pairs in one batch, and tells the oracle before
 * and after each write. Its keys are its own.
 */
final class LoadWorker implements Callable<Long> {

  /** A batch gives both the same value, always. */
  static final String LEFT = "/pair/left";

  static final String RIGHT = "/pair/right";
  static final String COUNTER = "/counter";

  private static final int KEYS = 60;
  private static final int VALUE_LENGTH_MAX = 2_000;

  private final VelocityConnection connection;
  private final Oracle oracle;
  private final String name;
  private final SplittableRandom random;
  private long count;
  private long acknowledged;

  /**
   * @param name begins all keys of this worker
   * @param count what its counter holds now
   */
  LoadWorker(
      VelocityConnection connection,
      Oracle oracle,
      String name,
      long count,
      SplittableRandom random) {
    this.connection = connection;
    this.oracle = oracle;
    this.name = name;
    this.count = count;
    this.random = random;
  }

  /** Writes until the connection breaks; answers how many writes were acknowledged. */
  @Override
  public Long call() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        writeOnce();
      }
      throw new IllegalStateException("stopped before the server was killed");
    } catch (ClientException connectionBroke) {
      return acknowledged;
    }
  }

  private void writeOnce() {
    String key = name + "/" + random.nextInt(KEYS);
    switch (random.nextInt(10)) {
      case 0 -> write(Optional.empty(), () -> connection.delete(key), key);
      case 1 -> {
        write(
            Optional.of(Long.toString(count + 1)),
            () -> connection.incr(name + COUNTER, 1),
            name + COUNTER);
        count++;
      }
      case 2 -> {
        String value = newValue();
        Batch pair = Batch.create().set(name + LEFT, value).set(name + RIGHT, value);
        write(Optional.of(value), () -> connection.batch(pair), name + LEFT, name + RIGHT);
      }
      default -> {
        String value = newValue();
        write(Optional.of(value), () -> connection.set(key, value), key);
      }
    }
  }

  private void write(Optional<String> value, Runnable send, String... keys) {
    for (String key : keys) {
      oracle.attempt(key, value);
    }
    try {
      send.run();
    } catch (VelocityException e) {
      if (!e.maybeApplied()) {
        for (String key : keys) {
          oracle.refuse(key);
        }
      }
      throw e;
    }
    for (String key : keys) {
      oracle.acknowledge(key, value);
    }
    acknowledged++;
  }

  /** Different from all others, of any length. */
  private String newValue() {
    return random.nextLong() + "/" + "v".repeat(random.nextInt(VALUE_LENGTH_MAX));
  }
}
