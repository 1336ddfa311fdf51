package io.velocitydb.engine.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.OperationResult;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the model of the torture expects after a power loss: neither too little nor too much. */
class HistoryTest {
  private final History history = new History(State.EMPTY);

  private History.Step put(String key, Durability durability) {
    byte[] bytes = key.getBytes(UTF_8);
    return history.submit(
        List.of(new Operation.Put(bytes, bytes, (byte) 0, Expiry.NONE, Condition.ALWAYS, false)),
        durability,
        0);
  }

  private static void succeed(History.Step step, long version) {
    step.completed(List.of(new OperationResult(true, false, version, Optional.empty(), 0)));
  }

  private void see(String key) {
    history.harvest();
    history.saw(
        state ->
            state.get(key.getBytes(UTF_8), 0) == null
                ? Optional.of("no " + key)
                : Optional.empty());
  }

  private void loseAll() {
    history.recovered(List.of(), 0, true);
  }

  @Test
  void whatWasSyncedMustBeThere() {
    succeed(put("a", Durability.INTERVAL), 1);
    succeed(put("b", Durability.ALWAYS), 2);
    succeed(put("c", Durability.INTERVAL), 3);
    assertThatThrownBy(this::loseAll)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("none of the states");
  }

  @Test
  void whatWasNotSyncedMayBeGone() {
    succeed(put("a", Durability.INTERVAL), 1);
    see("a");
    assertThatCode(this::loseAll).doesNotThrowAnyException();
  }

  @Test
  void whoSeesAWriteThatIsToBeSyncedKnowsThatItIs() {
    succeed(put("a", Durability.INTERVAL), 1);
    put("b", Durability.ALWAYS);
    see("b");
    assertThatThrownBy(this::loseAll).hasMessageContaining("none of the states");
  }

  @Test
  void aWriteThatWasRefusedSaysNothingOfThoseBeforeIt() {
    succeed(put("a", Durability.INTERVAL), 1);
    put("b", Durability.ALWAYS).failed(new EngineException(Kind.STORAGE_ERROR, "the disk"));
    succeed(put("c", Durability.INTERVAL), 2);
    see("c");
    assertThatCode(this::loseAll).doesNotThrowAnyException();
  }
}
