package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.checker.Partitions.Partition;
import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells people what is wrong with a history: the first answer that nothing explains, what the keys
 * could hold before it, who wrote what it tells of, and the operations around it. Nothing that was
 * answered earlier is wrong, so the window ends there; it begins with the last write that had ended
 * before, or with what was still under way then.
 */
final class Report {
  private static final int STATES_MAX = 8;
  private static final int OPERATIONS_MAX = 40;

  private final Partition partition;
  private final Operation wrong;
  private final Set<String> keys;
  private final StringBuilder text = new StringBuilder();

  private Report(Partition partition, Operation wrong) {
    this.partition = partition;
    this.wrong = wrong;
    this.keys = new HashSet<>(wrong.action().touched());
  }

  /** Of an answer that nothing explains. */
  static String of(Partition partition, Model model, Operation wrong, List<State> before) {
    Report report = new Report(partition, wrong);
    long right = partition.operations().stream().filter(report::endedBeforeItsEnd).count();
    report.line("after %,d answers that are right, no order explains this one:".formatted(right));
    report.operation(wrong);
    for (String key : wrong.action().touched()) {
      List<String> held =
          before.stream()
              .map(state -> state.at(model.place(key)).toString())
              .distinct()
              .limit(STATES_MAX)
              .toList();
      report.line("before it, %s could hold: %s".formatted(key, String.join(" | ", held)));
    }
    report.writers();
    report.window();
    return report.text.toString();
  }

  /** Of a version that was told of something else before. */
  static String ofVersionUsedTwice(Partition partition, Operation wrong) {
    Report report = new Report(partition, wrong);
    report.line("a version was used for two writes of a key, the second time here:");
    report.operation(wrong);
    report.writers();
    report.window();
    return report.text.toString();
  }

  /** Who wrote the values that the answer tells of. */
  private void writers() {
    List<String> touched = wrong.action().touched();
    switch (wrong.outcome()) {
      case Outcome.Found found -> writersOf(touched.getFirst(), found.value());
      case Outcome.FoundAll all -> {
        for (int i = 0; i < touched.size(); i++) {
          if (all.entries().get(i) instanceof Outcome.Found found) {
            writersOf(touched.get(i), found.value());
          }
        }
      }
      default -> {}
    }
  }

  private void writersOf(String key, String value) {
    List<Operation> writers =
        partition.operations().stream().filter(one -> wrote(one, key, value)).toList();
    if (writers.isEmpty()) {
      line("nobody wrote \"%s\" to %s".formatted(value, key));
    } else {
      line("\"%s\" was written to %s by".formatted(value, key));
      writers.stream().limit(STATES_MAX).forEach(this::operation);
    }
  }

  private static boolean wrote(Operation operation, String key, String value) {
    if (operation.outcome() instanceof Outcome.Counted(long number, _)) {
      return operation.action().touched().contains(key) && Long.toString(number).equals(value);
    }
    List<? extends Action> writes =
        operation.action() instanceof Action.Batch(List<Action.Write> all)
            ? all
            : List.of(operation.action());
    boolean refused =
        operation.outcome() instanceof Outcome.NotApplied
            || operation.outcome() instanceof Outcome.BatchRefused;
    return !refused
        && writes.stream()
            .anyMatch(
                write ->
                    write instanceof Action.Set set
                        && set.key().equals(key)
                        && set.value().equals(value));
  }

  /** What happened to the same keys around the wrong answer. */
  private void window() {
    List<Operation> same =
        partition.operations().stream()
            .filter(one -> one.action().touched().stream().anyMatch(keys::contains))
            .filter(one -> one.invoked() <= wrong.responded())
            .toList();
    long from =
        same.stream()
            .filter(one -> changed(one) && one.responded() < wrong.invoked())
            .max(Comparator.comparingLong(Operation::responded))
            .map(Operation::invoked)
            .orElse(Long.MIN_VALUE);
    List<Operation> around =
        new ArrayList<>(same.stream().filter(one -> one.responded() >= from).toList());
    int left = Math.max(0, around.size() - OPERATIONS_MAX);
    line("operations on the same keys since the last write before it, by their requests:");
    if (left > 0) {
      line("  (%,d earlier ones, under way or never answered, are not shown)".formatted(left));
    }
    around.stream().skip(left).forEach(this::operation);
  }

  private static boolean changed(Operation operation) {
    return switch (operation.outcome()) {
      case Outcome.Applied _, Outcome.Deleted _, Outcome.Counted _, Outcome.BatchApplied _ -> true;
      default -> false;
    };
  }

  private boolean endedBeforeItsEnd(Operation operation) {
    return operation.responded() < wrong.responded();
  }

  private void operation(Operation operation) {
    long first = partition.operations().getFirst().invoked();
    line(
        String.format(
            Locale.ROOT,
            "  [%s .. %s] %s",
            seconds(operation.invoked() - first),
            operation.isUnknown() ? "never" : seconds(operation.responded() - first),
            operation));
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.6f s", nanos / 1e9);
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
