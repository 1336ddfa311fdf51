package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.checker.Partitions.Partition;
import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for an order of the operations of one partition that explains all answers.
 *
 * <p>The search is Wing and Gong's ("Testing and verifying concurrent objects", 1993) with what
 * Lowe added to it ("Testing for linearizability", 2017): configurations, that is a state and the
 * set of operations under way that have taken effect, are remembered, as in Porcupine; and an
 * operation takes effect "just in time", when its own answer or that of an operation after it is
 * due. So the requests and answers are walked through once, by time, with the set of all
 * configurations that are possible there. The answer at which this set becomes empty is the first
 * one that is wrong: nothing before it is.
 *
 * <p>What keeps the set small, without leaving out anything that matters:
 *
 * <ul>
 *   <li>an operation whose answer never comes need not take effect. Of two configurations that
 *       differ in such operations only, the one in which more of them are still to come can do all
 *       that the other can, so the other is dropped;
 *   <li>of equal operations without an answer the one that was requested first goes first;
 *   <li>an operation that fits and by its outcome never changes anything, such as a read, takes
 *       effect at once: later there would only be more that it has to fit;
 *   <li>operations on keys that have nothing to do with the answer that is due wait.
 * </ul>
 *
 * <p>The work is bounded. Not thread-safe; for one use.
 */
final class Search {
  /** How a search ended. */
  sealed interface Result {
    /** There is such an order. */
    record Explained() implements Result {}

    /**
     * There is none.
     *
     * @param at the operation whose answer is the first that nothing explains
     * @param before the states that were possible before this answer
     */
    record Unexplained(Operation at, List<State> before) implements Result {}

    /** The work was not enough to decide. */
    record GivenUp() implements Result {}
  }

  /**
   * A moment of an order.
   *
   * @param done the operations under way that have taken effect
   * @param used the operations without an answer that have taken effect
   */
  private record Configuration(State state, SlotSet done, SlotSet used) {}

  /** What configurations that differ in {@code used} only have in common. */
  private record Kind(State state, SlotSet done) {}

  /** Configurations without those that another one makes superfluous. */
  private static final class Frontier {
    private final Map<Kind, List<Configuration>> byKind = new HashMap<>();

    /** Whether it was new. */
    boolean add(Configuration configuration) {
      List<Configuration> alike =
          byKind.computeIfAbsent(
              new Kind(configuration.state, configuration.done), _ -> new ArrayList<>(1));
      for (Configuration other : alike) {
        if (other.used.isWithin(configuration.used)) {
          return false;
        }
      }
      alike.removeIf(other -> configuration.used.isWithin(other.used));
      return alike.add(configuration);
    }

    List<Configuration> all() {
      List<Configuration> all = new ArrayList<>();
      byKind.values().forEach(all::addAll);
      return all;
    }
  }

  /**
   * An operation that may take effect.
   *
   * @param slot its place in a {@link SlotSet}
   * @param changesNothing whether it leaves all as it was, wherever it happens
   */
  private record Open(Operation operation, int slot, boolean changesNothing) {}

  private record Event(long time, boolean isAnswer, Operation operation) {}

  private static final class TooMuchWorkException extends Exception {
    private static final long serialVersionUID = 1;

    TooMuchWorkException() {
      super("too much work", null, false, false);
    }
  }

  private final Model model;
  private final List<Event> events;
  private final List<Open> underWay = new ArrayList<>();
  private final List<Open> unanswered = new ArrayList<>();
  private final BitSet slotsUnderWay = new BitSet();
  private final BitSet slotsUnanswered = new BitSet();
  private long workLeft;

  /**
   * A search.
   *
   * @param work how many steps of the model may be tried
   */
  Search(Model model, Partition partition, long work) {
    this.model = model;
    this.events = events(partition.operations());
    this.workLeft = work;
  }

  Result run() {
    List<Configuration> possible =
        List.of(new Configuration(model.initial(), SlotSet.EMPTY, SlotSet.EMPTY));
    try {
      for (Event event : events) {
        if (!event.isAnswer) {
          begin(event.operation);
          continue;
        }
        List<Configuration> next = answer(event.operation, possible);
        if (next.isEmpty()) {
          return new Result.Unexplained(
              event.operation, possible.stream().map(Configuration::state).distinct().toList());
        }
        possible = forgetUsed(next);
      }
      return new Result.Explained();
    } catch (TooMuchWorkException e) {
      return new Result.GivenUp();
    }
  }

  /** Requests and answers by time; of the same moment the requests first. */
  private static List<Event> events(List<Operation> operations) {
    List<Event> events = new ArrayList<>(2 * operations.size());
    for (Operation operation : operations) {
      events.add(new Event(operation.invoked(), false, operation));
      if (!operation.isUnknown()) {
        events.add(new Event(operation.responded(), true, operation));
      }
    }
    // The sort is stable: requests keep their order.
    events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::isAnswer));
    return events;
  }

  private void begin(Operation operation) {
    BitSet slots = operation.isUnknown() ? slotsUnanswered : slotsUnderWay;
    int slot = slots.nextClearBit(0);
    slots.set(slot);
    (operation.isUnknown() ? unanswered : underWay)
        .add(new Open(operation, slot, model.changesNothing(operation)));
  }

  /** All configurations in which the operation has taken effect, and nothing more than needed. */
  private List<Configuration> answer(Operation operation, List<Configuration> possible)
      throws TooMuchWorkException {
    Open due =
        underWay.stream()
            .filter(open -> open.operation.number() == operation.number())
            .findFirst()
            .orElseThrow();
    Set<String> keys = keysThatMatter(operation);
    List<Open> mayGo =
        underWay.stream().filter(open -> touches(open.operation.action(), keys)).toList();
    List<Open> mayGoUnanswered =
        unanswered.stream().filter(open -> touches(open.operation.action(), keys)).toList();

    Frontier seen = new Frontier();
    Frontier reached = new Frontier();
    ArrayDeque<Configuration> queue = new ArrayDeque<>();
    for (Configuration configuration : possible) {
      offer(settle(configuration, mayGo), seen, queue);
    }
    for (Configuration from = queue.poll(); from != null; from = queue.poll()) {
      if (from.done.has(due.slot)) {
        reached.add(new Configuration(from.state, from.done.without(due.slot), from.used));
        continue;
      }
      for (Open open : mayGo) {
        if (!from.done.has(open.slot)) {
          for (State state : step(from.state, open)) {
            SlotSet done = from.done.with(open.slot);
            offer(settle(new Configuration(state, done, from.used), mayGo), seen, queue);
          }
        }
      }
      for (int i = 0; i < mayGoUnanswered.size(); i++) {
        Open open = mayGoUnanswered.get(i);
        if (!from.used.has(open.slot) && !anEqualOneWaits(mayGoUnanswered, i, from.used)) {
          for (State state : step(from.state, open)) {
            SlotSet used = from.used.with(open.slot);
            offer(settle(new Configuration(state, from.done, used), mayGo), seen, queue);
          }
        }
      }
    }
    underWay.remove(due);
    slotsUnderWay.clear(due.slot);
    return reached.all();
  }

  private static void offer(
      Configuration configuration, Frontier seen, ArrayDeque<Configuration> queue) {
    if (seen.add(configuration)) {
      queue.add(configuration);
    }
  }

  /** With all that fits and never changes anything. */
  private Configuration settle(Configuration configuration, List<Open> mayGo)
      throws TooMuchWorkException {
    SlotSet done = configuration.done;
    for (Open open : mayGo) {
      if (open.changesNothing
          && !done.has(open.slot)
          && step(configuration.state, open).contains(configuration.state)) {
        done = done.with(open.slot);
      }
    }
    return new Configuration(configuration.state, done, configuration.used);
  }

  private List<State> step(State state, Open open) throws TooMuchWorkException {
    if (--workLeft < 0) {
      throw new TooMuchWorkException();
    }
    return model.step(state, open.operation);
  }

  private static boolean anEqualOneWaits(List<Open> unanswered, int index, SlotSet used) {
    Operation operation = unanswered.get(index).operation;
    for (int i = 0; i < index; i++) {
      Open earlier = unanswered.get(i);
      if (!used.has(earlier.slot) && earlier.operation.action().equals(operation.action())) {
        return true;
      }
    }
    return false;
  }

  /** The keys of the operation, and of all that is connected with them by what is under way. */
  private Set<String> keysThatMatter(Operation operation) {
    Set<String> keys = new HashSet<>(operation.action().touched());
    boolean grew = true;
    while (grew) {
      grew = false;
      for (List<Open> opens : List.of(underWay, unanswered)) {
        for (Open open : opens) {
          if (touches(open.operation.action(), keys)) {
            grew |= keys.addAll(open.operation.action().touched());
          }
        }
      }
    }
    return keys;
  }

  private static boolean touches(Action action, Set<String> keys) {
    for (String key : action.touched()) {
      if (keys.contains(key)) {
        return true;
      }
    }
    return false;
  }

  /** Operations without an answer that took effect in every configuration are over. */
  private List<Configuration> forgetUsed(List<Configuration> possible) {
    List<Open> over =
        unanswered.stream()
            .filter(open -> possible.stream().allMatch(one -> one.used.has(open.slot)))
            .toList();
    if (over.isEmpty()) {
      return possible;
    }
    unanswered.removeAll(over);
    over.forEach(open -> slotsUnanswered.clear(open.slot));
    List<Configuration> rest = new ArrayList<>(possible.size());
    for (Configuration configuration : possible) {
      SlotSet used = configuration.used;
      for (Open open : over) {
        used = used.without(open.slot);
      }
      rest.add(new Configuration(configuration.state, configuration.done, used));
    }
    return rest;
  }
}
