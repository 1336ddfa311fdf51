package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.checker.Partitions.Partition;
import io.velocitydb.bench.linearizability.history.Operation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges histories of a database that was empty at their beginning.
 *
 * <p>Immutable and thread-safe.
 */
public final class Checker {
  /** Steps of the model that one part of a history may take: some minutes at most. */
  public static final long DEFAULT_WORK = 200_000_000;

  private final long work;

  /**
   * A checker.
   *
   * @param work how many steps of the model may be tried for each part of a history; what takes
   *     more is undecided
   */
  public Checker(long work) {
    this.work = work;
  }

  /** Whether one order explains all answers of the history, in which no number comes twice. */
  public Verdict check(List<Operation> history) {
    List<Partition> partitions = Partitions.of(history);
    Verdict.@Nullable Undecided undecided = null;
    for (Partition partition : partitions) {
      Optional<Operation> twice = VersionsTold.firstUsedTwice(partition.operations());
      if (twice.isPresent()) {
        return new Verdict.Violation(
            partition.keys(), Report.ofVersionUsedTwice(partition, twice.get()));
      }
      Model model = new Model(partition.keys(), partition.operations());
      switch (new Search(model, partition, work).run()) {
        case Search.Result.Explained() -> {}
        case Search.Result.Unexplained(Operation at, List<State> before) -> {
          return new Verdict.Violation(partition.keys(), Report.of(partition, model, at, before));
        }
        case Search.Result.GivenUp() ->
            undecided =
                new Verdict.Undecided(
                    undecided == null ? partition.keys() : undecided.keys(),
                    undecided == null ? 1 : undecided.parts() + 1);
      }
    }
    return undecided == null
        ? new Verdict.Linearizable(history.size(), partitions.size())
        : undecided;
  }
}
