package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.server.resp.ScanCursors.Place;
import org.junit.jupiter.api.Test;

final class ScanCursorsTest {
  private final ScanCursors cursors = new ScanCursors();

  private long keep(String user, int keyBytes) {
    return cursors.keep(user, new Place("default", new byte[keyBytes]));
  }

  @Test
  void aCursorIsFoundAgainAndAgainByItsUserOnly() {
    long number = keep("ann", 3);
    assertThat(number).isBetween(1L, (1L << 53) - 1);
    assertThat(cursors.find("ann", number)).isPresent();
    assertThat(cursors.find("ann", number)).isPresent();
    assertThat(cursors.find("bob", number)).isEmpty();
    assertThat(cursors.find("ann", number + 1)).isEmpty();
  }

  @Test
  void onlyTheLatestOfAUserAreKept() {
    long first = keep("ann", 1);
    long second = keep("ann", 1);
    for (int i = 1; i < ScanCursors.PER_USER_MAX; i++) {
      keep("ann", 1);
    }
    assertThat(cursors.find("ann", first)).isEmpty();
    assertThat(cursors.find("ann", second)).isPresent();
  }

  @Test
  void longKeysTakeTheRoomOfMany() {
    long first = keep("ann", 64 << 10);
    long last = 0;
    for (long bytes = 0; bytes < ScanCursors.BYTES_PER_USER_MAX; bytes += 64 << 10) {
      last = keep("ann", 64 << 10);
    }
    assertThat(cursors.find("ann", first)).isEmpty();
    assertThat(cursors.find("ann", last)).isPresent();
  }

  @Test
  void ofManyUsersThoseWhoScannedLastAreKept() {
    long first = keep("user 0", 1);
    long second = keep("user 1", 1);
    cursors.find("user 0", first);
    for (int i = 2; i <= ScanCursors.USERS_MAX; i++) {
      keep("user " + i, 1);
    }
    assertThat(cursors.find("user 0", first)).isPresent();
    assertThat(cursors.find("user 1", second)).isEmpty();
  }
}
