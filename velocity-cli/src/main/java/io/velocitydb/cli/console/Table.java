package io.velocitydb.cli.console;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Text;

/**
 * Rows for people: columns as wide as their widest cell, numbers to the right, control characters
 * made visible.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table with these columns; a heading that begins with {@code >} makes its column lean to the
   * right.
   */
  public Table(String... headings) {
    this.headings = List.of(headings);
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
    Ansi ansi = console.colour() ? Ansi.ON : Ansi.OFF;
    Text bold = ansi.text("@|bold " + line(console, titles, widths) + "|@");
    console.out().println(bold);
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
   * Escapes control characters: a stored value must not move a reader's cursor or recolour the
   * terminal.
   */
  public static String visible(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> visible.append("\\n");
        case '\r' -> visible.append("\\r");
        case '\t' -> visible.append("\\t");
        default -> {
          if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
            visible.append("\\u%04x".formatted((int) c));
          } else {
            visible.append(c);
          }
        }
      }
    }
    return visible.toString();
  }
}
