package io.velocitydb.bench.linearizability.run;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Condition;
import io.velocitydb.bench.linearizability.history.Outcome;
import io.velocitydb.client.VelocityCommands;
import io.velocitydb.client.command.Batch;
import io.velocitydb.client.command.DeleteOptions;
import io.velocitydb.client.command.DeleteResult;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.IncrResult;
import io.velocitydb.client.command.ReadOptions;
import io.velocitydb.client.command.SetOptions;
import io.velocitydb.client.command.SetResult;
import io.velocitydb.client.error.ConditionFailedException;
import io.velocitydb.client.error.NotAnIntegerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Version;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes the requests that a history writes down, and says what came of them. */
final class Requests {
  private static final int PADDING_MAX = 1_500;

  private final VelocityCommands client;
  private final Consumer<VelocityException> failures;

  /**
   * Requests over one client.
   *
   * @param failures is told of each request that was not answered as the history knows it
   */
  Requests(VelocityCommands client, Consumer<VelocityException> failures) {
    this.client = client;
    this.failures = failures;
  }

  Outcome make(Action action) {
    try {
      return switch (action) {
        case Action.Get(String key) -> seen(client.get(key));
        case Action.GetAll all ->
            new Outcome.FoundAll(
                client.mget(all.keys().stream().map(Key::of).toList(), ReadOptions.with()).stream()
                    .map(Requests::seen)
                    .toList());
        case Action.Set set -> {
          SetResult result = client.set(set.key(), padded(set.value()), options(set));
          long version = result.version().number();
          yield result.applied() ? new Outcome.Applied(version) : new Outcome.NotApplied(version);
        }
        case Action.Delete(String key, Condition condition) -> {
          DeleteResult result = client.delete(key, deleteOptions(condition));
          // The server says that nothing was applied where there was nothing, too.
          boolean held = result.applied() || (!result.existed() && condition.holdsFor(0));
          yield held
              ? new Outcome.Deleted(result.existed())
              : new Outcome.NotApplied(result.version().number());
        }
        case Action.Incr(String key, long delta) -> {
          IncrResult result = client.incr(key, delta);
          yield new Outcome.Counted(result.value(), result.version().number());
        }
        case Action.Batch batch ->
            new Outcome.BatchApplied(
                client.batch(batch(batch)).versions().stream().map(Version::number).toList());
      };
    } catch (ConditionFailedException e) {
      return new Outcome.BatchRefused(e.index(), e.currentVersion().number());
    } catch (NotAnIntegerException e) {
      return new Outcome.NotAnInteger();
    } catch (VelocityException e) {
      failures.accept(e);
      return e.maybeApplied() ? new Outcome.Unknown() : new Outcome.Failed();
    }
  }

  private static Batch batch(Action.Batch action) {
    Batch batch = Batch.create();
    for (Action.Write write : action.writes()) {
      switch (write) {
        case Action.Set set -> batch.set(Key.of(set.key()), padded(set.value()), options(set));
        case Action.Delete(String key, Condition condition) ->
            batch.delete(Key.of(key), condition(condition));
        case Action.Incr(String key, long delta) -> batch.incr(key, delta);
      }
    }
    return batch;
  }

  private static SetOptions options(Action.Set set) {
    SetOptions options = SetOptions.with().condition(condition(set.condition()));
    return set.expiresAt() == 0
        ? options
        : options.expiresAt(Instant.ofEpochMilli(set.expiresAt()));
  }

  private static DeleteOptions deleteOptions(Condition condition) {
    return switch (condition) {
      case Condition.Always() -> DeleteOptions.with();
      case Condition.IfVersion(long version) -> DeleteOptions.with().ifVersion(Version.of(version));
      case Condition.IfAbsent _, Condition.IfPresent _ ->
          throw new IllegalArgumentException("the client has no DELETE" + condition);
    };
  }

  private static io.velocitydb.client.command.Condition condition(Condition condition) {
    return switch (condition) {
      case Condition.Always() -> io.velocitydb.client.command.Condition.ALWAYS;
      case Condition.IfAbsent() -> io.velocitydb.client.command.Condition.IF_ABSENT;
      case Condition.IfPresent() -> io.velocitydb.client.command.Condition.IF_PRESENT;
      case Condition.IfVersion(long version) ->
          io.velocitydb.client.command.Condition.ifVersion(Version.of(version));
    };
  }

  private static Outcome.Seen seen(Optional<Entry> entry) {
    return entry.isEmpty()
        ? new Outcome.Absent()
        : new Outcome.Found(unpadded(entry.get().text()), entry.get().version().number());
  }

  /** Numbers as they are; other values with dots behind, so that some are long. */
  static String padded(String value) {
    return isNumber(value) ? value : value + ".".repeat(padding(value));
  }

  /** The value without its padding; as it is if the padding is not the right one. */
  static String unpadded(String stored) {
    int end = stored.length();
    while (end > 0 && stored.charAt(end - 1) == '.') {
      end--;
    }
    String value = stored.substring(0, end);
    return padded(value).equals(stored) ? value : stored;
  }

  private static int padding(String value) {
    return Math.floorMod(value.hashCode() * 0x9E37_79B9, PADDING_MAX);
  }

  private static boolean isNumber(String value) {
    return !value.isEmpty() && (Character.isDigit(value.charAt(0)) || value.charAt(0) == '-');
  }
}
