package io.velocitydb.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class BucketsTest {
  private final Buckets<Integer> buckets = new Buckets<>(() -> 0);

  @Test
  void connectionsOfOneShareItsBucketAndOthersHaveTheirOwn() {
    TokenBucket first = buckets.hold(1);
    assertThat(buckets.hold(1)).isSameAs(first);
    assertThat(buckets.hold(2)).isNotSameAs(first);
  }

  @Test
  void whoConnectsAgainFindsTheBucketAsItWas() {
    TokenBucket first = buckets.hold(1);
    buckets.release(1);
    assertThat(buckets.hold(1)).isSameAs(first);
  }

  @Test
  void ofThoseThatNobodyHoldsTheLongestUnusedGo() {
    TokenBucket held = buckets.hold(-1);
    TokenBucket old = buckets.hold(-2);
    buckets.release(-2);
    for (int i = 0; i < Buckets.UNUSED_MAX; i++) {
      buckets.hold(i);
      buckets.release(i);
    }
    assertThat(buckets.size()).isEqualTo(Buckets.UNUSED_MAX + 1);
    assertThat(buckets.hold(-1)).isSameAs(held);
    assertThat(buckets.hold(-2)).isNotSameAs(old);
  }

  @Test
  void addressesOfOneNetworkOfIpv6AreOneAndThoseOfIpv4AreNot() {
    assertThat(of("2001:db8:1:2:3::1")).isEqualTo(of("2001:db8:1:2:ffff::9"));
    assertThat(of("2001:db8:1:2::1")).isNotEqualTo(of("2001:db8:1:3::1"));
    assertThat(of("192.0.2.1")).isNotEqualTo(of("192.0.2.2"));
    assertThat(of("0.0.0.0")).isNotEqualTo(of("::"));
    assertThat(of("::ffff:192.0.2.1")).isEqualTo(of("192.0.2.1"));
  }

  private static ClientNetwork of(String address) {
    return ClientNetwork.of(InetAddress.ofLiteral(address));
  }
}
