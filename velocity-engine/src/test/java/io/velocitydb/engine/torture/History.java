package io.velocitydb.engine.torture;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.WriteCompletion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one database since its contents were last certain, and how far each promise
 * reaches: what readers may see, what must survive the death of the process, what a power loss.
 *
 * <p>States are numbered: 0 is the base, n the state after the n-th batch. A crash leaves one of
 * them, never a mixture; at least the one that the strongest acknowledgement names.
 */
final class History {
  /** One submitted batch. It is its own completion. */
  static final class Step implements WriteCompletion {
    final List<Operation> operations;
    final Durability durability;
    final long now;
    private State.Effect effect;
    private @Nullable List<OperationResult> results;
    private @Nullable EngineException failure;
    private boolean checked;

    Step(List<Operation> operations, Durability durability, long now, State before) {
      this.operations = operations;
      this.durability = durability;
      this.now = now;
      this.effect = before.apply(operations, now);
    }

    @Override
    public void completed(List<OperationResult> answer) {
      if (isDone()) {
        throw new AssertionError("a batch completed twice");
      }
      results = answer;
    }

    @Override
    public void failed(EngineException reason) {
      if (isDone()) {
        throw new AssertionError("a batch completed twice");
      }
      failure = reason;
    }

    boolean isDone() {
      return results != null || failure != null;
    }

    boolean acknowledged() {
      return results != null;
    }

    /** Refused by the engine for a reason that lies outside of the data. */
    private boolean refusedByFault() {
      EngineException e = failure;
      return e != null && effect.refusal() != e.kind() && e.outcome() == Outcome.NOT_APPLIED;
    }

    private boolean unknown() {
      return failure != null && failure.outcome() == Outcome.UNKNOWN;
    }

    @Override
    public String toString() {
      return durability
          + " "
          + operations
          + " -> "
          + (results != null ? results : failure != null ? failure.getMessage() : "pending");
    }
  }

  private State base;
  private final List<Step> steps = new ArrayList<>();

  /** The oldest state that a reader may still see. */
  private int visibleFloor;

  /** The oldest state that a power loss may leave. */
  private int durableFloor;

  private long maxVersion;

  History(State base) {
    this.base = base;
  }

  private State state(int n) {
    return n == 0 ? base : steps.get(n - 1).effect.after();
  }

  /** The state after everything submitted. */
  State newest() {
    return state(steps.size());
  }

  long maxVersion() {
    return maxVersion;
  }

  /** Whether every batch has ended with success. */
  boolean certain() {
    return steps.stream().allMatch(Step::acknowledged);
  }

  /** Whether a batch waits for its end. */
  boolean pending() {
    return !steps.stream().allMatch(Step::isDone);
  }

  /** Whether the outcome of a batch is unknown: the engine takes no writes after it. */
  boolean poisoned() {
    return steps.stream().anyMatch(Step::unknown);
  }

  Step submit(List<Operation> operations, Durability durability, long now) {
    Step step = new Step(operations, durability, now, newest());
    steps.add(step);
    return step;
  }

  /** A file was ingested: {@code step} was its entries, and all of them have this version. */
  void ingested(Step step, long version) {
    if (version <= maxVersion) {
      throw new AssertionError("version " + version + " was used before (" + maxVersion + ")");
    }
    for (State.Expected expected : step.effect.answers()) {
      Cell.Stamp stamp = expected.version();
      if (stamp != null) {
        stamp.learn(version);
      }
    }
    maxVersion = version;
    step.checked = true;
    step.completed(List.of());
  }

  /** Checks the answers that came since the last time, and moves the floors. */
  void harvest() {
    boolean changed = false;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (changed) {
        step.effect = state(i).apply(step.operations, step.now);
      }
      if (!step.checked && step.refusedByFault()) {
        step.effect = new State.Effect(state(i), List.of(), null);
        changed = true;
      }
      if (!step.checked && step.isDone()) {
        check(step);
        step.checked = true;
      }
    }
    for (int n = steps.size(); n > 0; n--) {
      if (steps.get(n - 1).acknowledged()) {
        visibleFloor = Math.max(visibleFloor, n);
        break;
      }
    }
    for (int n = steps.size(); n > durableFloor; n--) {
      Step step = steps.get(n - 1);
      if (step.acknowledged() && step.durability == Durability.ALWAYS) {
        durableFloor = n;
      }
    }
    if (durableFloor == steps.size() && certain()) {
      base = newest();
      steps.clear();
      durableFloor = 0;
      visibleFloor = 0;
    }
  }

  private void check(Step step) {
    List<OperationResult> results = step.results;
    EngineException failure = step.failure;
    EngineException.Kind refusal = step.effect.refusal();
    if (results == null) {
      if (failure != null
          && refusal == failure.kind()
          && failure.outcome() != Outcome.NOT_APPLIED) {
        throw new AssertionError("a refusal whose outcome is unknown: " + step, failure);
      }
      return;
    }
    if (refusal != null) {
      throw new AssertionError("expected " + refusal + " of " + step);
    }
    List<State.Expected> answers = step.effect.answers();
    if (answers.size() != results.size()) {
      throw new AssertionError(results.size() + " answers to " + step);
    }
    for (int i = 0; i < answers.size(); i++) {
      State.Expected expected = answers.get(i);
      OperationResult result = results.get(i);
      Optional<String> difference = expected.difference(result);
      if (difference.isPresent()) {
        throw new AssertionError("operation " + i + " of " + step + ": " + difference.get());
      }
      if (expected.newVersion() && expected.version() != null) {
        if (result.version() <= maxVersion) {
          throw new AssertionError(
              "version " + result.version() + " was used before (" + maxVersion + "): " + step);
        }
        maxVersion = result.version();
      }
    }
  }

  /** Everything acknowledged so far survives a power loss from now on. */
  void madeDurable() {
    int n = 0;
    while (n < steps.size() && steps.get(n).isDone() && !steps.get(n).unknown()) {
      n++;
    }
    durableFloor = Math.max(durableFloor, n);
    harvest();
  }

  private int visibleCeiling() {
    int n = 0;
    while (n < steps.size() && !steps.get(n).unknown()) {
      n++;
    }
    return n;
  }

  /**
   * What a reader saw must be one of the states it may see, and nothing older is seen afterwards.
   *
   * @param difference what is wrong with a state, or empty
   * @return the state that was seen
   */
  State saw(Function<State, Optional<String>> difference) {
    String first = "";
    for (int n = visibleFloor; n <= visibleCeiling(); n++) {
      Optional<String> wrong = difference.apply(state(n));
      if (wrong.isEmpty()) {
        visibleFloor = n;
        // A batch is visible only when it has reached what its caller asked for. One that was
        // refused is not visible, so it says nothing of those before it.
        for (int i = n; i > durableFloor; i--) {
          Step step = steps.get(i - 1);
          if (step.durability == Durability.ALWAYS && step.failure == null) {
            durableFloor = i;
          }
        }
        return state(n);
      }
      first = first.isEmpty() ? wrong.get() : first;
    }
    throw new AssertionError(first + pendingNote());
  }

  private String pendingNote() {
    return visibleCeiling() == visibleFloor
        ? ""
        : " (nor does any of " + (visibleCeiling() - visibleFloor) + " later states fit)";
  }

  /**
   * What was found after a crash must be one of the states that it may leave. The history begins
   * anew with it.
   */
  void recovered(List<Entry> found, long now, boolean powerLost) {
    // The engine may have answered while it died.
    harvest();
    int floor = powerLost ? durableFloor : killFloor();
    String last = "";
    for (int n = steps.size(); n >= floor; n--) {
      Optional<String> wrong = state(n).difference(found, KeyRange.all(), now);
      if (wrong.isEmpty()) {
        state(n).learn(found);
        base = state(n);
        forget(found);
        return;
      }
      last = "state " + n + ": " + wrong.get();
    }
    StringBuilder message = new StringBuilder();
    message.append("after the crash the database is in none of the states ");
    message.append(floor).append(" to ").append(steps.size());
    for (int n = 0; n < floor; n++) {
      if (state(n).difference(found, KeyRange.all(), now).isEmpty()) {
        message.append("; it fell back to state ").append(n).append(", losing ");
        message.append(steps.get(n));
        throw new AssertionError(message.toString());
      }
    }
    throw new AssertionError(message.append(": ").append(last).toString());
  }

  private int killFloor() {
    int floor = Math.max(visibleFloor, durableFloor);
    for (int n = steps.size(); n > floor; n--) {
      if (steps.get(n - 1).acknowledged()) {
        return n;
      }
    }
    return floor;
  }

  private void forget(List<Entry> found) {
    for (Entry entry : found) {
      maxVersion = Math.max(maxVersion, entry.version());
    }
    steps.clear();
    visibleFloor = 0;
    durableFloor = 0;
  }

  /** Sequences up to this one were given out before the crash, so they must not come again. */
  void sawSequence(long sequence) {
    maxVersion = Math.max(maxVersion, sequence);
  }
}
