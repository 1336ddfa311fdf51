package io.velocitydb.engine.commit;

/**
 * The present entry of a key, as an operation needs it. Reused. The value lies where {@code
 * valueAddress} says until the next lookup.
 */
public final class Lookup {
  private boolean found;
  private long sequence;
  private byte encoding;
  private long expiresAtMs;
  private long valueAddress;
  private int valueLength;

  /** There is no entry, or it is deleted. */
  public void missing() {
    found = false;
    sequence = 0;
    encoding = 0;
    expiresAtMs = 0;
    valueAddress = 0;
    valueLength = 0;
  }

  /** There is this entry; whether it has expired is judged later. */
  public void found(
      long sequence, byte encoding, long expiresAtMs, long valueAddress, int valueLength) {
    this.found = true;
    this.sequence = sequence;
    this.encoding = encoding;
    this.expiresAtMs = expiresAtMs;
    this.valueAddress = valueAddress;
    this.valueLength = valueLength;
  }

  public boolean found() {
    return found;
  }

  public long sequence() {
    return sequence;
  }

  public byte encoding() {
    return encoding;
  }

  public long expiresAtMs() {
    return expiresAtMs;
  }

  public long valueAddress() {
    return valueAddress;
  }

  public int valueLength() {
    return valueLength;
  }
}
