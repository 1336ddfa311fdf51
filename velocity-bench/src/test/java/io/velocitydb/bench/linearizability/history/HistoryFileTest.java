package io.velocitydb.bench.linearizability.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryFileTest {
  @TempDir private Path folder;

  @Test
  void aHistoryIsReadAsItWasWritten() throws IOException {
    List<Action> actions =
        List.of(
            new Action.Get("k"),
            new Action.GetAll(List.of("k", "l")),
            new Action.Set("k", "\"quoted\"\nü", new Condition.IfVersion(-1), 17),
            new Action.Delete("k", new Condition.IfPresent()),
            new Action.Incr("k", -3),
            new Action.Batch(
                List.of(
                    new Action.Set("k", "v", new Condition.IfAbsent(), 0),
                    new Action.Delete("l", Condition.ALWAYS))));
    List<Outcome> outcomes =
        List.of(
            new Outcome.Found("v", 1),
            new Outcome.Absent(),
            new Outcome.FoundAll(List.of(new Outcome.Found("v", 1), new Outcome.Absent())),
            new Outcome.Applied(2),
            new Outcome.NotApplied(2),
            new Outcome.Deleted(true),
            new Outcome.Counted(5, 3),
            new Outcome.NotAnInteger(),
            new Outcome.BatchApplied(List.of(1L, 2L)),
            new Outcome.BatchRefused(1, 9),
            new Outcome.Failed(),
            new Outcome.Unknown());
    List<Operation> history = new ArrayList<>();
    for (Action action : actions) {
      for (Outcome outcome : outcomes) {
        boolean unknown = outcome instanceof Outcome.Unknown;
        history.add(
            new Operation(
                history.size(),
                3,
                action,
                outcome,
                1,
                unknown ? Operation.NEVER : 2,
                100,
                unknown ? Operation.NEVER : 200));
      }
    }
    Path file = folder.resolve("history.jsonl");
    HistoryFile.write(file, history);
    assertThat(HistoryFile.read(file)).isEqualTo(history);
  }

  @Test
  void aLineThatIsNoOperationIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("history.jsonl"), "{\"number\":\n");
    assertThatThrownBy(() -> HistoryFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("history.jsonl, line 1: not an operation");
  }
}
