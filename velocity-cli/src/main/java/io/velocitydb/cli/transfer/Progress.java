package io.velocitydb.cli.transfer;

import io.velocitydb.cli.console.Console;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on standard error while somebody watches; nothing otherwise. */
final class Progress implements AutoCloseable {
  private static final int REDRAW_MS = 200;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /** A bar over bytes, if its total is known, and if {@code wanted} and there is a terminal. */
  static Progress overBytes(Console console, boolean wanted, String task, Optional<Long> total) {
    if (!wanted || !console.errIsTerminal()) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total.orElse(-1L))
            .setUnit("MiB", 1 << 20)
            .setStyle(
                console.colour() ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REDRAW_MS)
            .setConsumer(
                new ConsoleProgressBarConsumer(console.err(), Math.min(console.columns() - 1, 100)))
            .build());
  }

  void at(long position) {
    if (bar != null) {
      bar.stepTo(position);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
