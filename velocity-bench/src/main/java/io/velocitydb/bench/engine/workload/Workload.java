package io.velocitydb.bench.engine.workload;

/**
 * One line of the comparison.
 *
 * @param id its name and, where there are several of it, its variant: {@code readrandom-2t}
 * @param threads that call the store
 * @param valueBytes length of every value
 * @param task what they do
 * @param target what is wanted of Velocity
 * @param limited whether it runs with a quarter of its data as memory, enforced from outside
 */
public record Workload(
    String id, int threads, int valueBytes, Task task, Target target, boolean limited) {
  /** What the rate counts. */
  public String unit() {
    return task instanceof Task.Replay ? "MB/s" : "ops/s";
  }

  /** Whether {@code name} means this one: its id, or the beginning of it up to a hyphen. */
  public boolean isNamed(String name) {
    return id.equals(name) || id.startsWith(name + "-");
  }
}
