package io.velocitydb.bench.linearizability.checker;

import java.util.Arrays;

/** What the keys of a partition hold, by their places. Immutable. */
final class State {
  private final Entry[] entries;
  private final int hash;

  private State(Entry[] entries) {
    this.entries = entries;
    this.hash = Arrays.hashCode(entries);
  }

  /** All of so many keys are absent. */
  static State absent(int keys) {
    Entry[] entries = new Entry[keys];
    Arrays.fill(entries, Entry.ABSENT);
    return new State(entries);
  }

  Entry at(int place) {
    return entries[place];
  }

  /** With another entry at a place; this state if it is the same. */
  State with(int place, Entry entry) {
    if (entries[place].equals(entry)) {
      return this;
    }
    Entry[] changed = entries.clone();
    changed[place] = entry;
    return new State(changed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof State state
        && hash == state.hash
        && Arrays.equals(entries, state.entries);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
