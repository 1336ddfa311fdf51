package io.velocitydb.bench.load;

/**
 * What a run sends.
 *
 * @param command the one command of the run
 * @param keys size of the key space; keys are drawn uniformly from it
 * @param valueBytes length of the values that are set
 * @param connections open at the same time
 * @param depth requests that each connection sends in one write before it waits for all their
 *     replies
 */
public record Workload(Command command, int keys, int valueBytes, int connections, int depth) {
  /** The commands that are measured. */
  public enum Command {
    GET,
    SET
  }
}
