package io.velocitydb.bench.opening;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.engine.store.Session;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.store.StoreSettings;
import io.velocitydb.bench.engine.store.StoreUnderTest;
import io.velocitydb.bench.process.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@link OpeningCommand} starts: fills a directory, or opens it once. */
@Command(name = "opening-step", hidden = true)
public final class OpeningStep implements Callable<Integer> {
  private static final int VALUE_BYTES = 1_000;

  /** Entries between two looks at the directory's size. */
  private static final int STRIDE = 100_000;

  @Option(names = "--directory", required = true)
  private Path directory = Path.of("");

  @Option(names = "--fill-bytes")
  private long fillBytes;

  @Option(names = "--startup-cache")
  private boolean startupCache;

  @Option(names = "--result")
  private @Nullable Path result;

  @Override
  public Integer call() throws Exception {
    if (fillBytes > 0) {
      fill();
    } else {
      open();
    }
    return 0;
  }

  private void fill() {
    try (StoreUnderTest store =
            StoreKind.VELOCITY.open(StoreSettings.standard(directory, VALUE_BYTES, 1));
        Session session = store.session()) {
      for (long next = 0; Folders.bytes(directory) < fillBytes; next += STRIDE) {
        for (long i = next; i < next + STRIDE; i++) {
          session.put(i);
        }
        store.flush();
      }
    }
  }

  private void open() throws IOException {
    long begin = System.nanoTime();
    try (StoreUnderTest store =
            StoreKind.VELOCITY.open(StoreSettings.standard(directory, VALUE_BYTES, 1));
        Session session = store.session()) {
      long opened = System.nanoTime();
      if (!session.get(0)) {
        throw new IllegalStateException("the first entry is not there");
      }
      long read = System.nanoTime();
      new ObjectMapper()
          .writeValue(
              Objects.requireNonNull(result).toFile(),
              new Opened(
                  startupCache,
                  (opened - begin) / 1e6,
                  (read - opened) / 1e6,
                  Folders.files(directory),
                  Folders.bytes(directory)));
    }
  }
}
