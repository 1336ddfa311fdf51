package io.velocitydb.bench.redis;

import io.velocitydb.bench.load.Protocol;
import java.util.Locale;

/** Who makes the load, and what Velocity is spoken to in. Redis is always spoken to in RESP. */
enum Via {
  /** redis-benchmark, to both in RESP. */
  RESP(Protocol.RESP),
  /** Our generator: V-Proto to Velocity, RESP to Redis. */
  VPROTO(Protocol.VPROTO),
  /** The same with TLS 1.3 to Velocity; Redis stays in plaintext. */
  TLS(Protocol.VPROTO);

  private final Protocol ours;

  Via(Protocol ours) {
    this.ours = ours;
  }

  Protocol ours() {
    return ours;
  }

  boolean tls() {
    return this == TLS;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
