package io.velocitydb.bench.load;

/** Which key comes next. Used on the generator's one event loop. */
interface KeySequence {
  /** No key is left. */
  int END = -1;

  /** A number below the size of the key space, or {@link #END}. */
  int next();

  /** Each key once, in order. */
  static KeySequence each(int keys) {
    return new KeySequence() {
      private int next;

      @Override
      public int next() {
        return next < keys ? next++ : END;
      }
    };
  }

  /** Keys drawn uniformly, for ever; xorshift, since the generator must cost little. */
  static KeySequence random(int keys) {
    return new KeySequence() {
      private long state = 0x9E3779B97F4A7C15L;

      @Override
      public int next() {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return (int) Long.remainderUnsigned(state, keys);
      }
    };
  }
}
