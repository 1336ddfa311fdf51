package io.velocitydb.client.testing;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * What a {@link FakeServer} does wrong. Thread safe; each method says for how long it holds.
 *
 * <p>Nothing here depends on time: replies are held back until they are let go, and connections end
 * at a given request.
 */
public final class Faults {

  /** An error to be answered instead of a reply. */
  record Refusal(ErrorCode code, String message, Outcome outcome, Duration retryAfter) {}

  private final Runnable onRelease;
  private final ArrayDeque<Refusal> refusals = new ArrayDeque<>();
  private boolean holding;
  private int permits;
  private int requestsUntilDrop = Integer.MAX_VALUE;
  private boolean garbageNext;
  private boolean corruptNext;
  private boolean wrongSignature;
  private boolean silentHandshake;
  private boolean refuseConnections;

  Faults(Runnable onRelease) {
    this.onRelease = onRelease;
  }

  /**
   * From now on requests are executed and their replies kept back, until {@link #release} or {@link
   * #releaseAll}.
   */
  public synchronized void holdReplies() {
    holding = true;
    permits = 0;
  }

  /** Lets that many replies go, in the order of the requests; counts for coming ones too. */
  public void release(int replies) {
    synchronized (this) {
      permits += replies;
    }
    onRelease.run();
  }

  /** Lets all replies go, now and from now on. */
  public void releaseAll() {
    synchronized (this) {
      holding = false;
    }
    onRelease.run();
  }

  /**
   * The {@code requests}-th request from now on is executed, but its connection is closed instead
   * of a reply; once.
   */
  public synchronized void dropAfter(int requests) {
    requestsUntilDrop = requests;
  }

  /**
   * The next request is not executed but answered with this error; more calls are for more
   * requests.
   */
  public void refuseNext(ErrorCode code, Outcome outcome) {
    refuseNext(code, outcome, Duration.ZERO);
  }

  /** As {@link #refuseNext(ErrorCode, Outcome)}, with the advice to come back after a while. */
  public synchronized void refuseNext(ErrorCode code, Outcome outcome, Duration retryAfter) {
    refusals.add(new Refusal(code, "refused by the fake server", outcome, retryAfter));
  }

  /** Bytes that are no frame stand in the place of the next reply. */
  public synchronized void garbageNext() {
    garbageNext = true;
  }

  /** One bit of the next reply is turned, so that its checksum is wrong. */
  public synchronized void corruptNext() {
    corruptNext = true;
  }

  /**
   * Whether logins are answered with a wrong signature, as an impostor without the password would,
   * until told otherwise.
   */
  public synchronized void wrongSignature(boolean wrong) {
    wrongSignature = wrong;
  }

  /** Whether HELLO is never answered, until told otherwise. */
  public synchronized void silentHandshake(boolean silent) {
    silentHandshake = silent;
  }

  /** Whether connections are closed as soon as they are made, until told otherwise. */
  public synchronized void refuseConnections(boolean refuse) {
    refuseConnections = refuse;
  }

  // ---- For the server

  synchronized boolean mayReply() {
    if (!holding) {
      return true;
    }
    if (permits == 0) {
      return false;
    }
    permits--;
    return true;
  }

  /** Counts a request; true if its connection is to be closed. */
  synchronized boolean dropsNow() {
    if (requestsUntilDrop == Integer.MAX_VALUE || --requestsUntilDrop > 0) {
      return false;
    }
    requestsUntilDrop = Integer.MAX_VALUE;
    return true;
  }

  synchronized Optional<Refusal> refusal() {
    return Optional.ofNullable(refusals.poll());
  }

  synchronized boolean takeGarbage() {
    boolean now = garbageNext;
    garbageNext = false;
    return now;
  }

  synchronized boolean takeCorrupt() {
    boolean now = corruptNext;
    corruptNext = false;
    return now;
  }

  synchronized boolean isSignatureWrong() {
    return wrongSignature;
  }

  synchronized boolean isHandshakeSilent() {
    return silentHandshake;
  }

  synchronized boolean refusesConnections() {
    return refuseConnections;
  }
}
