package io.velocitydb.server.lifecycle;

import io.velocitydb.config.Keys;
import io.velocitydb.config.Settings;
import io.velocitydb.protocol.Role;
import io.velocitydb.server.user.Principal;
import io.velocitydb.server.user.UserProblem;
import io.velocitydb.server.user.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The admin that the configuration names, made at a start at which there is no user at all. */
final class BootstrapAdmin {
  private static final Logger LOG = Logger.getLogger(BootstrapAdmin.class);
  private static final int FILE_BYTES_MAX = 16 << 10;

  private BootstrapAdmin() {}

  static void create(Settings settings, Users users) throws StartProblem {
    String name = settings.get(Keys.BOOTSTRAP_ADMIN_USER);
    if (name.isEmpty() || !users.isEmpty()) {
      return;
    }
    Path file = settings.get(Keys.BOOTSTRAP_ADMIN_PASSWORD_FILE).orElseThrow();
    byte[] password = read(file);
    try {
      users.create(name, password, Optional.of(Role.ADMIN), List.of(), 0, Principal.LOCAL);
      LOG.infof("created the admin %s with the password of %s", name, file);
    } catch (UserProblem e) {
      throw new StartProblem(
          "cannot create the user "
              + name
              + " ("
              + Keys.BOOTSTRAP_ADMIN_USER.name()
              + "): "
              + e.getMessage(),
          e);
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  /** The file's bytes without the line break that an editor leaves at the end. */
  private static byte[] read(Path file) throws StartProblem {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_BYTES_MAX);
      int length = bytes.length;
      while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
        length--;
      }
      byte[] password = Arrays.copyOf(bytes, length);
      Arrays.fill(bytes, (byte) 0);
      return password;
    } catch (IOException e) {
      throw new StartProblem(
          "cannot read "
              + file
              + " ("
              + Keys.BOOTSTRAP_ADMIN_PASSWORD_FILE.name()
              + "): "
              + DataDirectory.reason(e),
          e);
    }
  }
}
