package io.velocitydb.bench.linearizability.checker;

import java.util.Arrays;

/** A set of small numbers. Immutable. */
final class SlotSet {
  static final SlotSet EMPTY = new SlotSet(new long[0]);

  /** Without zeros at the end, so that equal sets have equal words. */
  private final long[] words;

  private SlotSet(long[] words) {
    this.words = words;
  }

  boolean has(int slot) {
    int word = slot >>> 6;
    return word < words.length && (words[word] & 1L << slot) != 0;
  }

  SlotSet with(int slot) {
    int word = slot >>> 6;
    long[] more = Arrays.copyOf(words, Math.max(words.length, word + 1));
    more[word] |= 1L << slot;
    return new SlotSet(more);
  }

  SlotSet without(int slot) {
    if (!has(slot)) {
      return this;
    }
    long[] less = words.clone();
    less[slot >>> 6] &= ~(1L << slot);
    int length = less.length;
    while (length > 0 && less[length - 1] == 0) {
      length--;
    }
    return length == 0 ? EMPTY : new SlotSet(Arrays.copyOf(less, length));
  }

  boolean isWithin(SlotSet other) {
    if (words.length > other.words.length) {
      return false;
    }
    for (int i = 0; i < words.length; i++) {
      if ((words[i] & ~other.words[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlotSet set && Arrays.equals(words, set.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }
}
