package io.velocitydb.config;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tomlj.TomlArray;

/**
 * How a setting's value is read, checked and written. Flags and variables are text; a file has
 * types, and only the right ones are taken.
 *
 * @param expected completes "must be ...", for error messages and help
 * @param tomlTypes the Java classes of TOML values that are accepted
 * @param read from text; throws {@link IllegalArgumentException} with what is wrong
 * @param write as it would be typed
 */
public record ValueType<T>(
    String expected, Set<Class<?>> tomlTypes, Function<String, T> read, Function<T, String> write) {

  /** Any text. */
  public static final ValueType<String> TEXT =
      new ValueType<>("text", Set.of(String.class), text -> text, value -> value);

  /** {@code true} or {@code false}. */
  public static final ValueType<Boolean> SWITCH =
      new ValueType<>(
          "true or false", Set.of(Boolean.class), ValueType::readBoolean, String::valueOf);

  /** {@code host:port}. */
  public static final ValueType<HostPort> ADDRESS =
      new ValueType<>("host:port", Set.of(String.class), HostPort::parse, HostPort::toString);

  /** A file or folder; a leading {@code ~/} is the home folder. */
  public static final ValueType<Path> PATH =
      new ValueType<>("a path", Set.of(String.class), ValueType::readPath, Path::toString);

  /** One or more names; as text with commas between them. */
  public static final ValueType<List<String>> NAMES =
      new ValueType<>(
          "a list of names",
          Set.of(TomlArray.class),
          ValueType::readNames,
          names -> String.join(",", names));

  /** A whole number from {@code min} to {@code max}. */
  public static ValueType<Integer> number(int min, int max) {
    String expected = "a whole number from " + min + " to " + max;
    return new ValueType<>(
        expected,
        Set.of(Long.class),
        text -> {
          int value = checkedNumber(text, expected);
          require(value >= min && value <= max, expected);
          return value;
        },
        String::valueOf);
  }

  /** A number from {@code min} to {@code max}. */
  public static ValueType<Double> fraction(double min, double max) {
    String expected = "a number from " + plain(min) + " to " + plain(max);
    return new ValueType<>(
        expected,
        Set.of(Double.class, Long.class),
        text -> {
          double value = checkedFraction(text, expected);
          require(value >= min && value <= max, expected);
          return value;
        },
        String::valueOf);
  }

  /** A size from {@code min} to {@code max} bytes. */
  public static ValueType<Long> size(long min, long max) {
    String expected =
        "a size from " + Quantity.formatBytes(min) + " to " + Quantity.formatBytes(max);
    return new ValueType<>(
        expected,
        Set.of(Long.class, String.class),
        text -> {
          long value = Quantity.bytes(text);
          require(value >= min && value <= max, expected);
          return value;
        },
        Quantity::formatBytes);
  }

  /** A duration between two bounds, whose bare integers count {@code unit}s. */
  public static ValueType<Duration> duration(Duration unit, Duration min, Duration max) {
    String expected =
        "a duration from " + Quantity.formatDuration(min) + " to " + Quantity.formatDuration(max);
    return new ValueType<>(
        expected,
        Set.of(Long.class, String.class),
        text -> {
          Duration value = Quantity.duration(text, unit);
          require(value.compareTo(min) >= 0 && value.compareTo(max) <= 0, expected);
          return value;
        },
        Quantity::formatDuration);
  }

  /** One of an enum's constants, written in lower case. */
  public static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    String expected =
        "one of " + constants.stream().map(ValueType::lower).collect(Collectors.joining(", "));
    return new ValueType<>(
        expected,
        Set.of(String.class),
        text ->
            constants.stream()
                .filter(constant -> lower(constant).equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                    () -> new IllegalArgumentException("\"" + text + "\" is not " + expected)),
        ValueType::lower);
  }

  /** The same type with a word that stands for no value, as {@code auto} or the empty text. */
  public ValueType<Optional<T>> orNone(String none) {
    Set<Class<?>> types =
        tomlTypes.contains(String.class)
            ? tomlTypes
            : Set.copyOf(Stream.concat(tomlTypes.stream(), Stream.of(String.class)).toList());
    return new ValueType<>(
        expected + (none.isEmpty() ? "" : ", or \"" + none + "\""),
        types,
        text -> text.equals(none) ? Optional.empty() : Optional.of(read.apply(text)),
        value -> value.map(write).orElse(none));
  }

  /**
   * Reads a value of a TOML file.
   *
   * @throws IllegalArgumentException if it has the wrong type or is out of bounds
   */
  T fromToml(Object value) {
    if (value instanceof TomlArray array && tomlTypes.contains(TomlArray.class)) {
      return read.apply(joined(array));
    }
    if (!tomlTypes.contains(value.getClass())) {
      throw new IllegalArgumentException("must be " + expected + ", not " + describe(value));
    }
    return read.apply(value.toString());
  }

  private static String describe(Object value) {
    return switch (value) {
      case String s -> "the text \"" + s + "\"";
      case Long l -> "the bare number " + l;
      case Double d -> "the number " + d;
      case Boolean b -> "the bare word " + b;
      default -> "a list or a table";
    };
  }

  private String joined(TomlArray array) {
    List<Object> elements = array.toList();
    require(elements.stream().allMatch(String.class::isInstance), expected);
    return elements.stream().map(String.class::cast).collect(Collectors.joining(","));
  }

  private static List<String> readNames(String text) {
    List<String> names = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    require(names.stream().noneMatch(String::isEmpty), "a list of names, none of them empty");
    return names;
  }

  private static Boolean readBoolean(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
    };
  }

  private static Path readPath(String text) {
    require(!text.isBlank(), "a path, not empty");
    try {
      return text.startsWith("~/")
          ? Path.of(System.getProperty("user.home"), text.substring(2))
          : Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a path", e);
    }
  }

  private static int checkedNumber(String text, String expected) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be " + expected, e);
    }
  }

  private static double checkedFraction(String text, String expected) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be " + expected, e);
    }
  }

  private static void require(boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("must be " + expected);
    }
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
