package io.velocitydb.client.connection;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread of the client's event loops: a daemon, and known as one that must not wait for replies.
 */
public final class NetworkThread extends FastThreadLocalThread {

  private NetworkThread(Runnable task, String name) {
    super(task, name);
    setDaemon(true);
  }

  /** Makes threads named {@code velocity-client-1} and so on. */
  public static ThreadFactory factory() {
    AtomicInteger number = new AtomicInteger();
    return task -> new NetworkThread(task, "velocity-client-" + number.incrementAndGet());
  }
}
