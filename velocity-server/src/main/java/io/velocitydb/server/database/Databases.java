package io.velocitydb.server.database;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.server.user.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All databases of this server, by name. Thread-safe.
 *
 * <p>{@link #SYSTEM} holds the server's own records (users, secrets): it can be listed, verified,
 * flushed and compacted like the others, but nobody's keys are in it and nobody may select it.
 */
public final class Databases {
  /** The server's own records. */
  public static final String SYSTEM = "system";

  /** Always there, and selected when a client does not say otherwise. */
  public static final String DEFAULT = "default";

  private final Engine engine;
  private final ConcurrentHashMap<String, OpenDatabase> byName = new ConcurrentHashMap<>();

  private Databases(Engine engine) {
    this.engine = engine;
  }

  /** Those of an engine; makes {@link #SYSTEM} and {@link #DEFAULT} if they are not there. */
  public static Databases of(Engine engine) {
    Databases databases = new Databases(engine);
    for (String name : engine.databases()) {
      databases.byName.put(name, new OpenDatabase(engine.database(name)));
    }
    for (String name : List.of(SYSTEM, DEFAULT)) {
      if (!databases.byName.containsKey(name)) {
        databases.create(name);
      }
    }
    return databases;
  }

  /** The server's own records. */
  public Database system() {
    return find(SYSTEM).orElseThrow().engine();
  }

  /** All of them by name. */
  public List<OpenDatabase> all() {
    return byName.values().stream().sorted((a, b) -> a.name().compareTo(b.name())).toList();
  }

  /** The database of this name. */
  public Optional<OpenDatabase> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The database of this name, if {@code principal} may select it. */
  public Optional<OpenDatabase> enter(String name, Principal principal) {
    return name.equals(SYSTEM) || !principal.mayEnter(name) ? Optional.empty() : find(name);
  }

  /**
   * Creates a database; it is on stable storage when this returns.
   *
   * @throws EngineException INVALID_ARGUMENT for its name, DATABASE_EXISTS
   */
  public synchronized OpenDatabase create(String name) {
    OpenDatabase created = new OpenDatabase(engine.createDatabase(name));
    byName.put(name, created);
    return created;
  }

  /**
   * Drops a database with all that is in it. Who has it selected has none from now on; scans that
   * are under way end first.
   *
   * @throws EngineException DATABASE_NOT_FOUND, or INVALID_ARGUMENT for one the server needs
   */
  public synchronized void drop(String name) {
    if (name.equals(SYSTEM) || name.equals(DEFAULT)) {
      throw new EngineException(
          EngineException.Kind.INVALID_ARGUMENT, "the database " + name + " cannot be dropped");
    }
    OpenDatabase dropped = byName.get(name);
    if (dropped == null) {
      throw new EngineException(
          EngineException.Kind.DATABASE_NOT_FOUND, "there is no database " + name);
    }
    dropped.drop();
    byName.remove(name);
    engine.dropDatabase(name);
  }
}
