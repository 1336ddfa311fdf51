package io.velocitydb.bench.load;

/**
 * What a run sends.
 *
 * @param command the command of the run, or its mix of two
 * @param keys size of the key space, at most {@value RequestTemplate#MAX_KEYS}; keys are drawn
 *     uniformly from it
 * @param valueBytes length of the values that are set
 * @param connections open at the same time
 * @param depth requests that each connection sends in one write
 */
public record Workload(Command command, int keys, int valueBytes, int connections, int depth) {
  /** What is measured. */
  public enum Command {
    GET(10),
    SET(0),
    /** Nine reads to one write. */
    GET_90_SET_10(9),
    /** As many writes as reads. */
    GET_50_SET_50(5),
    /** Adds one to a counter. Counters have keys of their own. */
    INCR(0);

    private final int readsInTen;

    Command(int readsInTen) {
      this.readsInTen = readsInTen;
    }

    /** Of ten requests, how many are GETs. */
    int readsInTen() {
      return readsInTen;
    }

    /** Whether reads and writes both occur. */
    boolean isMix() {
      return readsInTen > 0 && readsInTen < 10;
    }
  }

  public Workload {
    if (keys < 1 || keys > RequestTemplate.MAX_KEYS) {
      throw new IllegalArgumentException(
          "1 to " + RequestTemplate.MAX_KEYS + " keys can be drawn from, not " + keys);
    }
    if (valueBytes < 0 || connections < 1 || depth < 1) {
      throw new IllegalArgumentException("a load needs connections, a depth and values");
    }
  }

  /** The same with another command. */
  public Workload with(Command other) {
    return new Workload(other, keys, valueBytes, connections, depth);
  }
}
