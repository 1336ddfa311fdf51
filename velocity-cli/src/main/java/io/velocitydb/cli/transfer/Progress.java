package io.velocitydb.cli.transfer;

import io.velocitydb.cli.console.Console;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on standard error while somebody watches; nothing otherwise. */
public final class Progress implements AutoCloseable {
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
    return new Progress(bar(console, task, total.orElse(-1L), "MiB", 1 << 20));
  }

  /**
   * A bar over entries, if {@code wanted} and there is a terminal; told by {@link #at(long, long)}.
   */
  public static Progress overEntries(Console console, boolean wanted, String task) {
    if (!wanted || !console.errIsTerminal()) {
      return new Progress(null);
    }
    return new Progress(bar(console, task, -1L, "entries", 1));
  }

  private static ProgressBar bar(
      Console console, String task, long total, String unit, long unitSize) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setUnit(unit, unitSize)
        .setStyle(
            console.colour() ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(REDRAW_MS)
        .setConsumer(
            new ConsoleProgressBarConsumer(console.err(), Math.min(console.columns() - 1, 100)))
        .build();
  }

  /** So much is done, of a total that may still change. */
  public void at(long position, long total) {
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(position);
    }
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
