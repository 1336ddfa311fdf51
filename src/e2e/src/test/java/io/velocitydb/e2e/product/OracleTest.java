package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The oracle objects to what a durable database may never show; else a black-box test that asks it
 * proves nothing.
 */
final class OracleTest {

  private final Oracle oracle = new Oracle();

  @Test
  void anAcknowledgedValueMustBeThere() {
    write("a", "1");

    assertThat(oracle.objection("a", Optional.of("1"))).isEmpty();
    assertThat(oracle.objection("a", Optional.empty())).isPresent();
    assertThat(oracle.objection("a", Optional.of("2"))).isPresent();
  }

  @Test
  void anOlderAcknowledgedValueMayNotComeBack() {
    write("a", "1");
    write("a", "2");

    assertThat(oracle.objection("a", Optional.of("1"))).isPresent();
  }

  @Test
  void aLaterAttemptMayHaveHappenedOrNot() {
    write("a", "1");
    oracle.attempt("a", Optional.of("2"));

    assertThat(oracle.objection("a", Optional.of("1"))).isEmpty();
    assertThat(oracle.objection("a", Optional.of("2"))).isEmpty();
    assertThat(oracle.objection("a", Optional.empty())).isPresent();
  }

  @Test
  void aRefusedWriteMayNotBeThere() {
    oracle.attempt("a", Optional.of("1"));
    oracle.refuse("a");

    assertThat(oracle.objection("a", Optional.of("1"))).isPresent();
    assertThat(oracle.objection("a", Optional.empty())).isEmpty();
  }

  @Test
  void anAcknowledgedDeleteStays() {
    write("a", "1");
    oracle.attempt("a", Optional.empty());
    oracle.acknowledge("a", Optional.empty());

    assertThat(oracle.objection("a", Optional.empty())).isEmpty();
    assertThat(oracle.objection("a", Optional.of("1"))).isPresent();
  }

  @Test
  void whatAReaderSawIsDecided() {
    write("a", "1");
    oracle.attempt("a", Optional.of("2"));
    oracle.settle("a", Optional.of("2"));

    assertThat(oracle.objection("a", Optional.of("1"))).isPresent();
    assertThat(oracle.acknowledgedWrites()).isEqualTo(1);
  }

  @Test
  void aKeyThatNobodyWroteMustBeAbsent() {
    assertThat(oracle.objection("b", Optional.empty())).isEmpty();
    assertThat(oracle.objection("b", Optional.of("x"))).isPresent();
  }

  private void write(String key, String value) {
    oracle.attempt(key, Optional.of(value));
    oracle.acknowledge(key, Optional.of(value));
  }
}
