package io.velocitydb.server.session;

import io.netty.channel.EventLoop;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.audit.AuditLog;
import io.velocitydb.server.hotkeys.HotKeys;
import io.velocitydb.server.limit.RateLimits;
import io.velocitydb.server.metrics.CommandMetrics;
import io.velocitydb.server.slowlog.SlowLog;
import io.velocitydb.server.user.Users;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What all sessions of a server share. Thread-safe. */
public final class SessionEnvironment {
  /**
   * How long a connection may take for what. A large frame may take {@code frame} and a second for
   * each 256 KiB.
   *
   * @param authentication from its opening until it is known who it is
   * @param frame from a small frame's first byte to its last
   * @param idle without a complete request and with nothing to be answered
   * @param linger after an error that closes it, for the client to read that error
   */
  public record Deadlines(Duration authentication, Duration frame, Duration idle, Duration linger) {

    /** Those of the protocol, with this idle time. */
    public static Deadlines withIdle(Duration idle) {
      return new Deadlines(
          Duration.ofSeconds(10), Duration.ofSeconds(10), idle, Duration.ofSeconds(1));
    }
  }

  /**
   * What watches over all requests.
   *
   * @param rates how many there may be
   * @param audit where those are told of that somebody may ask about later
   */
  public record Guards(RateLimits rates, AuditLog audit) {}

  /**
   * What is remembered of requests for those who run the server.
   *
   * @param metrics how many there were, and how long they took
   * @param slowLog those that took long
   * @param hotKeys what they touch most
   */
  public record Observation(CommandMetrics metrics, SlowLog slowLog, HotKeys hotKeys) {}

  private final Supplier<Map<Opcode, Command>> commands;
  private final Users users;
  private final Limits limits;
  private final Deadlines deadlines;
  private final DurabilityRule durability;
  private final WorkPools pools;
  private final LargeFrameBudget largeFrames;
  private final SessionRegistry registry;
  private final Observation observation;
  private final Guards guards;
  private final LongSupplier nanoTime;
  private final Map<EventLoop, LoopContext> loops = new ConcurrentHashMap<>();
  private final ThreadLocal<CommandTable> workerCommands =
      ThreadLocal.withInitial(this::newCommandTable);

  /**
   * @param commands makes a set of commands for one thread
   */
  public SessionEnvironment(
      Supplier<Map<Opcode, Command>> commands,
      Users users,
      Limits limits,
      Deadlines deadlines,
      DurabilityRule durability,
      WorkPools pools,
      LargeFrameBudget largeFrames,
      SessionRegistry registry,
      Observation observation,
      Guards guards,
      LongSupplier nanoTime) {
    this.commands = commands;
    this.users = users;
    this.limits = limits;
    this.deadlines = deadlines;
    this.durability = durability;
    this.pools = pools;
    this.largeFrames = largeFrames;
    this.registry = registry;
    this.observation = observation;
    this.guards = guards;
    this.nanoTime = nanoTime;
  }

  public Limits limits() {
    return limits;
  }

  public WorkPools pools() {
    return pools;
  }

  public SessionRegistry registry() {
    return registry;
  }

  public CommandMetrics metrics() {
    return observation.metrics();
  }

  public Observation observation() {
    return observation;
  }

  public Users users() {
    return users;
  }

  public Guards guards() {
    return guards;
  }

  Deadlines deadlines() {
    return deadlines;
  }

  DurabilityRule durability() {
    return durability;
  }

  LargeFrameBudget largeFrames() {
    return largeFrames;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** What belongs to one event loop. */
  LoopContext loop(EventLoop eventLoop) {
    return loops.computeIfAbsent(eventLoop, loop -> new LoopContext(this, loop, newCommandTable()));
  }

  /** The commands of the calling thread, which is no event loop. */
  CommandTable workerCommands() {
    return workerCommands.get();
  }

  /** Gives back what the event loops hold, each on its own thread. After the last session. */
  public void close() {
    loops.forEach((eventLoop, loop) -> eventLoop.execute(loop::close));
  }

  private CommandTable newCommandTable() {
    return new CommandTable(commands.get());
  }
}
