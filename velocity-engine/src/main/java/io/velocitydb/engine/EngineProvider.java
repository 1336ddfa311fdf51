package io.velocitydb.engine;

import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * What stands behind {@link Engine}'s static methods. Found by {@link ServiceLoader}, so that the
 * API depends on none of the packages below it, which all depend on the API.
 */
public interface EngineProvider {
  /** Opens a directory in an environment that belongs to that engine alone. */
  Engine openStandalone(Path directory, EngineOptions options, EngineEnvironment environment);

  /** Opens a directory in an environment that the caller closes. */
  Engine open(Path directory, EngineOptions options, EngineEnvironment environment);

  /** See {@link Engine#verifyDirectory}. */
  VerifyReport verify(Path directory);

  /** See {@link Engine#verifyDirectory(Path, String)}. */
  VerifyReport verify(Path directory, String database);

  /** See {@link Engine#repairDirectory}. */
  RepairReport repair(Path directory);

  /** See {@link Engine#inspect}. */
  void inspect(Path file, Consumer<Inspected> sink);

  /** See {@link PortableFileWriter#create}. */
  PortableFileWriter writer(Path file);

  /** See {@link Engine#restore}. */
  Restored restore(
      Path checkpoint,
      Path archive,
      RestorePoint point,
      Path target,
      EngineOptions options,
      EngineEnvironment environment);

  /** The one that comes with this library. */
  static EngineProvider installed() {
    return ServiceLoader.load(EngineProvider.class, EngineProvider.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("velocity-engine's jar is not complete"));
  }
}
