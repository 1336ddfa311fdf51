package io.velocitydb.config;

import java.util.List;
import java.util.Optional;

/**
 * How the memory of a machine or container is divided among the parts of one server. All in bytes.
 *
 * <p>Velocity takes 90 % of what there is: 15 % of that (at least 128 MiB) is Java heap, 10 %
 * network buffers, 128 MiB is what the JVM itself needs, and the rest is the database's. Outside a
 * container, where other programs live too, the database takes a quarter of the machine at most.
 *
 * @param available what the machine has or the container allows
 * @param container whether a container's limit is what counts
 * @param heap Java heap ({@code -Xmx})
 * @param network network buffers outside the heap
 * @param fixed the JVM's own: code, metadata, thread stacks
 * @param database memtables, caches, filters ({@code memory_limit})
 */
public record MemoryPlan(
    long available, boolean container, long heap, long network, long fixed, long database) {
  /** Below this a server does not start. */
  public static final long MINIMUM_AVAILABLE = 384L << 20;

  private static final long HEAP_MIN = 128L << 20;
  private static final long FIXED = 128L << 20;

  /**
   * Divides a machine's memory.
   *
   * @param memoryLimit {@code database.memory_limit}, empty for automatic
   * @throws ConfigException if there is too little, or the limit does not fit beside the rest; the
   *     message shows the sum
   */
  public static MemoryPlan of(Machine machine, Optional<Long> memoryLimit) throws ConfigException {
    long available = machine.availableBytes();
    long usable = available / 10 * 9;
    long heap = Math.max(HEAP_MIN, usable / 100 * 15);
    long network = usable / 10;
    long rest = usable - heap - network - FIXED;
    boolean container = machine.containerBytes().isPresent();
    String place = container ? "this container" : "this machine";
    if (available < MINIMUM_AVAILABLE) {
      throw problem(
          "%s has %s of memory and Velocity needs %s: heap %s + network %s + JVM %s = %s of the 90 %% it may take (%s); give it more memory"
              .formatted(
                  place,
                  mib(available),
                  mib(MINIMUM_AVAILABLE),
                  mib(heap),
                  mib(network),
                  mib(FIXED),
                  mib(heap + network + FIXED),
                  mib(usable)));
    }
    if (memoryLimit.isPresent() && memoryLimit.get() > rest) {
      throw problem(
          "database.memory_limit of %s does not fit: %s has %s, of which 90 %% (%s) less heap %s, network %s and JVM %s leaves %s; lower it, or remove it"
              .formatted(
                  mib(memoryLimit.get()),
                  place,
                  mib(available),
                  mib(usable),
                  mib(heap),
                  mib(network),
                  mib(FIXED),
                  mib(rest)));
    }
    long automatic = container ? rest : Math.min(rest, available / 4);
    return new MemoryPlan(
        available, container, heap, network, FIXED, memoryLimit.orElse(automatic));
  }

  /** The plan in one line, for the log. */
  public String describe() {
    return "memory %s (%s): database %s, heap %s, network %s, JVM %s"
        .formatted(
            mib(available),
            container ? "container" : "machine",
            mib(database),
            mib(heap),
            mib(network),
            mib(fixed));
  }

  private static ConfigException problem(String line) {
    return new ConfigException(List.of(line));
  }

  private static String mib(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
