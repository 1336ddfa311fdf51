package io.velocitydb.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoginPenaltiesTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final LoginPenalties penalties = new LoginPenalties(3, Duration.ofSeconds(10), now::get);
  private final InetAddress one = address("192.0.2.1");

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  private void fail(InetAddress address, int times) {
    for (int i = 0; i < times; i++) {
      penalties.failed(address);
    }
  }

  private void pass(long ms) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  @Test
  void theFirstFailuresAreFree() {
    fail(one, 2);
    assertThat(penalties.waitMs(one)).isZero();
  }

  @Test
  void thenEachFailureDoublesTheWaitUpToItsBound() {
    fail(one, 3);
    assertThat(penalties.waitMs(one)).isEqualTo(1_000);
    pass(999);
    assertThat(penalties.waitMs(one)).isEqualTo(1);
    pass(1);
    assertThat(penalties.waitMs(one)).isZero();
    fail(one, 1);
    assertThat(penalties.waitMs(one)).isEqualTo(2_000);
    fail(one, 60);
    assertThat(penalties.waitMs(one)).isEqualTo(10_000);
  }

  @Test
  void othersDoNotWait() {
    fail(one, 5);
    assertThat(penalties.waitMs(address("192.0.2.2"))).isZero();
  }

  @Test
  void aSuccessEndsTheWait() {
    fail(one, 5);
    penalties.succeeded(one);
    assertThat(penalties.waitMs(one)).isZero();
  }

  /** Who has one password cannot guess at others as often as it likes by using its own between. */
  @Test
  void aSuccessTakesOneFailureBackAndNoMore() {
    fail(one, 2);
    penalties.succeeded(one);
    fail(one, 1);
    assertThat(penalties.waitMs(one)).isZero();
    fail(one, 1);
    assertThat(penalties.waitMs(one)).isEqualTo(1_000);
    penalties.succeeded(one);
    fail(one, 2);
    assertThat(penalties.waitMs(one)).isEqualTo(2_000);
  }

  @Test
  void aLongPauseClearsAnAddress() {
    fail(one, 5);
    pass(60_000);
    fail(one, 2);
    assertThat(penalties.waitMs(one)).isZero();
  }

  @Test
  void addressesOfOneNetworkOfIpv6AreOne() {
    fail(address("2001:db8:1:2:3::1"), 3);
    assertThat(penalties.waitMs(address("2001:db8:1:2:ffff::9"))).isPositive();
    assertThat(penalties.waitMs(address("2001:db8:1:3::1"))).isZero();
  }

  @Test
  void theAddressesRememberedAreBounded() {
    fail(one, 3);
    for (int i = 0; i < LoginPenalties.ADDRESSES_MAX; i++) {
      penalties.failed(address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
    }
    assertThat(penalties.waitMs(one)).isZero();
  }
}
