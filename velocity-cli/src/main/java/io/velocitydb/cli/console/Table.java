package io.velocitydb.cli.console;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/**
 * Rows for people: columns as wide as their widest cell, numbers to the right, control characters
 * made visible.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();
  private boolean withHeadings = true;

  /**
   * A table with these columns; a heading that begins with {@code >} makes its column lean to the
   * right.
   */
  public Table(String... headings) {
    this.headings = List.of(headings);
  }

  /** Whether to print the headings; the later parts of a long table go without. */
  public Table withHeadings(boolean wanted) {
    withHeadings = wanted;
    return this;
  }

  /** Adds a row of as many cells as there are columns. */
  public Table row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + headings.size() + " columns");
    }
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(visible(cell.toString()));
    }
    rows.add(row);
    return this;
  }

  /**
   * Prints it; on a terminal the headings are bold, and lines that pass its width are cut in their
   * last column.
   */
  public void print(Console console) {
    List<String> titles = headings.stream().map(Table::title).toList();
    int[] widths = new int[headings.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = titles.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    if (withHeadings) {
      Ansi ansi = console.colour() ? Ansi.ON : Ansi.OFF;
      console.out().println(ansi.text("@|bold " + line(console, titles, widths) + "|@"));
    }
    for (List<String> row : rows) {
      console.out().println(line(console, row, widths));
    }
  }

  private String line(Console console, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String padding = " ".repeat(widths[column] - cells.get(column).length());
      boolean right = headings.get(column).startsWith(">");
      line.append(column == 0 ? "" : GAP)
          .append(right ? padding + cells.get(column) : cells.get(column) + padding);
    }
    String trimmed = line.toString().stripTrailing();
    return console.outIsTerminal() && trimmed.length() > console.columns()
        ? trimmed.substring(0, console.columns() - 1) + "…"
        : trimmed;
  }

  private static String title(String heading) {
    return heading.startsWith(">") ? heading.substring(1) : heading;
  }

  /**
   * As {@link #visible}, but leaves line breaks and tabs alone: for text that is shown on its own.
   */
  public static String visibleLines(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      visible.append(c == '\n' || c == '\t' ? String.valueOf(c) : visible(c));
    }
    return visible.toString();
  }

  /**
   * Escapes control characters: a stored value must not move a reader's cursor or recolour the
   * terminal.
   */
  public static String visible(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      visible.append(visible(text.charAt(i)));
    }
    return visible.toString();
  }

  private static String visible(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> {
        boolean unseen = Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
        yield unseen ? "\\u%04x".formatted((int) c) : String.valueOf(c);
      }
    };
  }
}
