package io.velocitydb.client.connection;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the requests of a lane that wait for their replies, by number and by bytes. Thread safe.
 */
final class Admission {

  private final int requestsMax;
  private final long bytesMax;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Admission(int requestsMax, long bytesMax) {
    this.requestsMax = requestsMax;
    this.bytesMax = bytesMax;
  }

  /**
   * Lets a request of that size in; false if there are too many. One alone is always let in,
   * however large.
   */
  boolean enter(int size) {
    int others = requests.getAndIncrement();
    long bytesBefore = bytes.getAndAdd(size);
    if (others >= requestsMax || (others > 0 && bytesBefore + size > bytesMax)) {
      leave(size);
      return false;
    }
    return true;
  }

  void leave(int size) {
    bytes.getAndAdd(-size);
    requests.getAndDecrement();
  }

  int requests() {
    return requests.get();
  }

  /** What the limits are, for the message of the error. */
  String limits() {
    return requestsMax + " requests or " + (bytesMax >> 20) + " MiB";
  }
}
