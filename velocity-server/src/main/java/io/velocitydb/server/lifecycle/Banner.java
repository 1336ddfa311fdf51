package io.velocitydb.server.lifecycle;

import io.velocitydb.config.ServerFile;
import java.nio.file.Path;

/** What a server says of itself once it is ready. */
final class Banner {
  private Banner() {}

  /**
   * The lines.
   *
   * @param noUsers whether the first user is still to be created
   */
  static String text(ServerFile server, Path dataDir, boolean noUsers) {
    StringBuilder text = new StringBuilder();
    text.append("Velocity ").append(server.version()).append(" is ready\n");
    line(
        text,
        "V-Proto",
        server.vproto() + (server.fingerprint().isPresent() ? " (TLS 1.3)" : " (plaintext)"));
    server
        .resp()
        .ifPresent(
            resp ->
                line(
                    text,
                    "RESP (Redis)",
                    resp + (server.fingerprint().isPresent() ? " (TLS 1.3)" : " (plaintext)")));
    server.fingerprint().ifPresent(fingerprint -> line(text, "Fingerprint", fingerprint));
    server
        .management()
        .ifPresent(
            management -> line(text, "Health, metrics", "http://" + management + "/q/health"));
    line(text, "Data directory", dataDir.toString());
    if (noUsers) {
      line(
          text,
          "Next",
          "create the first user: velocity admin create-user --username admin --data-dir "
              + dataDir);
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  ").append(String.format("%-16s", name)).append(value).append('\n');
  }
}
