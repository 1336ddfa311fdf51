package io.velocitydb.server.resp;

import io.netty.channel.EventLoop;
import io.velocitydb.server.auth.PasswordLogin;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.session.SessionEnvironment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What all connections of the RESP listener share. Thread-safe. */
public final class RespService {
  private final SessionEnvironment environment;
  private final Databases databases;
  private final List<String> names;
  private final PasswordLogin login;
  private final ServerFacts facts;
  private final ScanCursors cursors = new ScanCursors();
  private final Map<EventLoop, RespCommands> ofLoops = new ConcurrentHashMap<>();
  private final ThreadLocal<RespCommands> ofWorkers =
      ThreadLocal.withInitial(() -> RespCommands.forOneThread(this));

  /**
   * @param names the database of each number of SELECT; at least one
   */
  public RespService(
      SessionEnvironment environment,
      Databases databases,
      List<String> names,
      PasswordLogin login,
      ServerFacts facts) {
    this.environment = environment;
    this.databases = databases;
    this.names = List.copyOf(names);
    this.login = login;
    this.facts = facts;
  }

  SessionEnvironment environment() {
    return environment;
  }

  Databases databases() {
    return databases;
  }

  List<String> names() {
    return names;
  }

  PasswordLogin login() {
    return login;
  }

  ServerFacts facts() {
    return facts;
  }

  ScanCursors cursors() {
    return cursors;
  }

  /** The commands of an event loop. */
  RespCommands commandsOf(EventLoop loop) {
    return ofLoops.computeIfAbsent(loop, _ -> RespCommands.forOneThread(this));
  }

  /** The commands of the calling thread, which is no event loop. */
  RespCommands commandsOfThisThread() {
    return ofWorkers.get();
  }
}
