package io.velocitydb.engine.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.ConditionFailedException;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.WriteCompletion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every operation does under every condition, in a pipeline without a database. */
class ConditionsTest extends PipelineTest {
  private static final byte[] KEY = "key".getBytes(UTF_8);

  private List<OperationResult> write(Consumer<WriteBatch> operations) {
    List<OperationResult> all = new ArrayList<>();
    List<EngineException> failures = new ArrayList<>();
    try (Batch batch = new Batch(memory)) {
      operations.accept(batch);
      pipeline.submit(
          batch,
          Durability.OS,
          new WriteCompletion() {
            @Override
            public void completed(List<OperationResult> results) {
              all.addAll(results);
            }

            @Override
            public void failed(EngineException failure) {
              failures.add(failure);
            }
          });
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    assertThat(all).isNotEmpty();
    return all;
  }

  private OperationResult one(Consumer<WriteBatch> operation) {
    return write(operation).getFirst();
  }

  private OperationResult put(String value, Expiry expiry, Condition condition) {
    return one(b -> b.put(KEY, value.getBytes(UTF_8), (byte) 1, expiry, condition, true));
  }

  private OperationResult put(String value) {
    return put(value, Expiry.NONE, Condition.ALWAYS);
  }

  private Entry entry() {
    return environment.applied.get("key");
  }

  private String value() {
    return new String(entry().value(), UTF_8);
  }

  private void assertRefused(Kind kind, Consumer<WriteBatch> operations) {
    assertThatThrownBy(() -> write(operations))
        .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void aSetUnderEveryConditionOnAMissingKey() {
    assertThat(put("1", Expiry.NONE, Condition.IF_PRESENT).applied()).isFalse();
    assertThat(put("1", Expiry.NONE, Condition.ifVersion(7)).applied()).isFalse();
    assertThat(entry()).isNull();
    OperationResult set = put("1", Expiry.NONE, Condition.IF_ABSENT);
    assertThat(set.applied()).isTrue();
    assertThat(set.existed()).isFalse();
    assertThat(set.previous()).isEmpty();
    environment.applied.clear();
    assertThat(put("2", Expiry.NONE, Condition.ifVersion(0)).applied()).isTrue();
  }

  @Test
  void aSetUnderEveryConditionOnAPresentKey() {
    long version = put("1").version();
    OperationResult refused = put("2", Expiry.NONE, Condition.IF_ABSENT);
    assertThat(refused.applied()).isFalse();
    assertThat(refused.existed()).isTrue();
    assertThat(refused.version()).isEqualTo(version);
    assertThat(refused.previous().orElseThrow().value()).isEqualTo("1".getBytes(UTF_8));
    assertThat(put("2", Expiry.NONE, Condition.ifVersion(version + 1)).applied()).isFalse();
    assertThat(put("2", Expiry.NONE, Condition.ifVersion(0)).applied()).isFalse();
    OperationResult set = put("2", Expiry.NONE, Condition.ifVersion(version));
    assertThat(set.applied()).isTrue();
    assertThat(set.version()).isGreaterThan(version);
    assertThat(set.previous().orElseThrow().version()).isEqualTo(version);
    assertThat(put("3", Expiry.NONE, Condition.IF_PRESENT).applied()).isTrue();
    assertThat(value()).isEqualTo("3");
  }

  @Test
  void anExpiredEntryIsMissingToEveryCondition() {
    put("1", Expiry.in(10), Condition.ALWAYS);
    environment.timeMs += 9;
    assertThat(put("2", Expiry.KEEP, Condition.IF_PRESENT).applied()).isTrue();
    environment.timeMs += 1;
    assertThat(put("3", Expiry.NONE, Condition.IF_PRESENT).applied()).isFalse();
    assertThat(one(b -> b.delete(KEY)).existed()).isFalse();
    assertThat(put("4", Expiry.KEEP, Condition.IF_ABSENT).applied()).isTrue();
    assertThat(entry().expiresAtMs()).isZero();
  }

  @Test
  void expiriesBecomeAbsoluteAtCommit() {
    put("1", Expiry.in(500), Condition.ALWAYS);
    assertThat(entry().expiresAtMs()).isEqualTo(1_500);
    put("2", Expiry.KEEP, Condition.ALWAYS);
    assertThat(entry().expiresAtMs()).isEqualTo(1_500);
    put("3", Expiry.at(9_999), Condition.ALWAYS);
    assertThat(entry().expiresAtMs()).isEqualTo(9_999);
    put("4");
    assertThat(entry().expiresAtMs()).isZero();
    OperationResult past = put("5", Expiry.at(1_000), Condition.ALWAYS);
    assertThat(past.applied()).isTrue();
    assertThat(past.version()).isZero();
    assertThat(entry()).isNull();
    assertRefused(
        Kind.INVALID_ARGUMENT,
        b ->
            b.put(
                KEY,
                KEY,
                (byte) 0,
                Expiry.at(environment.timeMs + Expiry.MAX_MILLIS + 1),
                Condition.ALWAYS,
                false));
  }

  @Test
  void aDeleteTellsWhetherThereWasAnything() {
    OperationResult nothing = one(b -> b.delete(KEY));
    assertThat(nothing.applied()).isFalse();
    assertThat(nothing.existed()).isFalse();
    long version = put("1").version();
    assertThat(one(b -> b.delete(KEY, Condition.ifVersion(version + 9), false)).applied())
        .isFalse();
    OperationResult deleted = one(b -> b.delete(KEY, Condition.ifVersion(version), true));
    assertThat(deleted.applied()).isTrue();
    assertThat(deleted.existed()).isTrue();
    assertThat(deleted.version()).isZero();
    assertThat(deleted.previous().orElseThrow().version()).isEqualTo(version);
    assertThat(entry()).isNull();
  }

  private long increment(long delta) {
    return one(b -> b.increment(KEY, delta, 40, Expiry.in(100))).number();
  }

  @Test
  void anIncrementStartsAtInitialAndKeepsTheExpiry() {
    assertThat(increment(2)).isEqualTo(42);
    assertThat(entry().encoding()).isEqualTo((byte) 1);
    assertThat(entry().expiresAtMs()).isEqualTo(1_100);
    environment.timeMs += 50;
    assertThat(increment(-50)).isEqualTo(-8);
    assertThat(value()).isEqualTo("-8");
    assertThat(entry().expiresAtMs()).isEqualTo(1_100);
  }

  @Test
  void anIncrementRefusesWhatIsNoIntegerOrLeavesTheRange() {
    for (String text :
        new String[] {
          "",
          "-",
          "x",
          "1x",
          " 1",
          "+1",
          "01",
          "-0",
          "1.5",
          "9223372036854775808",
          "-9223372036854775809"
        }) {
      put(text);
      assertRefused(Kind.NOT_AN_INTEGER, b -> b.increment(KEY, 1, 0, Expiry.NONE));
      assertThat(value()).isEqualTo(text);
    }
    put("9223372036854775807");
    assertRefused(Kind.OVERFLOW, b -> b.increment(KEY, 1, 0, Expiry.NONE));
    assertThat(increment(Long.MIN_VALUE)).isEqualTo(-1);
    put("-9223372036854775808");
    assertRefused(Kind.OVERFLOW, b -> b.increment(KEY, -1, 0, Expiry.NONE));
    assertThat(increment(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(value()).isEqualTo("-9223372036854775808");
  }

  @Test
  void anAppendCreatesOrAddsAndKeepsEncodingAndExpiry() {
    assertThat(one(b -> b.append(KEY, "ab".getBytes(UTF_8), (byte) 2)).number()).isEqualTo(2);
    assertThat(entry().encoding()).isEqualTo((byte) 2);
    put("x", Expiry.in(77), Condition.ALWAYS);
    OperationResult appended = one(b -> b.append(KEY, "yz".getBytes(UTF_8), (byte) 2));
    assertThat(appended.number()).isEqualTo(3);
    assertThat(value()).isEqualTo("xyz");
    assertThat(entry().encoding()).isEqualTo((byte) 1);
    assertThat(entry().expiresAtMs()).isEqualTo(1_077);
    one(b -> b.put(KEY, new byte[Database.MAX_VALUE_BYTES_OF_FORMAT_1]));
    assertRefused(Kind.TOO_LARGE, b -> b.append(KEY, new byte[1], (byte) 0));
  }

  @Test
  void anExpireChangesTheTimeAndTheVersionButNotTheValue() {
    assertThat(one(b -> b.expire(KEY, Expiry.in(5), Condition.ALWAYS)).existed()).isFalse();
    long version = put("1").version();
    OperationResult refused = one(b -> b.expire(KEY, Expiry.in(5), Condition.ifVersion(99)));
    assertThat(refused.applied()).isFalse();
    assertThat(refused.existed()).isTrue();
    OperationResult set = one(b -> b.expire(KEY, Expiry.in(5), Condition.ifVersion(version)));
    assertThat(set.applied()).isTrue();
    assertThat(set.version()).isGreaterThan(version);
    assertThat(value()).isEqualTo("1");
    assertThat(entry().expiresAtMs()).isEqualTo(1_005);
    one(b -> b.expire(KEY, Expiry.NONE, Condition.ALWAYS));
    assertThat(entry().expiresAtMs()).isZero();
    assertThat(one(b -> b.expire(KEY, Expiry.at(3), Condition.ALWAYS)).applied()).isTrue();
    assertThat(entry()).isNull();
  }

  @Test
  void operationsOfABatchSeeThoseBefore() {
    List<OperationResult> results =
        write(
            b ->
                b.put(KEY, "5".getBytes(UTF_8))
                    .increment(KEY, 1, 0, Expiry.NONE)
                    .append(KEY, "0".getBytes(UTF_8), (byte) 0)
                    .expire(KEY, Expiry.in(9), Condition.IF_PRESENT)
                    .increment(KEY, 1, 0, Expiry.NONE));
    assertThat(results).extracting(OperationResult::number).containsExactly(0L, 6L, 2L, 0L, 61L);
    assertThat(value()).isEqualTo("61");
    assertThat(entry().expiresAtMs()).isEqualTo(1_009);
    results =
        write(
            b ->
                b.deleteRange(KeyRange.prefix("k".getBytes(UTF_8)))
                    .put(KEY, KEY, (byte) 0, Expiry.NONE, Condition.IF_ABSENT, false)
                    .delete(KEY)
                    .delete(KEY));
    assertThat(results)
        .extracting(OperationResult::applied)
        .containsExactly(true, true, true, false);
    assertThat(entry()).isNull();
  }

  @Test
  void aConditionThatFailsInABatchNamesTheOperationAndTheVersion() {
    long version = put("1").version();
    assertThatThrownBy(
            () ->
                write(
                    b ->
                        b.put("other".getBytes(UTF_8), KEY)
                            .put(KEY, KEY, (byte) 0, Expiry.NONE, Condition.IF_ABSENT, false)))
        .isInstanceOfSatisfying(
            ConditionFailedException.class,
            e -> {
              assertThat(e.index()).isEqualTo(1);
              assertThat(e.currentVersion()).isEqualTo(version);
            });
    assertThat(environment.applied).containsOnlyKeys("key");
  }

  @Test
  void everyLimitIsHeld() {
    byte[] longest = new byte[Database.MAX_KEY_BYTES];
    assertThat(one(b -> b.put(longest, new byte[Database.MAX_VALUE_BYTES_OF_FORMAT_1])).applied())
        .isTrue();
    assertRefused(Kind.INVALID_ARGUMENT, b -> b.put(new byte[0], KEY));
    assertRefused(Kind.TOO_LARGE, b -> b.put(new byte[Database.MAX_KEY_BYTES + 1], KEY));
    assertRefused(
        Kind.TOO_LARGE, b -> b.put(KEY, new byte[Database.MAX_VALUE_BYTES_OF_FORMAT_1 + 1]));
    assertRefused(
        Kind.TOO_LARGE,
        b -> {
          for (int i = 0; i <= WriteBatch.MAX_OPERATIONS; i++) {
            b.delete(KEY);
          }
        });
    assertRefused(
        Kind.TOO_LARGE,
        b -> {
          for (int i = 0; i <= 64; i++) {
            b.put(KEY, new byte[Database.MAX_VALUE_BYTES_OF_FORMAT_1]);
          }
        });
  }
}
