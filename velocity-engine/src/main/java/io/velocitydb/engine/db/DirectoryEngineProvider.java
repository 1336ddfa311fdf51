package io.velocitydb.engine.db;

import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineProvider;
import io.velocitydb.engine.Inspected;
import io.velocitydb.engine.PortableFileWriter;
import io.velocitydb.engine.RepairReport;
import io.velocitydb.engine.RestorePoint;
import io.velocitydb.engine.Restored;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.RealVfs;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Leads from the API to {@link DirectoryEngine}; named in META-INF/services. */
public final class DirectoryEngineProvider implements EngineProvider {
  @Override
  public Engine openStandalone(
      Path directory, EngineOptions options, EngineEnvironment environment) {
    return DirectoryEngine.openStandalone(directory, options, environment);
  }

  @Override
  public Engine open(Path directory, EngineOptions options, EngineEnvironment environment) {
    return DirectoryEngine.open(directory, options, environment);
  }

  @Override
  public RepairReport repair(Path directory) {
    try (ThreadedBackground background = new ThreadedBackground()) {
      return Repair.run(
          new EngineEnvironment(
              RealVfs.system(),
              Clock.system(),
              new NativeMemory(),
              background,
              EngineListener.NONE),
          directory);
    }
  }

  @Override
  public void inspect(Path file, Consumer<Inspected> sink) {
    Inspection.run(RealVfs.system(), file, sink);
  }

  @Override
  public PortableFileWriter writer(Path file) {
    return new SortedFileWriter(RealVfs.system(), file, new NativeMemory());
  }

  @Override
  public VerifyReport verify(Path directory) {
    return OfflineVerifier.verify(RealVfs.system(), directory);
  }

  @Override
  public VerifyReport verify(Path directory, String database) {
    return OfflineVerifier.verify(RealVfs.system(), directory, database);
  }

  @Override
  public Restored restore(
      Path checkpoint,
      Path archive,
      RestorePoint point,
      Path target,
      EngineOptions options,
      EngineEnvironment environment) {
    return RestoredDirectory.restore(checkpoint, archive, point, target, options, environment);
  }
}
