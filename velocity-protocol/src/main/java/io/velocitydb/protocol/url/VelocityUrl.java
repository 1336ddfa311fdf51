package io.velocitydb.protocol.url;

import io.velocitydb.protocol.Durations;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a database is: {@code
 * vdb://[user[:password]@]host[:2005][,host...][/database][?timeout=4s]}. {@code vdb://} and {@code
 * vdbs://} are TLS 1.3, {@code vdb+plain://} is plaintext. User, password and database are
 * percent-decoded UTF-8.
 *
 * @param tls false for {@code vdb+plain://}
 * @param user who logs in
 * @param password of the user; {@link #toString} does not tell it
 * @param endpoints at least one
 * @param database {@code default} when the URL names none
 * @param timeout of a request
 */
public record VelocityUrl(
    boolean tls,
    Optional<String> user,
    Optional<String> password,
    List<Endpoint> endpoints,
    String database,
    Optional<Duration> timeout) {
  /** The database when none is named. */
  public static final String DEFAULT_DATABASE = "default";

  private static final String PLAIN = "vdb+plain://";
  private static final List<String> SCHEMES = List.of("vdb://", "vdbs://", PLAIN);

  public VelocityUrl {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("a host is missing: write it like localhost:2005");
    }
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException saying what is wrong and what would be right, without
   *     repeating a password
   */
  public static VelocityUrl parse(String url) {
    String scheme =
        SCHEMES.stream()
            .filter(url::startsWith)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(wrongScheme(url)));
    String rest = url.substring(scheme.length());
    if (rest.indexOf('#') >= 0) {
      throw new IllegalArgumentException("a URL has no part after #: write # as %23");
    }
    int question = rest.indexOf('?');
    Optional<Duration> timeout = Optional.empty();
    if (question >= 0) {
      timeout = timeout(rest.substring(question + 1));
      rest = rest.substring(0, question);
    }
    int slash = rest.indexOf('/');
    String database = slash < 0 ? "" : decode("database", rest.substring(slash + 1));
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    // The last @, so that a forgotten %40 in a password is not taken for a host.
    int at = authority.lastIndexOf('@');
    Optional<String> user = Optional.empty();
    Optional<String> password = Optional.empty();
    if (at >= 0) {
      String credentials = authority.substring(0, at);
      int colon = credentials.indexOf(':');
      user = Optional.of(user(colon < 0 ? credentials : credentials.substring(0, colon)));
      if (colon >= 0) {
        password = Optional.of(decode("password", credentials.substring(colon + 1)));
      }
    }
    return new VelocityUrl(
        !scheme.equals(PLAIN),
        user,
        password,
        endpoints(authority.substring(at + 1)),
        database.isEmpty() ? DEFAULT_DATABASE : database,
        timeout);
  }

  /** Reads a URL, or only its hosts: {@code 127.0.0.1:2005} is {@code vdb://127.0.0.1:2005}. */
  public static VelocityUrl parseLenient(String urlOrHosts) {
    return parse(urlOrHosts.contains("://") ? urlOrHosts : SCHEMES.get(0) + urlOrHosts);
  }

  private static String wrongScheme(String url) {
    int end = url.indexOf("://");
    String start = end < 0 ? "that URL" : "\"" + url.substring(0, end + 3) + "\"";
    return start
        + " does not begin with vdb://: write it like vdb://user@localhost:2005/default"
        + " (vdb+plain:// without TLS)";
  }

  private static String user(String encoded) {
    String user = decode("user", encoded);
    if (user.isEmpty()) {
      throw new IllegalArgumentException(
          "the user in front of @ is missing: write it like vdb://user@localhost:2005");
    }
    return user;
  }

  private static List<Endpoint> endpoints(String hosts) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      endpoints.add(Endpoint.parse(host.replace("%25", "%")));
    }
    return endpoints;
  }

  private static Optional<Duration> timeout(String query) {
    Optional<Duration> timeout = Optional.empty();
    for (String parameter : query.split("&", -1)) {
      if (!parameter.startsWith("timeout=")) {
        throw new IllegalArgumentException(
            "\"" + parameter + "\" is no parameter of a URL: timeout is, like ?timeout=4s");
      }
      if (timeout.isPresent()) {
        throw new IllegalArgumentException("the URL names timeout twice");
      }
      Duration value = Durations.parse(decode("timeout", parameter.substring("timeout=".length())));
      if (value.isZero()) {
        throw new IllegalArgumentException("a timeout must be longer than zero, like ?timeout=4s");
      }
      timeout = Optional.of(value);
    }
    return timeout;
  }

  private static String decode(String what, String text) {
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(source.length);
    for (int i = 0; i < source.length; i++) {
      if (source[i] != '%') {
        bytes.put(source[i]);
        continue;
      }
      int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
      int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException(
            "the " + what + " has a % that two hexadecimal digits must follow: write % as %25");
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the " + what + " is not UTF-8 after decoding its %", e);
    }
  }

  /** The URL without the password. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(tls ? SCHEMES.get(0) : PLAIN);
    user.ifPresent(name -> text.append(encode(name)).append('@'));
    for (int i = 0; i < endpoints.size(); i++) {
      text.append(i == 0 ? "" : ",").append(endpoints.get(i).toString().replace("%", "%25"));
    }
    text.append('/').append(encode(database));
    timeout.ifPresent(value -> text.append("?timeout=").append(Durations.format(value)));
    return text.toString();
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (one >= '0' && one <= '9')
              || (one >= 'A' && one <= 'Z')
              || (one >= 'a' && one <= 'z')
              || "-._~".indexOf(one) >= 0;
      encoded.append(plain ? String.valueOf((char) one) : String.format("%%%02X", one));
    }
    return encoded.toString();
  }
}
